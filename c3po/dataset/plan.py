"""Every number a data set depends on: one frozen value, read from a file that may hold nothing else."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from c3po.errors import ManifestError
from c3po.shapes import C3PO_22, FAMILIES


@dataclass(frozen=True)
class DatasetPlan:
    """What to make.

    Parameters
    ----------
    parts : int
        Different parts, spread evenly over the labels, then over the families of a label.
    rotations : int
        Turns of each part in Set I; every turn gives three images.
    sizes_px : tuple of int
        Sides of the images of Set I.
    frames, poses : int
        Moments of each print and camera poses in Set II: ``frames * (poses + 1)`` images a part, less where a part
        has fewer layers than frames.
    camera_px : int
        Side of the images of Set II.
    longest_mm : (float, float)
        Range of the longest side of a part.
    validation_share, test_share : float
        Shares of each label's families that stand in no other split.
    families : tuple of str
        The only families to draw from, each in turn; all when empty.
    parts_per_shard, seed : int
    slicer : str
    """

    parts: int = 60
    rotations: int = 4
    sizes_px: tuple[int, ...] = (28, 64)
    frames: int = 8
    poses: int = 2
    camera_px: int = 48
    longest_mm: tuple[float, float] = (15.0, 30.0)
    validation_share: float = 0.12
    test_share: float = 0.25
    families: tuple[str, ...] = ()
    parts_per_shard: int = 32
    seed: int = 0
    slicer: str = "built-in"

    def __post_init__(self) -> None:
        for name, low, high in (
            ("parts", 1, 1_000_000),
            ("rotations", 1, 1000),
            ("frames", 1, 1000),
            ("poses", 0, 1000),
            ("camera_px", 8, 512),
            ("parts_per_shard", 1, 100_000),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be between {low} and {high}, got {getattr(self, name)}")
        if not self.sizes_px or not all(8 <= size <= 512 for size in self.sizes_px):
            raise ValueError(f"sizes_px must be between 8 and 512, got {self.sizes_px}")
        if not 1 <= self.longest_mm[0] <= self.longest_mm[1] <= 1000:
            raise ValueError(f"longest_mm must rise within 1 to 1000, got {self.longest_mm}")
        if not 0 <= self.validation_share <= 0.5 or not 0 <= self.test_share <= 0.5:
            raise ValueError(f"shares must be between 0 and 0.5, got {self.validation_share} and {self.test_share}")
        unknown = [name for name in self.families if name not in FAMILIES]
        if unknown:
            raise ValueError(f"families must be families of c3po.shapes, got {', '.join(map(str, unknown))}")

    @property
    def digest(self) -> str:
        """SHA-256 of all numbers."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def n_projections(self) -> int:
        """Images of Set I at each size."""
        return self.parts * self.rotations * 3

    @property
    def n_sequences(self) -> int:
        """Images of Set II, at most."""
        return self.parts * self.frames * (self.poses + 1)

    @property
    def bytes_needed(self) -> int:
        """A generous estimate of the room a build takes, toolpaths included."""
        toolpath = 9_000 * self.longest_mm[1] ** 1.2
        set_one = self.n_projections * sum(400 + 0.4 * size * size for size in self.sizes_px)
        return int(self.parts * toolpath + set_one + self.n_sequences * (400 + 0.7 * self.camera_px**2))


SMOKE = DatasetPlan()
FULL = DatasetPlan(parts=2500, rotations=10, frames=24, poses=14, longest_mm=(25.0, 70.0), parts_per_shard=50)
PAPER = DatasetPlan(  # 22 parts in 943 turns each: 62,238 images, the size and the narrowness of the paper's Set I
    parts=22, rotations=943, sizes_px=(28,), frames=24, poses=14, longest_mm=(25.0, 70.0), families=C3PO_22
)
PROFILES = {"smoke": SMOKE, "full": FULL, "paper": PAPER}


def plan_from(values: Mapping[str, Any], where: str) -> DatasetPlan:
    """The plan with these values, the rest as in `SMOKE`.

    Raises
    ------
    ManifestError
        A key is unknown or a value does not fit.
    """
    fields = {field.name: field for field in dataclasses.fields(DatasetPlan)}
    for key in values:
        if key not in fields:
            raise ManifestError(f"{where}: expected one of {', '.join(fields)}, got {key}; correct the key")
    given: dict[str, Any] = {}
    for key, value in values.items():
        default = getattr(SMOKE, key)
        if isinstance(default, tuple):
            value = tuple(value) if isinstance(value, list | tuple) else value
        if isinstance(value, bool) or not isinstance(
            value, (int, float) if isinstance(default, float) else type(default)
        ):
            raise ManifestError(f"{where}: expected {type(default).__name__} for {key}, got {value!r}; correct it")
        given[key] = value
    try:
        return DatasetPlan(**given)
    except (ValueError, TypeError) as problem:
        raise ManifestError(f"{where}: {problem}; correct the value") from None


def read_plan(path: Path) -> DatasetPlan:
    """The plan in a YAML file, or in its section ``dataset``."""
    values = read_yaml(path)
    values = values.get("dataset", values)
    if not isinstance(values, dict):
        raise ManifestError(f"{path}: expected keys and values, got {type(values).__name__}; see docs/dataset.md")
    return plan_from(values, str(path))


def read_yaml(path: Path) -> dict[str, Any]:
    """Keys and values of a YAML file."""
    import yaml

    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise ManifestError(f"{path}: expected a YAML file, got {type(problem).__name__}; check the path") from None
    except yaml.YAMLError as problem:
        line = getattr(getattr(problem, "problem_mark", None), "line", -1) + 1
        raise ManifestError(f"{path}:{line}: expected YAML, got something else; correct the line") from None
    if not isinstance(values, dict):
        raise ManifestError(f"{path}: expected keys and values, got {type(values).__name__}; see docs/dataset.md")
    return values
