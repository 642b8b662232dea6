"""Stage compress: the trained network through an ADMM plan made from three numbers, packed small."""

import shutil
from typing import Any

from c3po.dataset.files import digest_of, written_whole
from c3po.networks.compression import compress_screen
from pipelines.params import COMPRESSED, SCREEN, section

PLAN = """\
stages:
  - name: prune
    budget: {{rate: {rate:g}}}
    epochs: {epochs}
    retrain_epochs: {retrain_epochs}
    penalty: [0.1, 10]
  - name: quantise
    constraints: {{"*": {{codebook: 16}}}}
    keep_support: true
    bias_bits: {bias_bits}
    epochs: {epochs}
    retrain_epochs: {retrain_epochs}
"""


def plan_text(values: dict[str, Any]) -> str:
    """The stages as `c3po compress` reads them: prune to a share of the weights, then sixteen values for the rest."""
    return PLAN.format(
        rate=1.0 / float(values["nonzero_share"]),
        epochs=int(values["epochs"]),
        retrain_epochs=int(values["retrain_epochs"]),
        bias_bits=int(values["bias_bits"]),
    )


def main() -> None:
    values = section("compress")
    plan, out, stamp = COMPRESSED / "plan.yaml", COMPRESSED / "small.c3po", COMPRESSED / "checkpoint.sha256"
    text, digest = plan_text(values), digest_of(SCREEN / "screen.pt")
    stale = not (plan.exists() and stamp.exists()) or plan.read_text() != text or stamp.read_text() != digest
    if stale and COMPRESSED.exists():
        shutil.rmtree(COMPRESSED)  # stages of another plan or of another network
    written_whole(plan, text.encode())
    written_whole(stamp, digest.encode())
    packed = compress_screen(
        SCREEN / "screen.pt", plan, SCREEN / "train", out, bias_bits=int(values["bias_bits"]), report=_print
    )
    print(packed)


def _print(line: dict[str, Any]) -> None:
    print("  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


if __name__ == "__main__":
    main()
