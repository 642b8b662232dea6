import pytest
import torch
import torch.nn.functional as F
from torch import nn

from c3po.admm import count_nonzeros, largest_difference, purify, remove_dead, silence_constants


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 8, 5)
        self.fc1, self.fc2 = nn.Linear(128, 16), nn.Linear(16, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class Residual(nn.Module):
    """Two convolutions whose outputs are added: their filters die together or not at all."""

    def __init__(self, padding=1):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.first, self.second = nn.Conv2d(8, 6, 3, padding=1), nn.Conv2d(6, 8, 3, padding=1)
        self.join_norm = nn.BatchNorm2d(8)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.norm(self.stem(x)))
        x = F.relu(self.join_norm(x + self.second(F.relu(self.first(x)))))
        return self.head(x.mean(dim=(2, 3)))


class Views(nn.Module):
    """One trunk for all views, the largest answer over the views, a linear head."""

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, 3), nn.ReLU())
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        n, v = x.shape[0], x.shape[1]
        features = self.trunk(x.reshape(n * v, 1, x.shape[2], x.shape[3])).mean(dim=(2, 3))
        return self.head(features.reshape(n, v, -1).amax(dim=1))


class ViewsSideBySide(Views):
    """The views meet by concatenation: each channel is read once per view."""

    def __init__(self):
        super().__init__()
        self.meet = nn.Linear(24, 3)

    def forward(self, x):
        n, v, h, w = x.shape
        features = self.trunk(x.reshape(n * v, 1, h, w)).mean(dim=(2, 3)).reshape(n, -1)
        return self.meet(features)


class Joined(nn.Module):
    """Two branches side by side."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Conv2d(2, 3, 1), nn.Conv2d(2, 4, 1)
        self.last = nn.Conv2d(7, 2, 1)

    def forward(self, x):
        return self.last(torch.cat([F.relu(self.left(x)), F.relu(self.right(x))], dim=1))


CASES = [
    (LeNet, (2, 1, 28, 28)),
    (Residual, (2, 3, 9, 9)),
    (Views, (2, 3, 12, 12)),
    (ViewsSideBySide, (2, 3, 12, 12)),
    (Joined, (2, 2, 4, 4)),
]


def sparse(make, density, seed=0):
    torch.manual_seed(seed)
    network = make().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.bias)
            nn.init.normal_(module.running_mean)
    with torch.no_grad():
        for p in network.parameters():
            if p.dim() >= 2:
                p *= torch.rand_like(p) < density
    return network


@pytest.mark.parametrize(("make", "shape"), CASES, ids=lambda c: getattr(c, "__name__", ""))
@pytest.mark.parametrize("density", [0.02, 0.08, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_purifying_and_removing_keep_the_function(make, shape, density, seed):
    network = sparse(make, density, seed)
    images = torch.rand(shape, generator=torch.Generator().manual_seed(5))
    before = network(images)
    nonzeros = count_nonzeros(network)
    purified = purify(network, images[:1])
    assert torch.allclose(network(images), before, atol=1e-5)
    assert count_nonzeros(network) == nonzeros - purified.removed_weights
    assert purify(network, images[:1]).removed_weights == 0
    smaller = remove_dead(network, images[:1])
    assert largest_difference(smaller, network, images) < 1e-5
    assert sum(p.numel() for p in smaller.parameters()) <= sum(p.numel() for p in network.parameters())


def test_a_dead_filter_with_a_bias_moves_into_the_next_bias_and_is_cut_out():
    network = sparse(LeNet, 1.0)
    with torch.no_grad():
        network.conv1.weight[2] = 0.0
        network.conv1.bias[2] = 0.7
    images = torch.rand(2, 1, 28, 28)
    before = network(images)
    purify(network, images)
    smaller = remove_dead(network, images)
    assert smaller.conv1.weight.shape == (5, 1, 5, 5)
    assert smaller.conv2.weight.shape == (8, 5, 5, 5)
    assert torch.allclose(smaller(images), before, atol=1e-5)


def test_a_neuron_that_nobody_reads_takes_its_whole_path_with_it():
    network = sparse(LeNet, 1.0)
    with torch.no_grad():
        network.fc1.weight[:, 16:32] = 0.0  # the second channel of conv2, after flattening
    purify(network, torch.zeros(1, 1, 28, 28))
    smaller = remove_dead(network, torch.zeros(1, 1, 28, 28))
    assert smaller.conv2.weight.shape[0] == 7
    assert smaller.fc1.weight.shape == (16, 112)


def test_behind_a_padded_convolution_a_constant_channel_stays():
    """At the border a padded convolution reads zeros, not the constant: moving it to a bias would be wrong."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.Conv2d(3, 2, 3, padding=1))
    with torch.no_grad():
        network[0].weight[1] = 0.0
        network[0].bias[1] = 0.5
    images = torch.rand(1, 1, 8, 8)
    before = network(images)
    purify(network, images)
    assert network[1].weight[:, 1].ne(0).any()
    assert torch.equal(network(images), before)


def test_a_constant_that_cannot_be_moved_on_is_silenced_and_then_cut_out():
    torch.manual_seed(5)
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3, padding=1), nn.Flatten(), nn.Linear(72, 3)
    ).eval()
    images = torch.rand(3, 1, 8, 8)
    with torch.no_grad():
        network[0].weight[2] = 0.0
        network[1].bias.fill_(0.7)
    purify(network, images)
    assert remove_dead(network, images)[0].weight.shape[0] == 4
    assert silence_constants(network, images) == 1
    silent = network[:3](images)
    assert not silent[:, 2].any()
    assert silent[:, [0, 1, 3]].any()
    purify(network, images)
    smaller = remove_dead(network, images)
    assert smaller[0].weight.shape[0] == smaller[3].weight.shape[1] == 3
    assert largest_difference(network, smaller, images) < 1e-6
    assert silence_constants(network, images) == 0


def test_channels_of_a_residual_sum_live_or_die_together():
    network = sparse(Residual, 1.0)
    with torch.no_grad():
        network.second.weight[3] = 0.0  # one of the two writers; the stem still writes channel 3
    images = torch.rand(1, 3, 9, 9)
    purify(network, images)
    assert remove_dead(network, images).head.in_features == 8
    with torch.no_grad():
        network.head.weight[:, 3] = 0.0
        network.first.weight[:, 3] = 0.0  # now nobody reads it
    purify(network, images)
    smaller = remove_dead(network, images)
    assert (smaller.head.in_features, smaller.stem.out_channels, smaller.second.out_channels) == (7, 7, 7)
    assert smaller.norm.num_features == 7


def test_a_channel_that_no_view_reads_is_cut_out_of_all_views():
    network = sparse(ViewsSideBySide, 1.0)
    with torch.no_grad():
        network.meet.weight[:, 2::8] = 0.0
    images = torch.rand(2, 3, 12, 12)
    purify(network, images)
    smaller = remove_dead(network, images)
    assert smaller.trunk[3].out_channels == 7
    assert smaller.meet.in_features == 21
    assert largest_difference(smaller, network, images) < 1e-6


def test_a_dense_network_is_left_alone():
    network = sparse(LeNet, 1.0)
    before = {name: p.clone() for name, p in network.named_parameters()}
    assert purify(network, torch.zeros(1, 1, 28, 28)).removed_weights == 0
    for name, p in network.named_parameters():
        assert torch.equal(p, before[name])
