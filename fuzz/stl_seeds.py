"""Writes the committed seeds of the STL fuzzer: ``python -m fuzz.stl_seeds``. The first byte chooses the reading."""

from pathlib import Path

import numpy as np
import trimesh

FOLDER = Path(__file__).parent / "corpus" / "stl"


def main() -> None:
    box = trimesh.creation.box((20, 12, 8))
    text = box.export(file_type="stl_ascii")
    seeds = [b"\0" + spelling.encode() for spelling in (text[:900], text.upper()[:700], text.replace("\n", "\r")[:600])]
    seeds += [b"\1" + triangles.astype(np.float32).tobytes() for triangles in (box.triangles, box.triangles[:9, ::-1])]
    seeds += [b"\2" + (2 * box.triangles + 24).astype(np.uint8).tobytes()]
    beads = [[0, y, z, 9, y, z, 0.45, 0.2] for z in (0.2, 0.4) for y in (0, 0.4, 0.8)] + [[0, 0, 0.2, 3, 3, 4, 1, 1]]
    seeds += [b"\3" + np.array(beads, dtype=np.float32).tobytes()]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (FOLDER / f"{number:03}").write_bytes(seed)


if __name__ == "__main__":
    main()
