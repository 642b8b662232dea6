"""From a file or a stream of bytes to a toolpath, or straight into a sink of segments.

The work is done in ``_core/gcode``; this is its face. What cannot be followed is not an error but a flag: see
`SHAPE_FLAGS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from c3po._core import native
from c3po.containers import members
from c3po.errors import GcodeError
from c3po.gcode.cycles import spelled_out
from c3po.gcode.toolpath import Toolpath

SHAPE_FLAGS: frozenset[str] = frozenset(native.GCODE_SHAPE_FLAGS)
"""Flags that mean: the printed shape may differ from the segments, so the verdict is at best ``review``."""

CYCLE_FLAG = "canned-cycle"


@dataclass(frozen=True)
class GcodeSummary:
    """What a job was, once its segments went into a sink.

    Parameters
    ----------
    kind : str
        ``fdm``, ``cnc``, ``laser`` or ``nothing`` (no material and no cut).
    layers : int
        Layers of material, by the height of the nozzle.
    flags : tuple of str
        What could not be followed, by name, sorted; those in `SHAPE_FLAGS` can change the shape.
    counters : dict
        What was met how often.
    n_bytes : int
        Length of the decoded text.
    """

    kind: str
    layers: int
    flags: tuple[str, ...]
    counters: dict[str, int]
    n_bytes: int


def read_material(chunks: Iterable[bytes], material: Any) -> GcodeSummary:
    """What the job was; its segments are in ``material``, nothing else is kept.

    Parameters
    ----------
    chunks : iterable of bytes
        The text in any pieces.
    material : native.SegmentSink
        For example ``native.Material`` or ``native.SegmentCollector``.

    Guarantees
    ----------
    - The same bytes in other pieces give the same segments.
    - No text raises an error; what cannot be followed is named in ``flags``.
    - Canned cycles of a small CNC program are cut in the plane that G17 to G19 selects (`c3po.gcode.cycles`).
    """
    program = spelled_out(chunks)
    reader = native.GcodeReader(material)
    for chunk in program.chunks:
        reader.feed(chunk)
    reader.finish()
    counters, flags = dict(reader.counters), list(reader.flags)
    if program.cycles:
        counters |= {"bytes": program.n_bytes, CYCLE_FLAG: program.cycles}
        flags.append(CYCLE_FLAG)
    return GcodeSummary(reader.kind, reader.layers, tuple(sorted(flags)), counters, counters["bytes"])


def read_toolpath(source: str | Path | Iterable[bytes]) -> Toolpath:
    """The toolpath of a job as arrays.

    Parameters
    ----------
    source : path, or iterable of bytes
        A file that holds exactly one job, or its text in any pieces.

    Raises
    ------
    GcodeError
        The file holds a mesh, or several jobs.
    ContainerError
        The file cannot be opened or inflated.

    Examples
    --------
    >>> toolpath = read_toolpath([b"G1 Z.2\\nG1 X10 E", b"1\\n"])
    >>> toolpath.kind, toolpath.segments_mm.tolist()
    ('fdm', [[0.0, 0.0, 0.20000000298023224, 10.0, 0.0, 0.20000000298023224]])
    """
    chunks = _chunks_of(Path(source)) if isinstance(source, str | Path) else source
    collector = native.SegmentCollector()
    summary = read_material(chunks, collector)
    return Toolpath(
        segments_mm=collector.segments_mm,
        width_mm=collector.width_mm,
        height_mm=collector.height_mm,
        tool=collector.tool,
        feature=collector.feature,
        byte_offset=collector.byte_offset,
        kind=summary.kind,
        flags=summary.flags,
    )


def _chunks_of(path: Path) -> Iterable[bytes]:
    jobs = members(path)
    if len(jobs) != 1:
        raise GcodeError(f"{path.name}: expected one job, found {len(jobs)}; read its members one by one")
    if jobs[0].format != "gcode":
        raise GcodeError(f"{jobs[0].name}: expected G-code, found {jobs[0].format}; read it as a mesh")
    return jobs[0].chunks()
