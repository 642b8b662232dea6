"""`slice_mesh`: one or several meshes to G-code, by the slicer in this folder or by an installed one."""

from collections.abc import Sequence

import numpy as np
from manifold3d import CrossSection
from numpy.typing import NDArray

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh
from c3po.slicing import around, engines
from c3po.slicing.layers import Layer, layer_heights, plan_part
from c3po.slicing.placement import arranged
from c3po.slicing.sections import MOST_LAYERS, check, sections
from c3po.slicing.settings import SlicerSettings
from c3po.slicing.writer import Writer

BUILT_IN = "built-in"


def slice_mesh(mesh: Mesh | Sequence[Mesh], settings: SlicerSettings, slicer: str = BUILT_IN) -> bytes:
    """G-code that prints the meshes side by side.

    Parameters
    ----------
    mesh : Mesh or sequence of Mesh
        Each is stood on the bed as it is turned; the plate is centred on it.
    settings : SlicerSettings
    slicer : str
        ``built-in``, ``prusa-slicer``, ``slic3r`` or ``cura``.

    Raises
    ------
    MeshError
        A mesh is empty, not finite, larger than 5 m, without inside, or of too many layers.
    UnsupportedError
        The slicer is not known, not installed, or failed.

    Guarantees
    ----------
    - The same meshes and settings give the same bytes.
    - The footprint of a layer is the section at its middle, but for bodies thinner than a bead or half a first layer.
    - With density 1 the extruded volume is the volume of the meshes and of what is printed around them.
    """
    meshes = [mesh] if isinstance(mesh, Mesh) else list(mesh)
    if not meshes:
        raise ValueError("mesh must hold at least one mesh, got none")
    for each in meshes:
        check(each)
    plate = arranged(meshes, settings)
    if slicer != BUILT_IN:
        return engines.run(slicer, plate, settings)
    layers = plan_plate(plate, settings)
    writer = Writer(settings, [_label(each, number) for number, each in enumerate(plate)])
    writer.start(layers)
    for index, layer in enumerate(layers):
        writer.layer(index, layer)
    return writer.finish()


def _label(mesh: Mesh, number: int) -> str:
    """A name that cannot break out of a comment."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in mesh.name[:60])
    return f"{plain or 'part'}_{number + 1}"


def plan_plate(meshes: Sequence[Mesh], settings: SlicerSettings) -> list[Layer]:
    """Every layer of the plate, raft first."""
    top = max(float(each.bounds_mm[1, 2]) for each in meshes)
    if top / settings.layer_mm > MOST_LAYERS:
        raise MeshError(f"plate: expected at most {MOST_LAYERS} layers, got {top / settings.layer_mm:.0f}; scale it")
    z_mm, thickness = layer_heights(top, settings)
    layers = [Layer(float(z), float(h)) for z, h in zip(z_mm, thickness, strict=True)]
    outlines = [_outlines(each, _section_heights(each, z_mm - thickness / 2)) for each in meshes]
    footprint = around.united([own[0] for own in outlines])
    supports = [around.support_regions(own, settings) for own in outlines] if settings.support else []
    if supports:
        footprint = around.united([footprint, *(regions[0] for regions in supports)])
    first = layers[0]
    if settings.raft_layers:
        base = around.raft(footprint, settings)
        lift = base[-1].z_mm
        for layer in layers:
            layer.z_mm += lift
        layers, first = base + layers, base[0]
    around.add_skirt(first, footprint, settings)
    around.add_brim(first, footprint, settings)
    own_layers = layers[settings.raft_layers :]
    for number, own in enumerate(outlines):
        if supports:
            around.add_supports(own_layers, supports[number], number, settings)
        plan_part(own, own_layers, number, settings)
    return layers


def _section_heights(mesh: Mesh, middles_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """The middles of the layers; a body that does not reach that of the first is one layer, cut at its own middle."""
    top_mm = float(mesh.bounds_mm[1, 2])
    if top_mm > middles_mm[0]:
        return middles_mm
    return np.concatenate([[top_mm / 2], middles_mm[1:]])


def _outlines(mesh: Mesh, heights_mm: NDArray[np.float64]) -> list[CrossSection]:
    """Sections with corners closer than a hundredth of a millimetre left out."""
    return [outline.simplify(0.01) for outline in sections(mesh, heights_mm)]
