"""What the data set costs: slicing, reading back, images per second of each kind; peers in the same run.

``python -m benchmarks.dataset`` prints a table, writes ``benchmarks/results/dataset.json``. Seconds are CPU seconds of
one thread.
"""

import io
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from manifold3d import Manifold
from PIL import Image

from c3po._core import native
from c3po.dataset.images import camera_frames, moments, turns_of
from c3po.dataset.jobs import solid_of
from c3po.dataset.png import png
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.solid import mesh_parts

RESULTS = Path(__file__).parent / "results" / "dataset.json"
NAMES = ("pistol", "carbine", "sabre", "axe")
Rows = list[dict[str, object]]


def cpu_s(work: Callable[[], object], runs: int = 3) -> float:
    """Least CPU seconds of a few calls."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def part(name: str, longest_mm: float = 60.0) -> Mesh:
    """A member of a family at a given size."""
    mesh = FAMILIES[name].generate(np.random.default_rng(1))
    return Mesh(mesh.vertices_mm * (longest_mm / np.ptp(mesh.bounds_mm, axis=0).max()), mesh.faces, name)


def slicing_rows() -> Rows:
    """A 60 mm part at 0.3 mm layers; the peer is a section and one offset per layer, the least any slicer does."""
    settings = SlicerSettings(layer_mm=0.3, first_layer_mm=0.3)
    rows: Rows = []
    for name in NAMES:
        mesh = part(name)
        gcode = slice_mesh(mesh, settings)
        own, reading = cpu_s(lambda m=mesh: slice_mesh(m, settings)), cpu_s(lambda g=gcode: solid_of(g))
        rows.append({"what": f"slice {name}", "s": own, "MB": len(gcode) / 1e6})
        rows.append({"what": f"solid of {name}", "s": reading, "ratio to slicing": reading / own})
    cube = Manifold.cube((60, 60, 60))
    solid = cube.to_mesh()
    block = Mesh(np.asarray(solid.vert_properties, np.float64)[:, :3], np.asarray(solid.tri_verts, np.int32), "cube")
    rows.append({"what": "slice a cube of 60 mm", "s": cpu_s(lambda: slice_mesh(block, settings))})
    return rows


def turned_by_numpy(voxels: np.ndarray, turns: np.ndarray, size: int) -> np.ndarray:
    """The peer of the projections: the same sums with numpy, nearest pixel only."""
    cells = np.argwhere(voxels).astype(np.float64)
    images = np.zeros((len(turns), 3, size, size))
    for k, turn in enumerate(turns):
        at = cells @ turn.T
        at = (at - at.min(axis=0)) * ((size - 1) / np.ptp(at, axis=0).max())
        pixel = at.astype(np.int64)
        for plane, (u, v) in enumerate(((0, 1), (0, 2), (1, 2))):
            images[k, plane] = np.bincount(pixel[:, v] * size + pixel[:, u], minlength=size * size).reshape(size, size)
    return images


def image_rows() -> Rows:
    """Images per CPU second of each kind, over parts of four families."""
    rows: Rows = []
    solids = [mesh_parts(part(name))[0] for name in NAMES]
    turns = turns_of(np.random.default_rng(0), 10)
    for size in (28, 64):
        fast = slow = 0.0
        for solid in solids:
            voxels = np.asfortranarray(solid.voxels).view(np.uint8)
            fast += cpu_s(lambda v=voxels, s=size: native.turned_views(v, turns, s))
            slow += cpu_s(lambda v=voxels, s=size: turned_by_numpy(v, turns, s), runs=1)
        count = 30 * len(solids)
        rows.append({"what": f"projections {size}", "images/s": count / fast, "times numpy": slow / fast})
    spent, frames = 0.0, 0
    for solid in solids:
        heights = moments(solid, 24)
        spent += cpu_s(lambda s=solid, h=heights: camera_frames(s, h, 14, 48, np.random.default_rng(0)))
        frames += 14 * len(heights)
    rows.append({"what": "camera frames 48", "images/s": frames / spent})
    image = camera_frames(solids[0], np.int32([40]), 1, 48, np.random.default_rng(0))[0, 0]

    def by_pillow() -> None:
        for _ in range(200):
            Image.fromarray(image).save(io.BytesIO(), "PNG")

    own, pillow = cpu_s(lambda: [png(image) for _ in range(200)]), cpu_s(by_pillow)
    rows.append({"what": "PNG 48", "images/s": 200 / own, "times pillow": pillow / own})
    return rows


def main() -> None:
    rows = slicing_rows() + image_rows()
    for row in rows:
        told = [f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, float)]
        print(f"{row['what']:24} " + "   ".join(told))
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
