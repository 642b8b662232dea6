"""How fast packed networks run, beside onnxruntime (float32, int8) and OpenVINO on the same weights in the same run.

``python -m benchmarks.runtime [CASE ...]`` prints a table and writes ``benchmarks/results/runtime.json``. One image,
one thread, engines in turn; a ratio is least CPU time of the peer by ours, so that a busy machine
costs neither. Peers that are not installed are left out (``pip install 'c3po[bench]'``).
"""

import json
import os
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from c3po._core import native
from c3po.admm.export import export_onnx, graph_from_torch
from c3po.runtime import Network, pack_bytes

RESULTS = Path(__file__).parent / "results" / "runtime.json"
ROUNDS = 40
Run = Callable[[], object]


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(channels_in, channels_out, 3, stride, 1)
        self.b = nn.Conv2d(channels_out, channels_out, 3, 1, 1)
        self.short = nn.Conv2d(channels_in, channels_out, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.b(torch.relu(self.a(x))) + self.short(x))


class ResNet14(nn.Module):
    """173,616 weights and 106,627,200 multiplications on 3 x 64 x 64."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        sides = [(16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1)]
        self.blocks = nn.Sequential(*(Block(*side) for side in sides))
        self.head = nn.Linear(64, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(torch.relu(self.stem(x))).mean((2, 3)))


def resnet(density: float, rows: int) -> nn.Module:
    """The ResNet with zeros shared by ``rows`` output channels; stem and head stay dense."""
    torch.manual_seed(0)
    network = ResNet14()
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d) and name != "stem":
            outputs, *kernel = layer.weight.shape
            kept = (torch.rand(outputs // rows, *kernel) < density).float().repeat_interleave(rows, 0)
            layer.weight.data *= kept / density**0.5
    return network.eval()


def lenet5() -> nn.Module:
    """LeNet-5 with 2,500 weights, in the proportions of a pruned one."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )  # fmt: skip
    for place, nonzeros in ((0, 200), (3, 900), (7, 1100), (9, 300)):
        weight = network[place].weight.data
        kept = torch.zeros(weight.numel())
        kept[torch.randperm(weight.numel())[:nonzeros]] = 3
        weight *= kept.view_as(weight)
    return network.eval()


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet5, 2,500 weights": (lenet5, (1, 28, 28)),
    "resnet14, 95 % zeros in 4x1 blocks": (lambda: resnet(0.05, 4), (3, 64, 64)),
    "resnet14, 95 % random zeros": (lambda: resnet(0.05, 1), (3, 64, 64)),
    "resnet14, dense": (lambda: resnet(1.0, 1), (3, 64, 64)),
}


def onnxruntime_runs(path: Path, images: np.ndarray) -> dict[str, Run]:
    """Sessions of the float32 network and of its int8 version (QDQ, calibrated on noise: time, not accuracy)."""
    import onnxruntime
    from onnxruntime import quantization

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3

    class Noise(quantization.CalibrationDataReader):
        def __init__(self) -> None:
            self.left = 8

        def get_next(self) -> dict[str, np.ndarray] | None:
            self.left -= 1
            return {"images": images} if self.left >= 0 else None

    int8 = path.with_suffix(".int8.onnx")
    quantization.quantize_static(str(path), str(int8), Noise())
    sessions = {"onnxruntime fp32": path, "onnxruntime int8": int8}
    return {name: _session(onnxruntime, file, options, images) for name, file in sessions.items()}


def _session(onnxruntime: object, file: Path, options: object, images: np.ndarray) -> Run:
    session = onnxruntime.InferenceSession(str(file), options)  # type: ignore[attr-defined]
    return lambda: session.run(None, {"images": images})[0]


def openvino_runs(path: Path, images: np.ndarray) -> dict[str, Run]:
    """OpenVINO float32, and int8 where nncf is installed; empty without OpenVINO."""
    try:
        import openvino
    except ImportError:
        return {}
    core = openvino.Core()
    models = {"openvino fp32": core.read_model(path)}
    models["openvino fp32"].reshape(images.shape)
    try:
        import nncf

        models["openvino int8"] = nncf.quantize(models["openvino fp32"], nncf.Dataset([images] * 8))
    except ImportError:
        pass
    runs: dict[str, Run] = {}
    for name, model in models.items():
        request = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1}).create_infer_request()
        runs[name] = lambda request=request: request.infer([images])
    return runs


def measured(runs: dict[str, Run]) -> dict[str, list[float]]:
    """CPU microseconds per call by engine and round, engines taking turns."""
    for run in runs.values():
        run()
    start = time.process_time()
    next(iter(runs.values()))()
    calls = max(3, int(0.004 / (time.process_time() - start)))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.process_time()
            for _ in range(calls):
                run()
            times[name].append((time.process_time() - start) / calls * 1e6)
    return times


def case_row(name: str, folder: Path) -> dict[str, object]:
    """Times, ratios, error and bytes of one case."""
    make, shape = CASES[name]
    network = make()
    images = np.random.default_rng(0).random((1, *shape), dtype=np.float32)
    path = folder / "net.onnx"
    export_onnx(network, torch.from_numpy(images), path)
    data, _ = pack_bytes(graph_from_torch(network, torch.from_numpy(images)))
    ours = {kernels: Network(data, kernels=kernels) for kernels in native.kernel_sets() if kernels != "exact"}
    runs: dict[str, Run] = onnxruntime_runs(path, images) | openvino_runs(path, images)
    runs |= {f"c3po {kernels}": (lambda packed=packed: packed(images)) for kernels, packed in ours.items()}
    times = measured(runs)
    with torch.no_grad():
        expected = network.double()(torch.from_numpy(images).double()).numpy()
    best = next(iter(ours))
    ratios = {
        kernels: {
            peer: min(times[peer]) / min(times[f"c3po {kernels}"]) for peer in times if not peer.startswith("c3po")
        }
        for kernels in ours
    }
    return {
        "case": name,
        "least_us": {engine: min(values) for engine, values in times.items()},
        "peer_by_ours": ratios,
        "error_of_largest": float(np.abs(ours[best](images) - expected).max() / np.abs(expected).max()),
        "file_bytes": len(data),
    }


def main(names: list[str]) -> None:
    """Runs the cases whose names begin as asked, all without a wish."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    chosen = [name for name in CASES if not names or any(name.startswith(wish) for wish in names)]
    with tempfile.TemporaryDirectory() as folder:
        rows = [case_row(name, Path(folder)) for name in chosen]
    for row in rows:
        print(f"\n{row['case']}: {row['file_bytes']} bytes, error {row['error_of_largest']:.1e} of the largest output")
        for kernels, ratios in row["peer_by_ours"].items():  # type: ignore[attr-defined]
            us = row["least_us"][f"c3po {kernels}"]  # type: ignore[index]
            print(
                f"  {kernels:10} {us:8.1f} us  " + "  ".join(f"{peer} {ratio:.1f}x" for peer, ratio in ratios.items())
            )
    machine = {"processor": platform.processor() or platform.machine(), "load": os.getloadavg(), "rounds": ROUNDS}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
