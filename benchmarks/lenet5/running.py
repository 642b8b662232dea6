"""Runs a row: its start row first, then its plan; keeps finished stages, writes the figures."""

import copy
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from c3po.admm import CirculantSet, Stage, compress, count_nonzeros, pack, retrain
from c3po.admm.parameters import resolve

from . import fast
from .data import Splits
from .gmp import run_gmp
from .networks import LeNet5, LeNet300, in_whole_blocks
from .rows import ROWS, Row
from .training import BATCH, DENSE_EPOCHS, EpochRunner, accuracy, quick_accuracy, soft_answers, train_dense

FOLDER = Path(__file__).resolve().parents[2]
STAGES = FOLDER / "out" / "lenet5"
RESULTS = FOLDER / "benchmarks" / "results" / "lenet5"
CONTROL_EPOCHS = 88
DENSE_BYTES = {"LeNet5": 1_724_320, "LeNet300": 1_066_440}
DENSE_WEIGHTS = {"LeNet5": 430_500, "LeNet300": 266_200}


class Clock:
    """CPU seconds and epochs of one row, kept across resumes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text()) if path.exists() else {}
        self.cpu_s, self.epochs = kept.get("cpu_s", 0.0), kept.get("epochs", 0)
        self.last = time.process_time()

    def tick(self, epochs: int = 0) -> None:
        now = time.process_time()
        self.cpu_s, self.epochs, self.last = self.cpu_s + now - self.last, self.epochs + epochs, now
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"cpu_s": self.cpu_s, "epochs": self.epochs}))


def key(row_name: str, data: str, seed: int) -> str:
    return f"{row_name}-{seed}" if data == "mnist" else f"{data}-{row_name}-{seed}"


def trained(row_name: str, data: str, seed: int, splits: Splits) -> nn.Module:
    """The network of a row, from ``out/lenet5`` when it is there, else trained now (its start row first)."""
    path = STAGES / f"{key(row_name, data, seed)}.pt"
    if path.exists():
        network = torch.load(path, weights_only=False)
        assert isinstance(network, nn.Module)
        return network
    row = ROWS[row_name]
    start = trained(row.start, data, seed, splits) if row.start else None
    torch.manual_seed(seed)
    clock = Clock(STAGES / f"{key(row_name, data, seed)}.clock")
    network = row.network() if start is None else start
    network = network.to(memory_format=torch.channels_last)
    if row_name.startswith("dense"):
        train_dense(network, splits, seed, DENSE_EPOCHS, log=reporter(row_name, seed, clock, 1))
    elif not row.start:
        train_control(network, row, data, seed, splits, clock)
    elif row.gmp is not None:
        run = EpochRunner(splits.train, teacher_answers(row, data, seed, splits), seed)
        run.nonzeros_only = True  # a mask only shrinks: slopes of pruned weights would be projected away
        run_gmp(network, row.gmp, run, reporter(row_name, seed, clock, 1))
    else:
        network = run_plan(row_name, row, network, data, seed, splits, clock)
    clock.tick()
    partial = path.with_suffix(".partial")
    torch.save(network, partial)
    os.replace(partial, path)
    return network


def run_plan(
    row_name: str, row: Row, network: nn.Module, data: str, seed: int, splits: Splits, clock: Clock
) -> nn.Module:
    answers = teacher_answers(row, data, seed, splits) if row.distil else None
    run = EpochRunner(splits.train, answers, seed, row.shifted)
    latest: list[nn.Module] = [network]
    open_stages = {stage.name for stage in row.plan.stages if stage.straight_through}

    def train_epoch(net: nn.Module, step: Any) -> None:
        latest[0] = net
        run(net, step)
        clock.tick(1)

    def report(line: dict[str, Any]) -> None:
        fixed = line["phase"] != "admm" and line["stage"] not in open_stages
        run.nonzeros_only = fixed or all(stage.keep_support for stage in row.plan.stages)
        say = reporter(row_name, seed, clock, 0)
        say({**line, "nonzeros": count_nonzeros(latest[0]), "validation": quick_accuracy(latest[0], splits.validation)})

    example = splits.validation.plain(slice(0, 4))
    folder = STAGES / key(row_name, data, seed)
    return compress(copy.deepcopy(network), row.plan, train_epoch, example, report=report, folder=folder)


def train_control(network: nn.Module, row: Row, data: str, seed: int, splits: Splits, clock: Clock) -> None:
    """A small dense net from scratch with the same teacher, shifts and schedule as the others' retraining."""
    run = EpochRunner(splits.train, teacher_answers(row, data, seed, splits), seed)

    def train_epoch(net: nn.Module, step: Any) -> None:
        run(net, step)
        reporter("control", seed, clock, 1)({"validation": quick_accuracy(net, splits.validation)})

    retrain(network, {}, Stage("control", retrain_epochs=CONTROL_EPOCHS, retrain_learning_rate=3e-3), train_epoch)


def teacher_answers(row: Row, data: str, seed: int, splits: Splits) -> Tensor:
    name = row.teacher or ("dense-lenet300" if row.network is LeNet300 else "dense")
    path = STAGES / f"{key(name, data, seed)}.answers"
    if path.exists():
        answers = torch.load(path)
        assert isinstance(answers, Tensor)
        return answers
    answers = soft_answers(trained(name, data, seed, splits), splits.train)
    torch.save(answers, path)
    return answers


def reporter(row_name: str, seed: int, clock: Clock, epochs: int) -> Any:
    def say(line: dict[str, Any]) -> None:
        clock.tick(epochs)
        numbers = " ".join(f"{k}={v:.4f}" if isinstance(v, float) else f"{k}={v}" for k, v in line.items())
        print(f"{row_name}-{seed} cpu_s={clock.cpu_s:.0f} {numbers}", file=sys.stderr, flush=True)

    return say


def network_name(row_name: str) -> str:
    """Whose dense size the ratios refer to; the control stands beside LeNet-5."""
    return "LeNet300" if ROWS[row_name].network is LeNet300 else "LeNet5"


def chain(row_name: str) -> list[str]:
    """The row, all rows it goes on from, and its teacher where that is another network: what had to be trained."""
    start, teacher = ROWS[row_name].start, ROWS[row_name].teacher
    return [*([teacher] if teacher else []), *(chain(start) if start else []), row_name]


def circulant_sets(row: Row, network: nn.Module) -> dict[str, CirculantSet]:
    """The parameters that the row keeps block-circulant."""
    sets = {n: each for stage in row.plan.stages for n, each in resolve(network, stage.constraints).items()}
    return {name: each for name, each in sets.items() if isinstance(each, CirculantSet)}


def stored_numbers(row_name: str, network: nn.Module) -> int:
    """Nonzero weights; of a block-circulant layer the numbers that its weights repeat."""
    circulant = circulant_sets(ROWS[row_name], network)
    return sum(
        circulant[n].n_free(p.shape) if n in circulant else int(torch.count_nonzero(p))
        for n, p in network.named_parameters()
        if p.dim() >= 2
    )


def figures(row_name: str, data: str, seed: int, network: nn.Module, splits: Splits) -> dict[str, Any]:
    """What the table shows. The test images are looked at here and nowhere else."""
    weights = {n: p for n, p in network.named_parameters() if p.dim() >= 2}
    nonzeros = sum(int(torch.count_nonzero(p)) for p in weights.values())
    clocks = {name: Clock(STAGES / f"{key(name, data, seed)}.clock") for name in chain(row_name)}
    total = DENSE_WEIGHTS[network_name(row_name)]
    return {
        "row": row_name,
        "data": data,
        "seed": seed,
        "command": f"python -m benchmarks.lenet5 {row_name} --seed {seed}"
        + ("" if data == "mnist" else f" --data {data}"),
        "validation_error_percent": round(100 * (1 - accuracy(network, splits.validation)), 3),
        "test_error_percent": round(100 * (1 - accuracy(network, splits.test)), 3),
        "nonzeros": nonzeros,
        "rate": round(total / stored_numbers(row_name, network), 1) if total else None,
        "nonzeros_by_layer": {n: int(torch.count_nonzero(p)) for n, p in weights.items()},
        "shapes": {n: list(p.shape) for n, p in weights.items()},
        "dense_weights": sum(p.numel() for p in weights.values()),
        "biases": sum(p.numel() for p in network.parameters() if p.dim() == 1),
        "epochs": {name: c.epochs for name, c in clocks.items()},
        "cpu_s": {name: round(c.cpu_s) for name, c in clocks.items()},
        "batch_size": BATCH,
        "shifted": ROWS[row_name].shifted,
        "kernel": "conv_pool.cpp" if fast.available(network) else "torch",
        "torch": torch.__version__,
        "revision": revision(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one thread used",
        "load_average": [round(x, 1) for x in os.getloadavg()],
    }


def packed_figures(row_name: str, data: str, seed: int, network: nn.Module) -> dict[str, Any]:
    """The file of a row: its bytes by part, and its test error as another process decodes and runs it."""
    row = ROWS[row_name]
    path = STAGES / f"{key(row_name, data, seed)}.c3po"
    for block in {each.block for each in circulant_sets(row, network).values()}:
        assert isinstance(network, LeNet5)
        network = in_whole_blocks(network, block)
    done = pack(network, path, torch.zeros(1, 1, 28, 28), row.bias_bits, row.book_mantissa_bits)
    command = [sys.executable, "-m", "benchmarks.lenet5.decode", str(path), "--data", data]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=FOLDER).stdout)
    dense = DENSE_BYTES[network_name(row_name)]
    value_bits = 8 * done.parts["values"]
    return {
        "file_bytes": done.n_bytes,
        "file_parts": dict(done.parts),
        "file_ratio": round(dense / done.n_bytes, 1),
        "values_only_ratio": round(32 * DENSE_WEIGHTS[network_name(row_name)] / value_bits, 1),
        "file_test_error_percent": told["test_error_percent"],
        "file_sha256": told["sha256"],
    }


def revision() -> str:
    """The commit that the figures were made with."""
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=FOLDER)
    return told.stdout.strip() or "unknown"


def write_result(result: dict[str, Any]) -> Path:
    path = RESULTS / f"{key(result['row'], result['data'], result['seed'])}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(result, indent=1) + "\n")
    os.replace(partial, path)
    return path
