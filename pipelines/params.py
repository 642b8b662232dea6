"""What the stages read from ``params.yaml``: the profile, and its section for one stage."""

import os
import sys
from pathlib import Path
from typing import Any

from c3po.dataset.plan import DatasetPlan, plan_from, read_yaml
from c3po.errors import ManifestError

PARAMS = Path("params.yaml")
SECTIONS = {
    "dataset": None,
    "corpus": {"manifest", "source"},
    "train": {"count", "guns", "growing", "warped", "disguised", "held_out", "held_out_count", "epochs", "seed"},
    "baselines": {"epochs", "part_epochs", "film_epochs", "films", "batch_size", "seed"},
    "compress": {"plan", "epoch_samples", "bias_bits"},
    "evaluate": {"early_parts", "evasion_guns"},
}
DATA = Path("data")
SET, SCREEN, COMPRESSED, PACKED = DATA / "set", DATA / "screen", DATA / "compressed", DATA / "packed"
CORPUS, REFINED = DATA / "corpus", DATA / "refined"
EVALUATION, BASELINES, REPORT = DATA / "evaluation", DATA / "baselines", DATA / "report"


def section(stage: str, path: Path = PARAMS) -> dict[str, Any]:
    """The numbers of one stage in the chosen profile.

    Raises
    ------
    ManifestError
        The profile, a section or a key is unknown or missing.
    """
    values = read_yaml(path)
    profile = values.get("profile")
    if not isinstance(profile, str) or not isinstance(values.get(profile), dict):
        known = ", ".join(key for key in values if key != "profile")
        raise ManifestError(f"{path}: expected profile to be one of {known}, got {profile!r}; correct it")
    for name, own in values[profile].items():
        if name not in SECTIONS:
            raise ManifestError(f"{path}: expected one of {', '.join(SECTIONS)} in {profile}, got {name}; correct it")
        for key in own:
            allowed = SECTIONS[name]
            if allowed is not None and key not in allowed:
                raise ManifestError(
                    f"{path}: expected one of {', '.join(sorted(allowed))} in {profile}.{name}, got {key}; correct it"
                )
    if stage not in values[profile]:
        raise ManifestError(f"{path}: expected a section {stage} in {profile}, found none; add it")
    return dict(values[profile][stage])


def dataset_plan() -> DatasetPlan:
    """The plan of the data set in the chosen profile."""
    return plan_from(section("dataset"), str(PARAMS))


def workers() -> int:
    """Processes to use; ``C3PO_WORKERS`` overrides the number of cores."""
    return int(os.environ.get("C3PO_WORKERS") or os.cpu_count() or 1)


def show(step: str, done: int, total: int) -> None:
    """A line of progress about every tenth of the way."""
    if done == total or done % max(1, total // 10) == 0:
        print(f"{step} {done}/{total}", file=sys.stderr, flush=True)
