"""The rows: where each starts, what its plan is, and what the papers and we must show for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import nn

from c3po.admm import BinarySet, Budget, CirculantSet, CodebookSet, ColumnSet, ConstraintSet, FilterSet, Plan, Stage

from .networks import LeNet5, LeNet300, small

FISHER = {"updates_per_epoch": 4, "ramp": 0.8, "shrink": True, "penalty": (1.0, 40.0)}


@dataclass(frozen=True)
class Row:
    """One line of the table.

    start : the row whose network it goes on from; empty: a new network
    distil : a dense net of the same seed is the teacher
    teacher : its row; empty: the dense net of the same network
    bar : largest test error that the goal allows, percent
    best_known : the line beside ours, with its source
    gmp : (nonzeros, epochs) of gradual magnitude pruning instead of a plan
    shifted : share of the training images that an epoch shifts by a pixel
    packed : the network is also written as a file, decoded, and evaluated from there
    """

    plan: Plan
    start: str = "dense"
    network: Callable[[], nn.Module] = LeNet5
    distil: bool = True
    teacher: str = ""
    bar: float | None = None
    best_known: str = ""
    packed: bool = False
    max_bytes: int | None = None
    bias_bits: int = 5
    book_mantissa_bits: int = 5
    gmp: tuple[int, int] | None = None
    shifted: float = 1.0


def pruned(max_nonzeros: int, epochs: int, retrain_epochs: int, **settings: object) -> Plan:
    options = {**FISHER, "retrain_learning_rate": 2e-3, **settings}
    stage = Stage(f"prune-{max_nonzeros}", Budget(max_nonzeros, "fisher"), epochs=epochs,
                  retrain_epochs=retrain_epochs, **options)  # type: ignore[arg-type]  # fmt: skip
    return Plan((stage,))


WIDE = {"conv1": FilterSet(10), "conv2": FilterSet(25), "fc1": FilterSet(120)}


def binary(weights: str, epochs: int, retrain_epochs: int, straight_through: bool = False) -> Plan:
    """Inner layers first, first and last late; the last retraining may still turn signs (1905.00789)."""
    stage = Stage(
        "binary",
        constraints={weights: BinarySet()},
        epochs=epochs,
        retrain_epochs=retrain_epochs,
        penalty=(1.0, 200.0),
        updates_per_epoch=4,
        straight_through=straight_through,
    )
    return Plan((stage,))


def reopened(max_nonzeros: int, epochs: int, open_epochs: int, retrain_epochs: int) -> Plan:
    """ADMM divides the budget over the layers, straight-through steps choose the places, retraining the values."""
    found = Stage(
        "places",
        Budget(max_nonzeros, "fisher"),
        epochs=epochs,
        retrain_epochs=open_epochs,
        retrain_learning_rate=1e-3,
        straight_through=True,
        turn_every=50,
        **{**FISHER, "shrink": False},  # type: ignore[arg-type]
    )
    values = Stage(
        "values", Budget(max_nonzeros, "magnitude"), epochs=0, retrain_epochs=retrain_epochs,
        retrain_learning_rate=2e-3, shrink=True,
    )  # fmt: skip
    return Plan((found, values))


def circulant(block: int, direct: bool = False) -> Plan:
    """Blocks in conv2 and fc1; direct: projected at once and trained there, as many epochs as ADMM has in all."""
    stage = Stage(
        "circulant",
        constraints={"conv2,fc1": CirculantSet(block)},
        epochs=0 if direct else 10,
        retrain_epochs=20 if direct else 10,
        penalty=(1.0, 400.0),
        updates_per_epoch=4,
    )
    return Plan((stage,))


def quantised(conv_values: int, fc_values: int, epochs: int, retrain_epochs: int, bias_bits: int = 5) -> Plan:
    stage = Stage.quantise(
        {"conv*": CodebookSet(conv_values), "fc*": CodebookSet(fc_values)},
        epochs=epochs,
        retrain_epochs=retrain_epochs,
        bias_bits=bias_bits,
        penalty=(1.0, 100.0),
        updates_per_epoch=4,
    )
    return Plan((stage,))


def slimmed(
    sets: Mapping[str, ConstraintSet], epochs: int, retrain_epochs: int, retrain_learning_rate: float = 1e-3
) -> Plan:
    """Whole filters, neurons and columns go, and the next stage trains a smaller network."""
    stage = Stage(
        "slim",
        constraints=sets,
        epochs=epochs,
        retrain_epochs=retrain_epochs,
        retrain_learning_rate=retrain_learning_rate,
        penalty=(2.0, 60.0),
        shrink=True,
    )
    return Plan((stage,))


GROUPED = {"updates_per_epoch": 4, "penalty": (1.0, 100.0), "shrink": True}
STRUCTURED = Plan(
    (
        Stage(
            "filters",
            constraints={"conv1": FilterSet(6), "conv2": FilterSet(7), "fc1": FilterSet(20)},
            epochs=5,
            retrain_epochs=5,
            retrain_learning_rate=2e-3,
            **GROUPED,  # type: ignore[arg-type]
        ),
        Stage(
            "columns",
            constraints={"conv2": ColumnSet(100), "fc1": ColumnSet(40)},
            epochs=6,
            retrain_epochs=60,
            retrain_learning_rate=4e-3,
            **GROUPED,  # type: ignore[arg-type]
        ),
    )
)
"""At most 150 + 700 + 800 + 200 = 1,850 weights in dense shapes (filters x kept columns): 232x. Filters go first:
columns chosen together with them are spent on channels that die."""

ROWS: dict[str, Row] = {
    "dense": Row(Plan(()), start="", distil=False, best_known="Caffe 0.9 %"),
    "slim": Row(slimmed(WIDE, 3, 3)),
    "prune-85x": Row(pruned(5064, 6, 6), start="slim", bar=0.80, best_known="ADMM-NN (1812.11677): 85x at 0.8 %"),
    "prune-167x": Row(
        pruned(2577, 8, 12), start="prune-85x", bar=0.80,
        best_known="ADMM-NN: 167x at 1.0 %; 1811.01907: 'without loss'",
    ),
    "prune-246x": Row(
        pruned(1750, 4, 4), start="prune-167x", best_known="1903.09769: 246x at 1.0 %; Sparse VD: 280x at 0.75 %"
    ),
    "nonzeros": Row(
        pruned(1230, 12, 30), start="prune-246x", bar=0.90, packed=True, bias_bits=8,
        best_known="1907.02124: 348x 'almost zero loss'",
    ),
    "file-accurate": Row(
        quantised(16, 8, 4, 10), start="prune-167x", bar=0.75, max_bytes=2500, packed=True,
        best_known="MIRACLE 3,030 B at 0.69 %; EPR 2,840 B; ADMM-NN 2,730 B",
    ),
    "file-small": Row(
        quantised(16, 8, 4, 10),
        start="nonzeros",
        bar=0.95,
        max_bytes=1500,
        packed=True,
        best_known="MIRACLE 1,520 B at 0.96 %",
    ),
    "prune-303x": Row(pruned(1420, 12, 30), start="prune-246x"),
    "values": Row(
        quantised(16, 8, 4, 10), start="prune-303x", bar=0.90, packed=True, best_known="values alone: ADMM-NN 1,910x"
    ),
    "structured": Row(
        STRUCTURED, start="slim", bar=0.90, packed=True, bias_bits=8,
        best_known="P-RM (1905.00136): 232x at 1.95 % with 8 bits",
    ),
    "binary-inner": Row(binary("conv2,fc1", 3, 1)),
    "binary": Row(
        binary("*", 3, 8, straight_through=True), start="binary-inner", bar=0.75, packed=True, bias_bits=8,
        best_known="1903.09769: all layers binary, 0.79 %",
    ),
    "dense-lenet300": Row(Plan(()), start="", network=LeNet300, distil=False, best_known="1.6 %"),
    "lenet300-20x": Row(pruned(13310, 5, 4), start="dense-lenet300", network=LeNet300, teacher="dense", shifted=0.25),
    "lenet300": Row(
        reopened(3800, 8, 40, 60), start="lenet300-20x", network=LeNet300, teacher="dense", bar=1.80, packed=True,
        bias_bits=8, shifted=0.25,
        best_known="Sparse VD 68x at 1.92 %; ADMM 23x at 1.6 %",
    ),
    "gmp-167x": Row(Plan(()), start="slim", gmp=(2577, 32), best_known="prune-167x has 32 epochs after slim"),
    "gmp-350x": Row(Plan(()), start="slim", gmp=(1230, 82), best_known="nonzeros has 82 epochs after slim"),
    "circulant-8": Row(circulant(8), packed=True, bias_bits=8),
    "circulant-16": Row(circulant(16), packed=True, bias_bits=8),
    "circulant-8-direct": Row(circulant(8, direct=True)),
    "circulant-16-direct": Row(circulant(16, direct=True)),
    "control": Row(Plan(()), start="", network=small, best_known="dense, 88 epochs like nonzeros"),
    "control-file": Row(
        quantised(16, 16, 4, 10), start="control", network=small, packed=True, best_known="beside file-small"
    ),
}  # fmt: skip
