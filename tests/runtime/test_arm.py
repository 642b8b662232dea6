"""The engine built for ARM and run in an emulator gives the bits that it gives here.

No ARM machine is needed, and no speed is learnt. Skipped where the cross compilers or qemu are missing
(Debian: g++-aarch64-linux-gnu g++-arm-linux-gnueabihf qemu-user).
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from c3po._core import native
from c3po.runtime import Graph, Network, pack_bytes
from c3po.runtime.packing import unpack_bytes
from tests.runtime.test_anytime import recurrent, with_exits

ROOT = Path(__file__).parents[2]
CORE = ROOT / "c3po" / "_core" / "inference"
MACHINES = {
    "aarch64": ("aarch64-linux-gnu-g++", "qemu-aarch64", []),
    "aarch64 with dot products": ("aarch64-linux-gnu-g++", "qemu-aarch64", ["-march=armv8.2-a+dotprod"]),
    "armv7": ("arm-linux-gnueabihf-g++", "qemu-arm", ["-march=armv7-a", "-mfpu=neon-vfpv4", "-mfloat-abi=hard"]),
}
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", params=MACHINES)
def run_packed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs a packed network on the other machine."""
    compiler, emulator, options = MACHINES[request.param]
    missing = [tool for tool in (compiler, emulator) if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed")
    program = tmp_path_factory.mktemp(request.param.replace(" ", "-")) / "run_packed"
    sources = [str(Path(__file__).parent / "native" / "run_packed.cpp"), *map(str, sorted(CORE.glob("*.cpp")))]
    flags = [
        "-std=c++17",
        "-O1",
        "-fno-math-errno",
        "-Wno-psabi",
        f"-I{ROOT / 'c3po'}",
        *options,
    ]
    on_bytes = [source for source in sources if Path(source).name.startswith("int8_")]
    objects = []
    for contract, own in (("fast", [s for s in sources if s not in on_bytes]), ("off", on_bytes)):
        folder = program.parent / contract
        folder.mkdir()
        subprocess.run([compiler, *flags, f"-ffp-contract={contract}", "-c", *own], check=True, cwd=folder)
        objects += map(str, folder.glob("*.o"))
    subprocess.run([compiler, "-static", *objects, "-o", str(program)], check=True)
    return [emulator, str(program)]


def convolutions(rng: np.random.Generator) -> Graph:
    """Three views, a block with a shortcut, blocks of four and scattered weights."""
    graph = Graph((3, 20, 20))
    x = graph.add("view_split", 0, channels=1)
    x = graph.add("conv2d", x, weight=rng.normal(size=(8, 1, 5, 5)), bias=rng.normal(size=8), stride=2, padding=2)
    entry = x = graph.add("relu", x)
    scattered = rng.normal(size=(8, 8, 3, 3)) * (rng.random((8, 8, 3, 3)) < 0.2)
    x = graph.add("relu", graph.add("conv2d", x, weight=rng.normal(size=(8, 8, 3, 3)), stride=2, padding=1))
    x = graph.add("conv2d", x, weight=scattered, padding=1)
    x = graph.add("add", x, graph.add("conv2d", entry, weight=rng.normal(size=(8, 8, 1, 1)), stride=2))
    x = graph.add("view_pool", graph.add("global_avg_pool", x), how="concat")
    graph.add("softmax", graph.add("linear", x, weight=rng.normal(size=(3, 24))))
    return graph


@pytest.mark.slow
@pytest.mark.parametrize("make", [convolutions, recurrent, with_exits])
def test_another_machine_gives_the_same_bits(
    make, run_packed: list[str], tmp_path: Path, rng: np.random.Generator
) -> None:
    data, _ = pack_bytes(make(rng))
    graph, _ = unpack_bytes(data, "memory")
    images = rng.normal(size=(2, *graph.input_shape)).astype(np.float32)
    here = Network(data, kernels="exact")(images)
    (tmp_path / "net.c3po").write_bytes(data)
    images.tofile(tmp_path / "images")
    for kernels in ("base", "exact"):
        arguments = [str(tmp_path / name) for name in ("net.c3po", "images", "scores")]
        subprocess.run([*run_packed, *arguments, kernels], check=True)
        there = np.fromfile(tmp_path / "scores", np.float32).reshape(here.shape)
        np.testing.assert_allclose(there, here, rtol=0, atol=1e-6)
        if kernels == "exact":
            assert there.tobytes() == here.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("make", [convolutions, recurrent])
def test_layers_on_bytes_give_the_same_everywhere(
    make, run_packed: list[str], tmp_path: Path, rng: np.random.Generator
) -> None:
    data, _ = pack_bytes(make(rng))
    shapes = [node[4] for node in native.read_packed(data)[0]]
    graph, _ = unpack_bytes(data, "memory")
    data, _ = pack_bytes(graph, {"ranges": {str(i): [4.0] * shape[0] for i, shape in enumerate(shapes)}})
    images = rng.random((3, *graph.input_shape), dtype=np.float32)
    images[1, :, 5:] = 0
    here = Network(data, kernels="exact", arithmetic="int8")(images)
    assert np.abs(here - Network(data, kernels="exact")(images)).max() > 1e-4, "bytes are told apart from floats"
    (tmp_path / "net.c3po").write_bytes(data)
    images.tofile(tmp_path / "images")
    for kernels in ("base", "exact"):
        arguments = [str(tmp_path / name) for name in ("net.c3po", "images", "scores")]
        subprocess.run([*run_packed, *arguments, kernels, "4"], check=True)
        there = np.fromfile(tmp_path / "scores", np.float32).reshape(here.shape)
        np.testing.assert_allclose(there, here, rtol=0, atol=1e-6)
        assert kernels == "base" or there.tobytes() == here.tobytes()
