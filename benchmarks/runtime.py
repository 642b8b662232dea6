"""How fast packed networks run beside onnxruntime, OpenVINO and LiteRT on the same weights in the same run.

``python -m benchmarks.runtime [CASE ...]`` prints a table and writes ``benchmarks/results/runtime.json``. One image,
one thread, one pinned core. In each of `ROUNDS` rounds every engine takes its turn; a ratio is the median over the
rounds of peer time by ours, with the quartiles beside it. Peers that are not installed are left out
(``pip install 'c3po[bench]'``; converting for LiteRT needs TensorFlow and takes longer than the timing).
Times are seen from Python, call included.

Networks with convolutions that can run on bytes are timed in int8 as well: on noise, which has no blank rows, and the
released detector also on views of generated parts, one after the other (``parts``). Its ranges are measured on others.
A last row asks the detector four questions a part, the lesser axes pointing either way: the peers as a batch of four,
ours together.
"""

import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import networks
from benchmarks.peers import litert_run, onnxruntime_runs, openvino_runs
from c3po._core import native
from c3po.admm.export import graph_from_torch
from c3po.imaging import ASKED_SIGNS, QUESTIONS, asked_views, turned_around
from c3po.networks.samples import family_sample
from c3po.runtime import Graph, Network, pack_bytes, unpack
from c3po.runtime.int8 import measured_ranges
from c3po.runtime.onnx import onnx_model
from c3po.shapes import FAMILIES

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "runtime.json"
ROUNDS, SLICE_S = 31, 0.012
Run = Callable[[], object]


def case_graphs() -> dict[str, Callable[[], Graph]]:
    """The table of issue 6, and what is released."""
    made = {
        name: (lambda make=make, shape=shape: graph_from_torch(make(), torch.zeros(1, *shape)))
        for name, (make, shape) in networks.CASES.items()
    }
    released = {
        "released lenet5 (models/lenet5/nonzeros.c3po)": ROOT / "models" / "lenet5" / "nonzeros.c3po",
        "released detector (models/screen/screen.c3po)": ROOT / "models" / "screen" / "screen.c3po",
    }
    return made | {name: (lambda path=path: unpack(path)[0]) for name, path in released.items() if path.exists()}


def measured(runs: dict[str, Run]) -> dict[str, list[float]]:
    """Microseconds per call by engine and round, engines taking turns of about `SLICE_S`."""
    calls: dict[str, int] = {}
    for name, run in runs.items():
        run()
        start = time.perf_counter()
        for _ in range(3):
            run()
        calls[name] = max(3, int(SLICE_S / ((time.perf_counter() - start) / 3)))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            for _ in range(calls[name]):
                run()
            times[name].append((time.perf_counter() - start) / calls[name] * 1e6)
    return times


def ratio(peer: list[float], ours: list[float]) -> dict[str, float]:
    """Median and quartiles over the rounds of peer time by ours."""
    rounds = [a / b for a, b in zip(peer, ours, strict=True)]
    low, middle, high = statistics.quantiles(rounds, n=4)
    return {"median": middle, "low": low, "high": high}


def part_views(seed: int, count: int) -> np.ndarray:
    """Views along the axes of one part each of ``count`` families, float32 (n, 3, 64, 64), as the detector is shown."""
    families = np.random.default_rng(seed).permutation(sorted(FAMILIES))
    stacks = (family_sample(str(family), seed, 64) for family in families)
    views = itertools.islice((stack for stack in stacks if stack is not None), count)
    return np.stack([stack[3:] for stack in views]).astype(np.float32) / np.float32(255)


def our_runs(graph: Graph, images: np.ndarray, is_detector: bool) -> dict[str, Run]:
    """Every set of kernels in float32, and in int8 where a convolution can be on bytes."""
    sets = [kernels for kernels in native.kernel_sets() if kernels != "exact"]
    data, _ = pack_bytes(graph)
    runs: dict[str, Run] = {name: _on(Network(data, kernels=name), [images]) for name in sets}
    seen = part_views(0, 200) if is_detector else np.random.default_rng(2).random((8, *images.shape[1:]), np.float32)
    data, _ = pack_bytes(graph, {"ranges": measured_ranges(graph, seen), "arithmetic": "int8"})
    parts = [part[None] for part in part_views(1, 48)] if is_detector else []
    for name in sets:
        network = Network(data, kernels=name)
        if all("int8" not in step["step"] for step in network.step_times(images, 1)):
            break
        runs[f"{name} int8"] = _on(network, [images])
        if parts:
            runs[f"{name} int8, parts"] = _on(network, parts)
    return runs


def _on(network: Callable[[np.ndarray], object], images: list[np.ndarray]) -> Run:
    turns = itertools.cycle(images)
    return lambda: network(next(turns))


def questions_row(graph: Graph, folder: Path) -> dict[str, Any]:
    """Microseconds for four questions about a part, of peers that take batches and of ours."""
    parts = part_views(1, 48)
    images = np.concatenate([turned_around(parts[:1], signs) for signs in ASKED_SIGNS])
    (folder / "net.onnx").write_bytes(onnx_model(graph).SerializeToString())
    peers = onnxruntime_runs(folder / "net.onnx", images) | openvino_runs(folder / "net.onnx", images)
    stacks, ours = [asked_views(part[None]) for part in parts], dict[str, Run]()
    data, _ = pack_bytes(graph, {"ranges": measured_ranges(graph, part_views(0, 200))})
    for kernels in ("x86-64-v4", "x86-64-v3"):
        for arithmetic in ("float32", "int8"):
            if kernels in native.kernel_sets():
                together = Network(data, kernels=kernels, arithmetic=arithmetic).together(QUESTIONS)
                ours[f"{kernels} {arithmetic}, parts"] = _on(together, stacks)
    times = measured(peers | {f"c3po {name}": run for name, run in ours.items()})
    ratios = {name: {peer: ratio(times[peer], times[f"c3po {name}"]) for peer in peers} for name in ours}
    medians = {engine: statistics.median(values) for engine, values in times.items()}
    return {"case": "released detector, four questions a part", "median_us": medians, "peer_by_ours": ratios}


def case_row(name: str, graph: Graph, folder: Path) -> dict[str, Any]:
    """Times, ratios, error and bytes of one case."""
    images = np.random.default_rng(0).random((1, *graph.input_shape), dtype=np.float32)
    data, _ = pack_bytes(graph)
    (folder / "net.c3po").write_bytes(data)
    model = onnx_model(graph).SerializeToString()
    (folder / "net.onnx").write_bytes(model)
    ours = our_runs(graph, images, "detector" in name)
    runs: dict[str, Run] = onnxruntime_runs(folder / "net.onnx", images) | openvino_runs(folder / "net.onnx", images)
    runs |= litert_run(folder / "net.c3po", images)
    peers = list(runs)
    runs |= {f"c3po {kernels}": run for kernels, run in ours.items()}
    times = measured(runs)
    expected = np.asarray(runs["onnxruntime fp32"]())
    return {
        "case": name,
        "nonzeros": graph.n_nonzeros,
        "median_us": {engine: statistics.median(values) for engine, values in times.items()},
        "peer_by_ours": {
            kernels: {peer: ratio(times[peer], times[f"c3po {kernels}"]) for peer in peers} for kernels in ours
        },
        "difference_from_onnxruntime": float(np.abs(Network(data)(images) - expected).max() / np.abs(expected).max()),
        "file_bytes": len(data),
    }


def error_of_torch() -> dict[str, float]:
    """Largest difference from torch in float64 over five images, by the largest output."""
    errors = {}
    for name, (make, shape) in networks.CASES.items():
        network = make()
        images = np.random.default_rng(1).random((5, *shape), dtype=np.float32)
        packed = Network(pack_bytes(graph_from_torch(network, torch.zeros(1, *shape)))[0])
        with torch.no_grad():
            expected = network.double()(torch.from_numpy(images).double()).numpy()
        errors[name] = float(np.abs(packed(images) - expected).max() / np.abs(expected).max())
    return errors


def footprint() -> dict[str, float]:
    """Bytes of native code; milliseconds of ``import c3po.runtime`` once numpy is there (least of five processes)."""
    import c3po._core

    program = "import time, numpy; t = time.perf_counter(); import c3po.runtime; print((time.perf_counter() - t) * 1e3)"
    answers = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout for _ in range(5)]
    native_files = list(Path(c3po._core.native.__file__).parent.glob("_native*.so"))
    return {"native_bytes": sum(f.stat().st_size for f in native_files), "import_ms": min(map(float, answers))}


def print_row(row: dict[str, Any]) -> None:
    print(f"\n{row['case']}")
    if "nonzeros" in row:
        apart = f"{row['difference_from_onnxruntime']:.1e} from onnxruntime"
        print(f"  {row['nonzeros']} weights, {row['file_bytes']} bytes, {apart}")
    for kernels, ratios in row["peer_by_ours"].items():
        us = row["median_us"][f"c3po {kernels}"]
        told = "  ".join(f"{peer} {r['median']:.1f}x ({r['low']:.1f}-{r['high']:.1f})" for peer, r in ratios.items())
        print(f"  {kernels:22} {us:8.1f} us  {told}")


def main(names: list[str]) -> None:
    """Runs the cases whose names begin as asked, all without a wish."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cases = {
        name: make for name, make in case_graphs().items() if not names or any(name.startswith(wish) for wish in names)
    }
    rows = []
    for name, make in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            rows.append(case_row(name, make(), Path(folder)))
            print_row(rows[-1])
            if "detector" in name:
                rows.append(questions_row(make(), Path(folder)))
                print_row(rows[-1])
    told = {
        "machine": {"processor": _processor(), "load": os.getloadavg(), "rounds": ROUNDS},
        "footprint": footprint(),
        "error_from_torch_by_largest_output": error_of_torch(),
        "rows": rows,
    }
    print(f"\n{told['footprint']}\n{told['error_from_torch_by_largest_output']}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _processor() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return names[0].split(":")[1].strip() if names else platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])
