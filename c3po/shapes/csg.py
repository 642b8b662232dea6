"""The tiny vocabulary every family is written in: solids in millimetres or any unit, made and joined by manifold3d.

Axes: x is the length of the thing, y its width, z up. `side` draws in the x-z plane, `slab` on the bed.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin
from typing import Any, TypeAlias

import numpy as np
from manifold3d import CrossSection, JoinType, Manifold, OpType

Body: TypeAlias = Any  # a manifold3d.Manifold; the package has no types
Outline: TypeAlias = Any  # a manifold3d.CrossSection
Point: TypeAlias = tuple[float, float, float]
Flat: TypeAlias = Sequence[tuple[float, float]]


def box(size: Point, at: Point = (0, 0, 0)) -> Body:
    """A cuboid with its centre at ``at``."""
    return Manifold.cube(size, True).translate(at)


def block(x0: float, x1: float, z0: float, z1: float, width: float) -> Body:
    """A cuboid between two x and two z, centred in y."""
    return box((x1 - x0, width, z1 - z0), ((x0 + x1) / 2, 0, (z0 + z1) / 2))


def rounded_box(size: Point, radius: float, at: Point = (0, 0, 0), n: int = 16) -> Body:
    """A cuboid whose upright edges are round."""
    return slab(rounded(rectangle(size[0], size[1]), radius, n), size[2]).translate((at[0], at[1], at[2] - size[2] / 2))


def rod(start: Point, end: Point, radius: float, end_radius: float | None = None, n: int = 16) -> Body:
    """A cylinder or cone between two points."""
    axis = np.subtract(end, start)
    length = float(np.linalg.norm(axis))
    body = Manifold.cylinder(length, radius, radius if end_radius is None else end_radius, n)
    tilt = np.degrees(np.arccos(np.clip(axis[2] / length, -1, 1)))
    return body.rotate((0, tilt, np.degrees(np.arctan2(axis[1], axis[0])))).translate(start)


def ball(radius: float, at: Point = (0, 0, 0), n: int = 16, stretch: Point = (1, 1, 1)) -> Body:
    """A sphere, or an ellipsoid where ``stretch`` is not one."""
    return Manifold.sphere(radius, n).scale(stretch).translate(at)


def ring(radius: float, tube: float, at: Point = (0, 0, 0), n: int = 24) -> Body:
    """A torus lying on the bed."""
    return Manifold.revolve(CrossSection.circle(tube, max(6, n // 2)).translate((radius, 0)), n).translate(at)


def outline(points: Flat) -> Outline:
    """A polygon, whichever way it runs."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
    return CrossSection([list(points) if area > 0 else list(points)[::-1]])


def rectangle(x: float, y: float) -> Outline:
    """A rectangle about the origin."""
    return CrossSection.square((x, y), True)


def disc(radius: float, n: int = 24) -> Outline:
    """A regular polygon about the origin."""
    return CrossSection.circle(radius, n)


def rounded(shape: Outline, radius: float, n: int = 16) -> Outline:
    """The outline with its outer corners rounded."""
    inner = shape.offset(-radius, JoinType.Miter)
    return shape if inner.is_empty() else inner.offset(radius, JoinType.Round, 2, n)


def fillet(shape: Outline, radius: float, n: int = 16) -> Outline:
    """The outline with its inner corners rounded."""
    return shape.offset(radius, JoinType.Round, 2, n).offset(-radius, JoinType.Round, 2, n)


def slab(shape: Outline, height: float, bevel: float = 0, top: float = 1, twist_deg: float = 0) -> Body:
    """The outline extruded upwards from the bed, with bevelled rims, a scaled top or a twist where asked.

    An outline that encloses nothing gives an empty body.
    """
    if shape.is_empty():
        return Manifold()  # manifold3d's own answer is an error, which any union with it takes over
    if bevel <= 0 or 2 * bevel >= height:
        return Manifold.extrude(shape, height, 0 if not twist_deg else 12, twist_deg, (top, top))
    steps = [(bevel * (1 - sin(a)), bevel * (1 - cos(a))) for a in (0, pi / 4, pi / 2)]
    insets = [(shape.offset(-inset, JoinType.Round, 2, 8), lift) for inset, lift in steps]
    return join(
        Manifold.extrude(inner, height - 2 * lift).translate((0, 0, lift))
        for inner, lift in insets
        if not inner.is_empty()  # a limb thinner than its bevels keeps its middle alone
    )


def side(points: Flat | Outline, width: float, bevel: float = 0) -> Body:
    """A profile in x and z, extruded along y and centred there."""
    shape = points if isinstance(points, CrossSection) else outline(points)
    return slab(shape, width, bevel).rotate((90, 0, 0)).translate((0, width / 2, 0))


def turned(profile: Flat, n: int = 32, degrees: float = 360) -> Body:
    """A profile of (radius, z), closed over the axis, turned about z."""
    points = list(profile)
    if points[0][0] > 0:
        points.insert(0, (0, points[0][1]))
    if points[-1][0] > 0:
        points.append((0, points[-1][1]))
    return Manifold.revolve(outline(points), n, degrees)


def hull(*bodies: Body) -> Body:
    """The convex hull of all bodies."""
    return Manifold.batch_hull(list(bodies))


def path(points: Sequence[Point], radii: float | Sequence[float], n: int = 8) -> Body:
    """A round limb through the points; one radius for all or one for each."""
    sizes = [radii] * len(points) if isinstance(radii, (int, float)) else list(radii)
    knots = [ball(r, p, n) for r, p in zip(sizes, points, strict=True)]
    return join([hull(a, b) for a, b in zip(knots, knots[1:], strict=False)])


def strip(points: Flat, thickness: float, n: int = 8) -> Outline:
    """A flat line of even thickness through the points."""
    knots = [disc(thickness / 2, n).translate(p) for p in points]
    return CrossSection.batch_boolean(
        [CrossSection.batch_hull([a, b]) for a, b in zip(knots, knots[1:], strict=False)], OpType.Add
    )


def join(bodies: Iterable[Body]) -> Body:
    """The union."""
    return Manifold.batch_boolean(list(bodies), OpType.Add)


def merge(shapes: Iterable[Outline]) -> Outline:
    """The union of outlines."""
    return CrossSection.batch_boolean(list(shapes), OpType.Add)


def cut(body: Body, *tools: Body) -> Body:
    """The body without the tools."""
    return Manifold.batch_boolean([body, *tools], OpType.Subtract) if tools else body


def upright(body: Body) -> Body:
    """A slab stood up: what was y becomes z."""
    return body.rotate((90, 0, 0))


def around(body: Body, count: int, start_deg: float = 0) -> Body:
    """Copies of the body turned about z."""
    return join([body.rotate((0, 0, start_deg + 360 * i / count)) for i in range(count)])


def row(body: Body, count: int, step: Point) -> Body:
    """Copies of the body, each one step further."""
    return join([body.translate((step[0] * i, step[1] * i, step[2] * i)) for i in range(count)])


def arc(radius: float, start_deg: float, end_deg: float, n: int = 12) -> list[tuple[float, float]]:
    """Points on a circle about the origin."""
    angles = np.radians(np.linspace(start_deg, end_deg, n))
    return [(radius * cos(a), radius * sin(a)) for a in angles]


def mirrored(body: Body) -> Body:
    """The body and its mirror image in y."""
    return body + body.mirror((0, 1, 0))


def cutout(body: Body, thickness: float) -> Body:
    """The shadow of the body seen from the side (x-z), as a flat piece lying on the bed."""
    return Manifold.extrude(body.rotate((-90, 0, 0)).project().simplify(0.01), thickness)


def drill(x: float, y: float, radius: float, n: int = 16) -> Body:
    """A tool to cut an upright hole through anything."""
    return Manifold.cylinder(4000, radius, radius, n, True).translate((x, y, 0))


def cross_drill(x: float, z: float, radius: float, n: int = 16) -> Body:
    """A tool to cut a hole along y through anything."""
    return Manifold.cylinder(4000, radius, radius, n, True).rotate((90, 0, 0)).translate((x, 0, z))


def rim(shape: Outline, wall: float) -> Outline:
    """The band of the given width inside the outline; the whole outline where it is too slim."""
    inner = shape.offset(-wall, JoinType.Miter)
    return shape if inner.is_empty() else shape - inner


def along_x(body: Body) -> Body:
    """A body turned about z laid down so that its z runs along x."""
    return body.rotate((0, 90, 0))
