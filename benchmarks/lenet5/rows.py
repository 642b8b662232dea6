"""The rows: where each starts, what its plan is, and what the papers and we must show for it."""

from dataclasses import dataclass

from torch import nn

from c3po.admm import Budget, CodebookSet, FilterSet, Plan, Stage

from .networks import LeNet5

FISHER = {"updates_per_epoch": 4, "ramp": 0.8, "shrink": True, "penalty": (1.0, 40.0)}


@dataclass(frozen=True)
class Row:
    """One line of the table.

    start : the row whose network it goes on from; empty: a new network
    distil : the dense net of the same network and seed is the teacher
    bar : largest test error that the goal allows, percent
    best_known : the line beside ours, with its source
    packed : the network is also written as a file, decoded, and evaluated from there
    """

    plan: Plan
    start: str = "dense"
    network: type[nn.Module] = LeNet5
    distil: bool = True
    bar: float | None = None
    best_known: str = ""
    packed: bool = False
    max_bytes: int | None = None
    bias_bits: int = 5
    book_mantissa_bits: int = 5
    batch_size: int = 128


def pruned(max_nonzeros: int, epochs: int, retrain_epochs: int, **settings: object) -> Plan:
    options = {**FISHER, "retrain_learning_rate": 2e-3, **settings}
    stage = Stage(f"prune-{max_nonzeros}", Budget(max_nonzeros, "fisher"), epochs=epochs,
                  retrain_epochs=retrain_epochs, **options)  # type: ignore[arg-type]  # fmt: skip
    return Plan((stage,))


SLIM = Plan(
    (
        Stage(
            "slim",
            constraints={"conv1": FilterSet(10), "conv2": FilterSet(25), "fc1": FilterSet(120)},
            epochs=4,
            retrain_epochs=3,
            penalty=(2.0, 60.0),
            shrink=True,
        ),
    )
)


def quantised(n_values: int, epochs: int, retrain_epochs: int, bias_bits: int = 5) -> Plan:
    stage = Stage.quantise(
        {"*": CodebookSet(n_values)},
        epochs=epochs,
        retrain_epochs=retrain_epochs,
        bias_bits=bias_bits,
        penalty=(2.0, 100.0),
        updates_per_epoch=4,
        learning_rate=5e-4,
    )
    return Plan((stage,))


ROWS: dict[str, Row] = {
    "dense": Row(Plan(()), start="", distil=False, best_known="Caffe 0.9 %"),
    "slim": Row(SLIM),
    "prune-85x": Row(pruned(5064, 6, 6), start="slim", bar=0.80, best_known="ADMM-NN 85x at 0.8 % (1812.11677)"),
    "prune-167x": Row(
        pruned(2577, 8, 8),
        start="prune-85x",
        bar=0.80,
        best_known="ADMM-NN 167x at 1.0 %; 1811.01907 167x 'without loss'",
    ),
    "prune-246x": Row(
        pruned(1750, 8, 8), start="prune-167x", best_known="1903.09769 246x at 1.0 %; Sparse VD 280x at 0.75 %"
    ),
    "nonzeros": Row(
        pruned(1230, 12, 30), start="prune-246x", bar=0.90, best_known="1907.02124 348x 'almost zero loss'"
    ),
    "file-accurate": Row(
        quantised(8, 4, 8),
        start="prune-167x",
        bar=0.75,
        max_bytes=2500,
        packed=True,
        best_known="MIRACLE 3,030 B at 0.69 %; EPR 2,840 B; ADMM-NN 2,730 B",
    ),
}
