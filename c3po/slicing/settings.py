"""What a slicer may be told: one frozen value, checked once, and a random one for data sets."""

from dataclasses import dataclass, fields

import numpy as np

PATTERNS = ("lines", "zigzag", "grid", "triangles", "cubic", "gyroid", "concentric")
DIALECTS = ("prusa", "cura", "bambu", "none")

_RANGES: dict[str, tuple[float, float]] = {
    "layer_mm": (0.02, 2.0),
    "first_layer_mm": (0.02, 2.0),
    "width_mm": (0.1, 4.0),
    "perimeters": (0, 50),
    "density": (0.0, 1.0),
    "infill_deg": (-360.0, 360.0),
    "top_layers": (0, 100),
    "bottom_layers": (0, 100),
    "skirt_loops": (0, 50),
    "skirt_gap_mm": (0.0, 50.0),
    "brim_mm": (0.0, 50.0),
    "raft_layers": (0, 20),
    "support_deg": (0.0, 89.0),
    "support_density": (0.02, 1.0),
    "print_mm_s": (1.0, 2000.0),
    "travel_mm_s": (1.0, 2000.0),
    "first_layer_mm_s": (1.0, 2000.0),
    "filament_mm": (0.5, 10.0),
    "retract_mm": (0.0, 20.0),
    "hop_mm": (0.0, 5.0),
    "bed_mm": (20.0, 5000.0),
    "gap_mm": (0.0, 100.0),
    "nozzle_c": (0, 500),
    "bed_c": (0, 200),
}


@dataclass(frozen=True)
class SlicerSettings:
    """How to turn a mesh into a toolpath. Lengths in mm, speeds in mm/s, angles in degrees, shares in [0, 1].

    Parameters
    ----------
    layer_mm, first_layer_mm, width_mm : float
        Layer heights and bead width.
    perimeters : int
        Loops along the outline.
    pattern, density, infill_deg
        Sparse infill: one of `PATTERNS`, share of the interior filled, direction of its lines.
    top_layers, bottom_layers : int
        Solid layers over and under every horizontal surface.
    skirt_loops, skirt_gap_mm, brim_mm, raft_layers
        What is printed around and under the part; 0 leaves it out.
    support, support_deg, support_density
        Columns under surfaces that lean further than ``support_deg`` from upright.
    dialect : str
        Whose comments to imitate, one of `DIALECTS`.
    relative_e, firmware_retraction, travel_word, hop_mm, retract_mm, purge_line, object_labels
        Habits of slicers that change the text and not the part.
    bed_mm, gap_mm
        Side of the square bed, whose middle the plate is centred on; distance between parts.
    """

    layer_mm: float = 0.2
    first_layer_mm: float = 0.2
    width_mm: float = 0.45
    perimeters: int = 2
    pattern: str = "grid"
    density: float = 0.2
    infill_deg: float = 45.0
    top_layers: int = 4
    bottom_layers: int = 4
    skirt_loops: int = 1
    skirt_gap_mm: float = 4.0
    brim_mm: float = 0.0
    raft_layers: int = 0
    support: bool = False
    support_deg: float = 50.0
    support_density: float = 0.15
    print_mm_s: float = 60.0
    travel_mm_s: float = 150.0
    first_layer_mm_s: float = 20.0
    dialect: str = "prusa"
    relative_e: bool = False
    firmware_retraction: bool = False
    travel_word: str = "G1"
    hop_mm: float = 0.0
    retract_mm: float = 0.8
    filament_mm: float = 1.75
    purge_line: bool = True
    object_labels: bool = True
    outer_first: bool = False
    bed_mm: float = 220.0
    gap_mm: float = 8.0
    nozzle_c: int = 210
    bed_c: int = 60

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be between {low:g} and {high:g}, got {value}")
        for name, choices in (("pattern", PATTERNS), ("dialect", DIALECTS), ("travel_word", ("G0", "G1"))):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)}")

    @property
    def bead_mm2(self) -> float:
        """Cross-section of a bead: width times layer height."""
        return self.width_mm * self.layer_mm


def setting_names() -> tuple[str, ...]:
    """The names a settings file may use."""
    return tuple(field.name for field in fields(SlicerSettings))


def random_settings(rng: np.random.Generator) -> SlicerSettings:
    """Settings drawn as people use them: most prints plain, some with brim, raft, support or odd habits."""

    def chance(probability: float) -> bool:
        return bool(rng.random() < probability)

    def pick(*options: float) -> float:
        return float(options[int(rng.integers(len(options)))])

    dialect = DIALECTS[int(rng.choice(4, p=(0.4, 0.3, 0.15, 0.15)))]
    layer_mm = pick(0.12, 0.16, 0.2, 0.2, 0.24, 0.28, 0.3)
    raft = chance(0.06)
    return SlicerSettings(
        layer_mm=layer_mm,
        first_layer_mm=max(layer_mm, pick(0.2, 0.24, 0.3)),
        width_mm=round(float(rng.uniform(0.38, 0.62)), 2),
        perimeters=int(rng.integers(1, 5)),
        pattern=PATTERNS[int(rng.integers(len(PATTERNS)))],
        density=round(0.0 if chance(0.05) else float(rng.uniform(0.05, 0.4)) if chance(0.95) else 1.0, 2),
        infill_deg=pick(0, 30, 45, 45, 60, 90),
        top_layers=int(rng.integers(2, 7)),
        bottom_layers=int(rng.integers(2, 6)),
        skirt_loops=int(rng.integers(0, 4)),
        skirt_gap_mm=round(float(rng.uniform(2, 10)), 1),
        brim_mm=0.0 if raft or not chance(0.15) else round(float(rng.uniform(3, 10)), 1),
        raft_layers=int(rng.integers(2, 5)) if raft else 0,
        support=chance(0.35),
        support_deg=pick(40, 50, 60),
        support_density=round(float(rng.uniform(0.1, 0.25)), 2),
        print_mm_s=pick(30, 45, 60, 80, 120, 200, 300),
        travel_mm_s=pick(120, 150, 200, 300, 500),
        first_layer_mm_s=pick(15, 20, 30, 50),
        dialect=dialect,
        relative_e=chance(0.9 if dialect == "bambu" else 0.4),
        firmware_retraction=chance(0.1),
        travel_word="G0" if dialect == "cura" or chance(0.2) else "G1",
        hop_mm=pick(0.2, 0.4, 0.6) if chance(0.25) else 0.0,
        retract_mm=pick(0.0, 0.4, 0.8, 2.0, 5.0),
        filament_mm=2.85 if chance(0.08) else 1.75,
        purge_line=chance(0.6),
        object_labels=chance(0.5),
        outer_first=chance(0.3),
        bed_mm=pick(180, 200, 220, 235, 250, 256, 300, 350),
        gap_mm=pick(5, 8, 12),
        nozzle_c=int(rng.integers(190, 260)),
        bed_c=int(rng.integers(0, 105)),
    )
