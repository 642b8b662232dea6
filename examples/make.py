"""Makes the example files beside it from the part families: ``python examples/make.py [FOLDER]``.

Each is one seeded member of a family; the same seeds give the same bytes. The weapon silhouette is a solid block
without bore or moving part, for recognition only.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from c3po.mesh import Mesh, write_stl
from c3po.shapes import FAMILIES
from c3po.slicing import SlicerSettings, slice_mesh

#: file stem, family, seed, longest side in mm
EXAMPLES = (
    ("bracket", "l_bracket", 3, 50.0),
    ("gear", "spur_gear", 0, 45.0),
    ("cup", "cup", 2, 90.0),
    ("wrench", "wrench", 1, 120.0),
    ("drill", "cordless_drill", 4, 110.0),
    ("weapon-silhouette", "pistol", 4, 100.0),
)
#: what is also sliced, and how it lies on the bed (degrees about x)
SLICED = {"bracket": 0.0, "weapon-silhouette": 90.0}
SETTINGS = SlicerSettings(layer_mm=0.4, first_layer_mm=0.4, width_mm=0.6, density=0.1, top_layers=2, bottom_layers=2)


def example_mesh(family: str, seed: int, longest_mm: float, tilt_deg: float = 0.0) -> Mesh:
    """One member of a family, scaled to its longest side, turned about x and stood on the bed."""
    mesh = FAMILIES[family].generate(np.random.default_rng(seed))
    turn = np.radians(tilt_deg)
    rotation = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    points = mesh.vertices_mm @ rotation.T
    points *= longest_mm / np.ptp(mesh.vertices_mm, axis=0).max()
    return replace(mesh, vertices_mm=points - (0, 0, points[:, 2].min()))


def main(folder: Path) -> None:
    """Write every example into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, family, seed, longest_mm in EXAMPLES:
        write_stl(example_mesh(family, seed, longest_mm), folder / f"{stem}.stl")
        if stem in SLICED:
            mesh = example_mesh(family, seed, longest_mm, SLICED[stem])
            (folder / f"{stem}.gcode").write_bytes(slice_mesh(mesh, SETTINGS))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
