"""Stage compress: the network, refined where there was a corpus, through an ADMM plan, packed small."""

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


def training_tables() -> list[Path]:
    """What the network was trained on; real parts are few, so they come three times."""
    real = REFINED / "real.npz"
    return [SCREEN / name for name in GENERATED if (SCREEN / name).exists()] + [real] * 3 * real.exists()


def code_digest() -> str:
    """SHA-256 of the code that compresses: stages made by other code are not gone on from."""
    files = sorted([*Path(c3po.admm.__file__).parent.rglob("*.py"), Path(compression.__file__)])
    return hashlib.sha256("".join(digest_of(path) for path in files).encode()).hexdigest()


def main() -> None:
    values = section("compress")
    plan, out, stamp = Path(values["plan"]), COMPRESSED / "small.c3po", COMPRESSED / "made-of.txt"
    made_of = f"{digest_of(plan)} {digest_of(REFINED / 'refined.pt')} {code_digest()} {values}"
    if COMPRESSED.exists() and (not stamp.exists() or stamp.read_text() != made_of):
        shutil.rmtree(COMPRESSED)  # stages of another plan, network or code
    written_whole(stamp, made_of.encode())
    packed = compress_screen(
        REFINED / "refined.pt",
        plan,
        training_tables(),
        out,
        bias_bits=int(values["bias_bits"]),
        report=_print,
        epoch_samples=values["epoch_samples"],
    )
    print(packed)


def _print(line: dict[str, Any]) -> None:
    print("  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
