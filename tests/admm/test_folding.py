import torch
from torch import nn

from c3po.admm import fold_batchnorm, largest_difference, reestimate_statistics


def statistics(network, seed=0):
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
            if module.affine:
                nn.init.normal_(module.weight)
                nn.init.normal_(module.bias)
    return network.eval()


def test_folding_keeps_the_function_and_the_zeros():
    layers = [nn.Conv2d(2, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU()]
    layers += [nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3, affine=False), nn.Flatten(), nn.Linear(48, 5), nn.BatchNorm1d(5)]
    network = statistics(nn.Sequential(*layers))
    with torch.no_grad():
        network[0].weight[1] = 0.0
    images = torch.rand(3, 2, 8, 8)
    folded = fold_batchnorm(network)
    assert not any(isinstance(m, nn.BatchNorm2d | nn.BatchNorm1d) for m in folded.modules())
    assert largest_difference(folded, network, images) < 1e-5
    assert torch.count_nonzero(folded[0].weight[1]) == 0


def test_a_norm_whose_layer_has_another_reader_stays():
    class Forked(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)

        def forward(self, x):
            y = self.conv(x)
            return y + self.norm(y)

    network = statistics(Forked())
    folded = fold_batchnorm(network)
    assert isinstance(folded.norm, nn.BatchNorm2d)
    assert largest_difference(folded, network, torch.rand(1, 1, 3, 3)) == 0.0


def test_statistics_are_the_means_over_the_batches_and_the_momentum_stays():
    norm = nn.BatchNorm2d(2, momentum=0.3)
    network = nn.Sequential(norm)
    batches = [torch.rand(4, 2, 3, 3) + i for i in range(3)]
    reestimate_statistics(network.eval(), batches)
    means = torch.stack([b.mean(dim=(0, 2, 3)) for b in batches]).mean(dim=0)
    assert torch.allclose(norm.running_mean, means, atol=1e-6)
    assert norm.momentum == 0.3
    assert not network.training
