"""``c3po evaluate --evasion``: what is still seen of a set of weapons after somebody tried to hide them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from c3po.containers import members
from c3po.errors import C3poError, MeshError
from c3po.mesh import joined, read_meshes
from c3po.mesh.mesh import Mesh
from c3po.verdict import Screen, Verdict
from c3po.verdict.evaluation import Rate
from c3po.verdict.evasion import judged_evasions

Answers = dict[str, Verdict]

_screen: Screen | None = None


def evasion_table(paths: Sequence[Path], network: Path | None, policy: Path | None, jobs: int) -> Iterator[Answers]:
    """The verdicts on each mesh under every evasion, in order; empty for a file that holds no mesh."""
    if jobs == 1 or len(paths) == 1:
        _start(network, policy)
        yield from map(_judged, paths)
        return
    pool = ProcessPoolExecutor(
        jobs or None, mp_context=get_context("spawn"), initializer=_start, initargs=(network, policy)
    )
    with pool:
        yield from pool.map(_judged, paths)


def _start(network: Path | None, policy: Path | None) -> None:
    global _screen
    _screen = Screen.open(network, policy)


def _judged(path: Path) -> Answers:
    assert _screen is not None
    try:
        mesh = mesh_in(path)
    except C3poError:
        return {}
    return {evasion.name: verdict for evasion, verdict in judged_evasions(mesh, _screen)}


def mesh_in(path: Path) -> Mesh:
    """All bodies of a mesh file as one mesh.

    Raises
    ------
    C3poError
        The file cannot be read or holds no mesh.
    """
    bodies = [mesh for member in members(path) if member.format != "gcode" for mesh in read_meshes(member)]
    if not bodies:
        raise MeshError(f"{path}: expected a mesh, found none; evasions change meshes")
    return joined(bodies)


def lines_of(report: dict[str, Any]) -> Iterator[str]:
    """The report as text."""
    yield f"{report['weapons']} weapons, {len(report['evasions'])} evasions; {report['unreadable']} files not read"
    yield ""
    yield f"{'evasion':<26} {'a person sees':<20} {'called weapon':<34} flagged"
    for row in report["evasions"]:
        rates = [str(Rate(row[kind]["hits"], row[kind]["n"])) for kind in ("weapon", "flagged")]
        yield f"{row['evasion']:<26} {row['person']:<20} {rates[0]:<34} {rates[1]}"
    if report["mean_flagged"] is not None:
        yield f"\nflagged: mean {100 * report['mean_flagged']:.1f} %, worst: {report['worst']}"
