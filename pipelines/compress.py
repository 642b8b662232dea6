"""Stage compress: the network through an ADMM plan, packed small; with a corpus those of the folds as well, since the
thresholds come from what the packed networks say of sources they have not seen."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import c3po.admm
from c3po.dataset.files import digest_of, written_whole
from c3po.networks import compression
from c3po.networks.compression import compress_screen
from pipelines.params import COMPRESSED, REFINED, SCREEN, section

GENERATED = ("train", "growing", "warped", "disguised")


def training_tables(real: Path) -> list[Path]:
    """What a network was trained on; real parts are few, so they come three times."""
    return [SCREEN / name for name in GENERATED if (SCREEN / name).exists()] + [real] * 3 * real.exists()


def networks() -> dict[str, tuple[Path, Path]]:
    """Name of each packed network, the checkpoint it is made from, and the real parts that one has seen."""
    numbers = sorted(path.stem.rpartition("-")[2] for path in REFINED.glob("fold-*.pt"))
    folds = {f"small-{n}": (REFINED / f"fold-{n}.pt", REFINED / f"real-without-{n}.npz") for n in numbers}
    return {"small": (REFINED / "refined.pt", REFINED / "real.npz"), **folds}


def code_digest() -> str:
    """SHA-256 of the code that compresses: stages made by other code are not gone on from."""
    files = sorted([*Path(c3po.admm.__file__).parent.rglob("*.py"), Path(compression.__file__)])
    return hashlib.sha256("".join(digest_of(path) for path in files).encode()).hexdigest()


def main() -> None:
    values = section("compress")
    plan, stamp = Path(values["plan"]), COMPRESSED / "made-of.txt"
    checkpoints = " ".join(digest_of(checkpoint) for checkpoint, _ in networks().values())
    made_of = f"{digest_of(plan)} {checkpoints} {code_digest()} {values}"
    if COMPRESSED.exists() and (not stamp.exists() or stamp.read_text() != made_of):
        shutil.rmtree(COMPRESSED)  # stages of another plan, network or code
    written_whole(stamp, made_of.encode())
    for name, (checkpoint, real) in networks().items():
        packed = compress_screen(
            checkpoint,
            plan,
            training_tables(real),
            COMPRESSED / f"{name}.c3po",
            bias_bits=int(values["bias_bits"]),
            report=_print,
            epoch_samples=values["epoch_samples"],
        )
        print(packed)


def _print(line: dict[str, Any]) -> None:
    print("  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
