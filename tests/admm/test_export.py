"""A torch module and its packed file give the same outputs, whatever the layers."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from benchmarks.lenet5.networks import LeNet5, in_whole_blocks
from c3po.admm import CirculantSet, pack
from c3po.admm.export import export_onnx, graph_from_torch
from c3po.errors import PlanError
from c3po.networks.multiview import MultiViewNet
from c3po.runtime import Network, pack_bytes


class Residual(nn.Module):
    """Stem with a normalised input, a strided block with a 1x1 shortcut, a block with an identity shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).reshape(1, 3, 1, 1))
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.a = nn.Sequential(
            nn.Conv2d(8, 12, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(12), nn.ReLU(),
            nn.Conv2d(12, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12),
        )  # fmt: skip
        self.short = nn.Sequential(nn.Conv2d(8, 12, 1, stride=2, bias=False), nn.BatchNorm2d(12))
        self.b = nn.Sequential(nn.Conv2d(12, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 12, 3, padding=1))
        self.head = nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem((x - self.mean) / 0.25)
        x = torch.relu(self.a(x) + self.short(x))
        x = torch.relu(x + self.b(x))
        return self.head(x.mean(dim=(2, 3)))


class Branches(nn.Module):
    """Concatenation, average pools with and without padding, global maximum."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(2, 5, 5, stride=3, padding=2), nn.Conv2d(2, 3, 5, stride=3, padding=2)
        self.pool = nn.AvgPool2d(3, stride=2, padding=1)
        self.other = nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)
        self.top = nn.AdaptiveMaxPool2d(1)
        self.norm = nn.BatchNorm1d(8)

    def forward(self, x: Tensor) -> Tensor:
        both = torch.cat([self.pool(self.a(x)), self.other(self.b(x))], dim=1)
        return torch.sigmoid(self.norm(self.top(both).flatten(1)))


class ViewsMeet(nn.Module):
    """A trunk shared by the views, which meet by maximum or mean."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1), nn.Flatten()
        )
        self.head = nn.Linear(6 * 5 * 5, 3)

    def forward(self, x: Tensor) -> Tensor:
        n, v, h, w = x.shape
        features = self.trunk(x.reshape(n * v, 1, h, w)).reshape(n, v, -1)
        return self.head(features.mean(dim=1) if self.how == "mean" else features.max(dim=1)[0])


def lenet5() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Dropout(), nn.Linear(500, 10), nn.Softmax(dim=1),
    )  # fmt: skip


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet5": (lenet5, (1, 28, 28)),
    "residual": (Residual, (3, 20, 36)),
    "branches": (Branches, (2, 23, 17)),
    "views, concatenated": (lambda: MultiViewNet(n_views=3, channels=(4, 8, 12), hidden=16), (3, 32, 32)),
    "views, maximum": (lambda: ViewsMeet("max"), (4, 9, 9)),
    "views, mean": (lambda: ViewsMeet("mean"), (4, 9, 9)),
}


def randomised(module: nn.Module, density: float) -> nn.Module:
    """Weights thinned at random and batch norms with statistics of their own."""
    generator = torch.Generator().manual_seed(7)
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            part.weight.data *= (torch.rand(part.weight.shape, generator=generator) < density).float() / density**0.5
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.running_mean.uniform_(-0.5, 0.5, generator=generator)
            part.running_var.uniform_(0.5, 2.0, generator=generator)
            part.weight.data.uniform_(-1.5, 1.5, generator=generator)
            part.bias.data.uniform_(-0.5, 0.5, generator=generator)
    return module.eval()


@pytest.mark.parametrize("density", [1.0, 0.3, 0.03])
@pytest.mark.parametrize("case", CASES)
def test_the_packed_network_gives_torch_outputs(case: str, density: float, rng: np.random.Generator) -> None:
    make, shape = CASES[case]
    torch.manual_seed(3)
    module = randomised(make(), density)
    images = rng.random((4, *shape), dtype=np.float32)
    with torch.no_grad():
        expected = module.double()(torch.from_numpy(images).double()).numpy()
    data, _ = pack_bytes(graph_from_torch(module.float(), torch.zeros(1, *shape)))
    scores = Network(data)(images)
    assert np.abs(scores - expected).max() <= 1e-6 * max(np.abs(expected).max(), 1e-3)


def test_scores_can_be_appended(rng: np.random.Generator) -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(12, 4))
    images = rng.random((2, 3, 2, 2), dtype=np.float32)
    data, _ = pack_bytes(graph_from_torch(module, torch.zeros(1, 3, 2, 2), scores="softmax"))
    expected = torch.softmax(module(torch.from_numpy(images)), 1).detach().numpy()
    np.testing.assert_allclose(Network(data)(images), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("module", "what"),
    [
        (
            nn.Sequential(nn.Conv2d(2, 4, 3, groups=2), nn.Flatten()),
            "expected an operation the engine runs, got a grouped",
        ),
        (nn.Sequential(nn.Flatten(), nn.GELU()), "got GELU; see docs/runtime.md"),
        (nn.Sequential(nn.MaxPool2d(2, ceil_mode=True), nn.Flatten()), "got a pool with ceil_mode"),
    ],
)
def test_what_the_engine_does_not_run_is_refused_by_name(module: nn.Module, what: str) -> None:
    with pytest.raises(PlanError) as problem:
        graph_from_torch(module, torch.zeros(1, 2, 9, 9))
    assert what in str(problem.value)


def test_training_mode_comes_back() -> None:
    module = lenet5().train()
    graph_from_torch(module, torch.zeros(1, 1, 28, 28))
    assert module.training


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_onnx_runs_the_same_network(tmp_path, rng: np.random.Generator) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    module = randomised(Residual(), 0.5)
    export_onnx(module, torch.zeros(1, 3, 20, 36), tmp_path / "net.onnx")
    images = rng.random((2, 3, 20, 36), dtype=np.float32)
    (there,) = onnxruntime.InferenceSession(tmp_path / "net.onnx").run(None, {"images": images})
    data, _ = pack_bytes(graph_from_torch(module, torch.zeros(1, 3, 20, 36)))
    np.testing.assert_allclose(Network(data)(images), there, atol=2e-6 * np.abs(there).max())


class Circulant(nn.Module):
    """Layers whose weights repeat the first rows of their blocks, a batch norm between them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16)
        self.fc = nn.Linear(64, 12)
        for layer, block in ((self.conv, 8), (self.fc, 4)):
            layer.weight.data = CirculantSet(block).project(layer.weight.data)
        nn.init.uniform_(self.norm.running_var, 0.5, 2.0)  # type: ignore[arg-type]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.fc(torch.relu(self.norm(self.conv(images))).flatten(1))
        return answer


def test_block_circulant_layers_are_stored_as_first_rows(tmp_path, rng: np.random.Generator) -> None:
    torch.manual_seed(0)
    network = Circulant().eval()
    images = torch.from_numpy(rng.random((5, 8, 4, 4), dtype=np.float32))
    graph = graph_from_torch(network, images)
    stored = {
        node.op: (node.tensors["weight"].shape, node.settings["circulant"]) for node in graph.nodes if node.tensors
    }
    assert stored == {"conv2d": ((2, 8, 3, 3), 8), "linear": ((3, 64), 4)}
    pack(network, tmp_path / "circulant.c3po", images, bias_bits=None, book_mantissa_bits=None)
    with torch.no_grad():
        expected = network(images).numpy()
    np.testing.assert_allclose(Network.open(tmp_path / "circulant.c3po")(images.numpy()), expected, atol=1e-5)


def test_a_layer_that_only_nearly_repeats_is_stored_whole(rng: np.random.Generator) -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(16, 8))
    network[1].weight.data = CirculantSet(8).project(network[1].weight.data)
    network[1].weight.data[3, 5] += 1e-6
    assert "circulant" not in graph_from_torch(network, torch.zeros(1, 1, 4, 4)).nodes[-1].settings


@pytest.mark.parametrize("block", [8, 16])
def test_lenet_grown_to_whole_blocks_gives_the_same_answers(block: int) -> None:
    torch.manual_seed(0)
    network = LeNet5()
    for layer in (network.conv2, network.fc1):
        layer.weight.data = CirculantSet(block).project(layer.weight.data)
    images = torch.rand(4, 1, 28, 28)
    with torch.no_grad():
        torch.testing.assert_close(in_whole_blocks(network, block)(images), network(images), atol=1e-5, rtol=0)
