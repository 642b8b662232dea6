"""Whole plans on tiny data: a net that learns which of four corners is bright."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from c3po.admm import (
    BinarySet,
    Budget,
    CirculantSet,
    CodebookSet,
    FilterSet,
    Plan,
    SparsitySet,
    Stage,
    StraightThrough,
    compress,
    count_nonzeros,
    largest_difference,
    purify,
)
from c3po.errors import PlanError

EXAMPLE = torch.zeros(2, 1, 8, 8)


def corners(n=256, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = 0.3 * torch.rand(n, 1, 8, 8, generator=generator)
    labels = torch.randint(0, 4, (n,), generator=generator)
    for image, label in zip(images, labels.tolist(), strict=True):
        image[0, 4 * (label // 2) : 4 * (label // 2) + 4, 4 * (label % 2) : 4 * (label % 2) + 4] += 0.7
    return images, labels


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc1, self.fc2 = nn.Conv2d(1, 8, 3, stride=2), nn.Linear(72, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(F.relu(self.conv(x)).flatten(1))))


class Recurrent(nn.Module):
    """Rows of the image as a sequence."""

    def __init__(self):
        super().__init__()
        self.gru, self.head = nn.GRU(8, 16, batch_first=True), nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.gru(x[:, 0])[0][:, -1])


class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.a, self.a_norm = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.b, self.b_norm = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.head = nn.Linear(32, 4)

    def forward(self, x):
        x = F.relu(self.norm(self.stem(x)))
        x = F.relu(x + self.b_norm(self.b(F.relu(self.a_norm(self.a(x))))))
        return self.head(F.max_pool2d(x, 4).flatten(1))


def trainer(batch_size=32):
    images, labels = corners()

    def train_epoch(network, step):
        network.train()
        for start in range(0, len(images), batch_size):
            rows = slice(start, start + batch_size)
            step(F.cross_entropy(network(images[rows]), labels[rows]))

    return train_epoch


def trained(make, epochs=12):
    torch.manual_seed(0)
    network = make()
    optimiser = torch.optim.Adam(network.parameters(), lr=5e-3)

    def step(loss):
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()

    for _ in range(epochs):
        trainer()(network, step)
    return network.eval()


def accuracy(network):
    images, labels = corners(seed=1)
    return float((network.eval()(images).argmax(1) == labels).float().mean())


FAST = {"learning_rate": 5e-3, "retrain_learning_rate": 5e-3, "penalty": (1.0, 30.0)}


@pytest.mark.parametrize("make", [Small, SmallResNet, Recurrent], ids=lambda m: m.__name__)
def test_pruning_any_network_keeps_what_it_learned(make):
    dense = trained(make)
    budget = count_nonzeros(dense) // 8
    plan = Plan((Stage("prune", Budget(budget), epochs=6, retrain_epochs=8, **FAST),))
    example = None if make is Recurrent else EXAMPLE
    small = compress(dense, plan, trainer(), example)
    assert count_nonzeros(small) <= budget
    assert accuracy(dense) >= 0.98
    assert accuracy(small) >= 0.95


def test_prune_then_cluster_keeps_the_support_and_few_values():
    plan = Plan(
        (
            Stage.prune(160, "fisher", epochs=6, retrain_epochs=6, updates_per_epoch=2, ramp=0.8, shrink=True, **FAST),
            Stage.quantise({"*": CodebookSet(4)}, epochs=3, retrain_epochs=4, bias_bits=5, **FAST),
        )
    )
    small = compress(trained(Small), plan, trainer(), EXAMPLE)
    assert 0 < count_nonzeros(small) <= 160
    for parameter in small.parameters():
        if parameter.dim() >= 2:
            assert len(parameter[parameter != 0].unique()) <= 4
        else:
            assert len(parameter.unique()) <= 31
    assert accuracy(small) >= 0.95


def test_the_support_stays_while_values_are_pulled_to_a_codebook():
    dense = trained(Small, epochs=2)
    with torch.no_grad():
        dense.fc1.weight.copy_(SparsitySet(50).project(dense.fc1.weight))
    outside = []

    def watching(network, step):
        trainer()(network, step)
        outside.append(int(torch.count_nonzero(network.fc1.weight[dense.fc1.weight == 0])))

    compress(dense, Plan((Stage.quantise({"fc1": CodebookSet(4)}, epochs=2, retrain_epochs=1, **FAST),)), watching)
    assert outside == [0, 0, 0]


def test_what_a_stage_does_not_name_stays_as_the_stage_before_left_it():
    first = Stage("inner", constraints={"fc1": CodebookSet(4)}, epochs=1, retrain_epochs=1, **FAST)
    second = Stage("ends", constraints={"conv,fc2": CodebookSet(8)}, epochs=1, retrain_epochs=2, **FAST)
    dense = trained(Small, epochs=2)
    with torch.no_grad():
        dense.fc2.weight[:, 3] = 0.0
    small = compress(dense, Plan((first, second)), trainer())
    assert len(small.fc1.weight.unique()) <= 4
    assert len(small.conv.weight.unique()) <= 8
    only = compress(dense, Plan((first,)), trainer())
    assert torch.count_nonzero(only.fc2.weight[:, 3]) == 0


def test_channels_are_not_cut_out_of_quantised_weights():
    stage = Stage("both", constraints={"fc1": CodebookSet(4)}, shrink=True)
    with pytest.raises(PlanError) as problem:
        compress(trained(Small, epochs=0), Plan((stage,)), trainer(), EXAMPLE)
    assert str(problem.value) == (
        "stage both: fc1.weight: expected sets of zeros where channels are cut out, got TiedSet; "
        "put shrink into an earlier stage that prunes"
    )


def test_the_given_network_is_left_alone_and_shrinking_cuts_filters_out():
    dense = trained(Small)
    before = [p.clone() for p in dense.parameters()]
    stage = Stage(
        "slim", constraints={"conv": FilterSet(3), "fc1": FilterSet(6)}, epochs=3, retrain_epochs=2, shrink=True, **FAST
    )
    small = compress(dense, Plan((stage,)), trainer(), EXAMPLE)
    assert small.conv.weight.shape[0] <= 3
    assert small.fc1.weight.shape[0] <= 6
    for p, old in zip(dense.parameters(), before, strict=True):
        assert torch.equal(p, old)


def test_all_layers_binary_and_block_circulant():
    stage = Stage("binary", constraints={"*": BinarySet()}, epochs=12, retrain_epochs=2, **FAST)
    binary = compress(trained(Small), Plan((stage,)), trainer())
    assert all(len(p.unique()) == 2 for p in binary.parameters() if p.dim() >= 2)
    assert accuracy(binary) >= 0.9
    stage = Stage("circulant", constraints={"fc1": CirculantSet(8)}, epochs=3, retrain_epochs=3, **FAST)
    circulant = compress(trained(Small), Plan((stage,)), trainer())
    assert CirculantSet(8).contains(circulant.fc1.weight)
    assert accuracy(circulant) >= 0.95


def test_straight_through_retraining_turns_signs_and_stays_in_the_set():
    frozen = Stage("binary", constraints={"fc1": BinarySet()}, epochs=0, retrain_epochs=3, **FAST)
    loose = Stage("binary", constraints={"fc1": BinarySet()}, epochs=0, retrain_epochs=3, straight_through=True, **FAST)
    dense = trained(Small)
    signs = dense.fc1.weight.detach() < 0
    kept, turned = (compress(dense, Plan((stage,)), trainer()) for stage in (frozen, loose))
    assert torch.equal(kept.fc1.weight < 0, signs)
    assert not torch.equal(turned.fc1.weight < 0, signs)
    assert BinarySet().contains(turned.fc1.weight)
    assert accuracy(turned) >= 0.95


def test_what_a_straight_through_stage_ends_with_is_kept_by_the_next_one():
    first = Stage("in", constraints={"fc1": BinarySet()}, epochs=1, retrain_epochs=1, straight_through=True, **FAST)
    then = Stage("out", constraints={"fc2": BinarySet()}, epochs=1, retrain_epochs=1, straight_through=True, **FAST)
    both = compress(trained(Small), Plan((first, then)), trainer())
    one = compress(trained(Small), Plan((first,)), trainer())
    assert BinarySet().contains(both.fc1.weight)
    assert BinarySet().contains(both.fc2.weight)
    assert torch.equal(both.fc1.weight < 0, one.fc1.weight < 0)


@pytest.mark.parametrize("score", ["lamp", "fisher"])
def test_beside_a_budget_straight_through_moves_places_and_keeps_the_shares(score):
    settings = FAST | {"epochs": 2, "retrain_learning_rate": 0.02}
    dense = trained(Small)
    supports, shares = {}, {}
    for name, more in {
        "frozen": {"retrain_epochs": 0},
        "open": {"retrain_epochs": 4, "straight_through": True, "turn_every": 3},
    }.items():
        network = compress(dense, Plan((Stage(name, Budget(40, score), **settings | more),)), trainer())
        supports[name] = {n: p != 0 for n, p in network.named_parameters() if p.dim() >= 2}
        shares[name] = {n: int(s.sum()) for n, s in supports[name].items()}
    assert shares["open"] == shares["frozen"]
    assert sum(shares["open"].values()) == 40
    assert any(not torch.equal(s, supports["frozen"][n]) for n, s in supports["open"].items())


def test_between_two_turns_only_values_move():
    network = nn.Linear(4, 4, bias=False)
    rng = torch.Generator().manual_seed(3)
    through = StraightThrough(
        network, {"weight": SparsitySet(5)}, {"weight": torch.randn(4, 4, generator=rng)}, turn_every=4
    )
    supports = [network.weight.detach() != 0]
    for _ in range(8):
        through.release()
        with torch.no_grad():
            network.weight.add_(torch.randn(4, 4, generator=rng))
        through.bind()
        supports.append(network.weight.detach() != 0)
    turned = [not torch.equal(a, b) for a, b in itertools.pairwise(supports)]
    assert turned == [False, False, False, True] * 2
    assert all(int(s.sum()) == 5 for s in supports)


def test_straight_through_beside_shrink_and_turns_of_no_steps_are_refused():
    with pytest.raises(ValueError, match="straight_through: expected a stage without shrink"):
        Stage("both", Budget(5), straight_through=True, shrink=True)
    with pytest.raises(ValueError, match="turn_every: expected at least 1 step, got 0"):
        Stage("never", Budget(5), straight_through=True, turn_every=0)


def test_dead_weights_stay_dead_under_momentum_and_weight_decay():
    def heavy(parameters, learning_rate):
        return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9, weight_decay=0.1)

    stage = Stage("prune", Budget(100), epochs=2, retrain_epochs=4, learning_rate=0.01, retrain_learning_rate=0.01)
    small = compress(trained(Small), Plan((stage,)), trainer(), EXAMPLE, make_optimiser=heavy)
    assert count_nonzeros(small) <= 100


def test_a_plan_resumes_from_its_finished_stages(tmp_path):
    dense = trained(Small)
    first = Stage("one", Budget(300), epochs=2, retrain_epochs=2, **FAST)
    second = Stage("two", Budget(200), epochs=2, retrain_epochs=2, **FAST)
    epochs = []

    def counting(network, step):
        epochs.append(1)
        trainer()(network, step)

    compress(dense, Plan((first,)), counting, EXAMPLE, folder=tmp_path)
    assert len(epochs) == 4
    resumed = compress(dense, Plan((first, second)), counting, EXAMPLE, folder=tmp_path)
    assert len(epochs) == 8
    again = compress(dense, Plan((first, second)), counting, EXAMPLE, folder=tmp_path)
    assert len(epochs) == 8
    assert largest_difference(resumed, again, EXAMPLE) == 0.0


def test_a_folder_of_another_plan_is_refused(tmp_path):
    dense = trained(Small, epochs=1)
    compress(dense, Plan((Stage("one", Budget(300), epochs=0, retrain_epochs=0),)), trainer(), folder=tmp_path)
    with pytest.raises(PlanError) as problem:
        compress(dense, Plan((Stage("one", Budget(200), epochs=0, retrain_epochs=0),)), trainer(), folder=tmp_path)
    assert str(problem.value).endswith("choose another folder or delete it")


def test_a_loss_that_is_not_finite_stops_with_the_stage_and_the_remedy():
    def broken(network, step):
        step(network(EXAMPLE).sum() * torch.nan)

    with pytest.raises(PlanError) as problem:
        compress(trained(Small, epochs=1), Plan((Stage("one", constraints={"*": SparsitySet(5)}),)), broken)
    assert str(problem.value) == "stage one: expected a finite loss, got nan; lower its learning_rate or penalty"


def test_the_freed_share_of_dead_paths_is_given_back():
    torch.manual_seed(1)
    network = Small()
    stage = Stage("prune", Budget(60, "magnitude"), epochs=0, retrain_epochs=0)
    one_shot = compress(network, Plan((stage,)), trainer(), EXAMPLE)
    alive = count_nonzeros(one_shot)
    blind = compress(network, Plan((stage,)), trainer())
    purify(blind, EXAMPLE)
    assert count_nonzeros(blind) < alive <= 60
