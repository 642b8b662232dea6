"""From bytes to a toolpath, through the public face."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from c3po._core import native
from c3po.containers import sniff
from c3po.errors import GcodeError
from c3po.gcode import SHAPE_FLAGS, read_material, read_toolpath

SQUARE = b"""\
; a square
G28
G90
M83
G1 Z.2 F300
G1 X10 Y10
;TYPE:External perimeter
;WIDTH:0.45
G1 X30 E1
G1 Y20 E.5
;TYPE:Skirt/Brim
T1
G1 X10 E1
G1 Y10 E.5 ; done
G1 X0 Y0
G1 E-1
"""


def test_material_is_laid_where_the_extruder_advances() -> None:
    toolpath = read_toolpath([SQUARE])
    assert toolpath.kind == "fdm"
    assert toolpath.segments_mm[:, [0, 1, 3, 4]].tolist() == [
        [10, 10, 30, 10],
        [30, 10, 30, 20],
        [30, 20, 10, 20],
        [10, 20, 10, 10],
    ]
    assert np.allclose(toolpath.segments_mm[:, [2, 5]], 0.2)
    assert np.allclose(toolpath.width_mm, 0.45)
    assert np.allclose(toolpath.height_mm, 0.2)
    assert toolpath.tool.tolist() == [0, 0, 1, 1]
    assert toolpath.feature.tolist() == [1, 1, 2, 2]
    assert [SQUARE[offset:].split(b"\n")[0] for offset in toolpath.byte_offset] == [
        b"G1 X30 E1",
        b"G1 Y20 E.5",
        b"G1 X10 E1",
        b"G1 Y10 E.5 ; done",
    ]
    assert toolpath.flags == ()


def test_a_summary_counts(tmp_path: Path) -> None:
    collector = native.SegmentCollector()
    summary = read_material([SQUARE[:50], SQUARE[50:]], collector)
    assert (summary.kind, summary.layers, summary.n_bytes, len(collector)) == ("fdm", 1, len(SQUARE), 4)
    assert summary.counters["extruding_moves"] == 4


def test_a_file_is_read_by_content(tmp_path: Path) -> None:
    (tmp_path / "a.stl").write_bytes(gzip.compress(SQUARE))
    assert len(read_toolpath(tmp_path / "a.stl").segments_mm) == 4


def test_a_mesh_is_no_toolpath(tmp_path: Path) -> None:
    (tmp_path / "a.gcode").write_bytes(b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    with pytest.raises(GcodeError, match=r"^a\.gcode: expected G-code, found off; read it as a mesh$"):
        read_toolpath(tmp_path / "a.gcode")


def test_feeding_after_the_end_is_a_wrong_call() -> None:
    reader = native.GcodeReader(native.SegmentCollector())
    reader.finish()
    with pytest.raises(ValueError, match="feed must come before finish"):
        reader.feed(b"G1")


def test_ordinary_jobs_raise_no_shape_flag(needs_data: Path) -> None:
    """Of the real prints at most three may be sent to review for what the reader could not follow."""
    rows = csv.DictReader((needs_data / "gcode.csv").read_text().splitlines())
    rows = [row for row in rows if row["kind"] == "fdm"]
    assert len(rows) > 50
    files = [needs_data / row["file"] for row in rows]
    texts = [path for path in files if sniff(path) == "gcode"]
    flagged = {path.name: SHAPE_FLAGS.intersection(read_toolpath(path).flags) for path in texts}
    assert sum(bool(flags) for flags in flagged.values()) <= 3, flagged
