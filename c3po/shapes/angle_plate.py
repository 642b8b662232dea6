"""Flat and bent plates of machines with an elbow in them: harmless outlines that come nearest to a handgun's."""

from collections.abc import Sequence

import numpy as np

from c3po.shapes.csg import (
    Body,
    Outline,
    block,
    box,
    cut,
    disc,
    drill,
    fillet,
    join,
    merge,
    outline,
    rectangle,
    rim,
    rod,
    rounded,
    slab,
    strip,
)
from c3po.shapes.family import Draw, family

PLATE_MM = (20.0, 160.0)
Spots = Sequence[tuple[float, float]]


def holes_at(d: Draw, spots: Spots, radius: float) -> list[Body]:
    """Tools for upright holes near the spots, each perhaps left out."""
    return [drill(x, y, radius * d.real(0.6, 1.3), d.sides()) for x, y in spots if d.chance(0.8)]


def pockets_in(d: Draw, shape: Outline, thick: float) -> list[Body]:
    """Tools that lower parts of the top face: a rim left standing, half the plate, a slot."""
    kind = d.pick("none", "inside", "half", "slot")
    if kind == "none":
        return []
    depth = thick * d.real(0.25, 0.7)
    x0, y0, x1, y1 = shape.bounds()
    if kind == "inside":
        inner = shape - rim(shape, d.real(2, 5))
        return [] if inner.is_empty() else [slab(inner, thick).translate((0, 0, thick - depth))]
    if kind == "half":
        area = rectangle(2 * (x1 - x0), (y1 - y0)).translate((0, y1 - (y1 - y0) * d.real(0, 0.3)))
    else:
        area = rectangle((x1 - x0) * 2, d.real(3, 10)).translate((0, (y0 + y1) / 2))
    return [slab(area.rotate(d.real(0, 180)), thick).translate((0, 0, thick - depth))]


@family("bracket", PLATE_MM)
def corner_plate(d: Draw) -> Body:
    """A corner plate: two broad arms at a right or obtuse angle, one perhaps cut slantwise, pockets and screw holes."""
    a, b = d.real(20, 60), d.real(20, 60)
    wide, other = d.real(0.35, 1.0) * b, d.real(0.35, 1.0) * a
    angle = d.pick(90.0, 90.0, d.real(60, 140))
    arm = outline([(0, 0), (a, 0), (a * d.real(0.8, 1.0), wide), (0, wide)])
    leg = outline([(0, 0), (b, 0), (b, other * d.real(0.6, 1.0)), (0, other)]).rotate(angle)
    shape = merge([arm, leg, disc(min(wide, other) * 0.5, 16)])
    if d.chance(0.5):
        shape = rounded(fillet(shape, d.real(1, 6)), d.real(1, 5))
    thick = d.real(2, 12)
    turn = np.radians(angle)
    spots = [(a * 0.8, wide * 0.4), (a * 0.35, wide * 0.4), (b * 0.7 * np.cos(turn), b * 0.7 * np.sin(turn))]
    body = slab(shape, thick, thick * d.pick(0.0, 0.15, 0.3))
    return cut(body, *pockets_in(d, shape, thick), *holes_at(d, spots, d.real(1.5, 4)))


@family("bracket", PLATE_MM)
def kite_plate(d: Draw) -> Body:
    """A plate with few straight sides, no two alike: gusset, cover or tensioner, stepped and drilled."""
    n = d.whole(4, 8)
    angles = np.sort([2 * np.pi * (i + d.real(-0.35, 0.35)) / n for i in range(n)])
    points = [(d.real(18, 45) * np.cos(a), d.real(14, 40) * np.sin(a)) for a in angles]
    shape = outline([(float(x), float(y)) for x, y in points])
    if d.chance(0.4):
        bite = rectangle(d.real(10, 30), d.real(6, 24)).translate(points[d.whole(0, n - 1)])
        shape = shape - bite
    shape = rounded(shape, d.pick(0.3, 1.5, 4.0))
    thick = d.real(2, 10)
    spots = [(0.6 * x, 0.6 * y) for x, y in points]
    body = slab(shape, thick, thick * d.pick(0.0, 0.2))
    if d.chance(0.4):
        body = join(
            [
                body,
                rod(
                    (points[0][0] * 0.4, points[0][1] * 0.4, 0), (points[0][0] * 0.4, points[0][1] * 0.4, thick * 3), 5
                ),
            ]
        )
    return cut(body, *pockets_in(d, shape, thick), *holes_at(d, spots, d.real(1.2, 4)))


@family("bracket", PLATE_MM)
def jaw(d: Draw) -> Body:
    """A gripper's jaw, yoke or fork: a block body with one or two arms that reach out, bosses and cross holes."""
    long, tall, width = d.real(25, 60), d.real(16, 40), d.real(12, 40)
    reach, line = d.real(20, 60), d.real(5, 14)
    body = block(0, long, 0, tall, width)
    arms = [
        block(long - 2, long + reach, z, z + line, width * d.real(0.5, 1.0))
        for z in (0.0, tall - line)[: d.whole(1, 2)]
    ]
    tips = [
        block(long + reach - line, long + reach, -d.real(4, 24), line * 0.5, width * d.real(0.4, 1.0))
        if d.chance(0.5)
        else arm
        for arm in arms
    ]
    boss = rod(
        (long * 0.4, -width * 0.5, tall * 0.5),
        (long * 0.4, width * d.real(0.5, 0.8), tall * 0.5),
        tall * d.real(0.3, 0.6),
        n=24,
    )
    shaft = rod((long * 0.4, -width, tall * 0.5), (long * 0.4, width * 2, tall * 0.5), tall * d.real(0.1, 0.22), n=16)
    foot = [block(-d.real(4, 20), long * 0.4, -d.real(2, 8), 2, width * d.real(0.6, 1.4))] if d.chance(0.5) else []
    hollow = [block(long * 0.15, long * 0.85, tall * 0.2, tall * 0.8, width * 0.6)] if d.chance(0.4) else []
    return cut(join([body, *arms, *tips, boss, *foot]), shaft, *hollow)


@family("bracket", PLATE_MM)
def strut_with_eyes(d: Draw) -> Body:
    """A bent strut between two or three eyes or forks: lever, link, tensioner, hinge leaf."""
    bend = (0.0, 0.0)
    turn = np.radians(d.real(60, 175))
    a, b = d.real(25, 70), d.real(15, 60)
    far = (b * float(np.cos(turn)), b * float(np.sin(turn)))
    wide = d.real(6, 18)
    eyes = [(a, 0.0), far, *([bend] if d.chance(0.6) else [])]
    radii = [wide * d.real(0.5, 1.3) for _ in eyes]
    web = [strip([(a, 0.0), bend], wide), strip([bend, far], wide * d.real(0.5, 1.2))]
    if d.chance(0.3):
        web.append(strip([(a * 0.6, 0.0), (far[0] * 0.6, far[1] * 0.6)], wide * 0.6))
    shape = fillet(merge([*web, *[disc(r).translate(p) for r, p in zip(radii, eyes, strict=True)]]), d.real(0.5, 6))
    thick = d.real(3, 12)
    lumps = [slab(disc(r).translate(p), thick * d.real(1, 2.6)) for r, p in zip(radii, eyes, strict=True) if d.chance()]
    tools = [drill(p[0], p[1], r * d.real(0.3, 0.65)) for r, p in zip(radii, eyes, strict=True)]
    return cut(join([slab(shape, thick, thick * d.pick(0.0, 0.15)), *lumps]), *tools)


@family("tool", PLATE_MM)
def knee_plate(d: Draw) -> Body:
    """A thin template or gauge with an elbow, a hooked end and notches: gauge, bottle key, drawing aid, spanner."""
    wide = d.real(10, 26)
    knee = (d.real(40, 90), d.real(-6, 6))
    turn = np.radians(d.real(30, 150)) * d.pick(-1, 1)
    long = d.real(14, 50)
    tip = (knee[0] + long * float(np.cos(turn)), knee[1] + long * float(np.sin(turn)))
    shape = merge([strip([(0.0, 0.0), knee], wide), strip([knee, tip], wide * d.real(0.5, 1.3))])
    notches = [
        d.pick(rectangle(d.real(3, 9), d.real(3, 14)), disc(d.real(2, 7), d.sides())).translate(
            (knee[0] * d.real(0, 1), wide * d.pick(-0.5, 0.5))
        )
        for _ in range(d.whole(0, 4))
    ]
    bite = disc(wide * d.real(0.2, 0.4), d.pick(6, 24)).translate(tip)
    notches += [bite] if d.chance(0.6) else []
    thick = d.real(1.6, 9)
    body = slab(shape - merge(notches) if notches else shape, thick, thick * d.pick(0.0, 0.15))
    return cut(body, *holes_at(d, [(0.0, 0.0)], wide * 0.25))


@family("bracket", PLATE_MM)
def polycube(d: Draw) -> Body:
    """A puzzle piece of three to six cubes on a grid, most of them in one plane: L, T, S, Z or U."""
    step, cells = d.real(6, 20), {(0, 0, 0)}
    flat = d.chance(0.7)
    while len(cells) < d.whole(3, 6):
        x, y, z = d.pick(*sorted(cells))
        along, way = d.pick(0, 0, 1, 1) if flat else d.pick(0, 1, 2), d.pick(-1, 1)
        cells.add((x + way * (along == 0), y + way * (along == 1), z + way * (along == 2)))
    side, tall = step * d.pick(1.0, 1.0, 1.02), step * d.pick(1.0, 1.0, d.real(0.2, 1.0))
    cubes = [box((side, side, tall), (x * step, y * step, z * tall)) for x, y, z in sorted(cells)]
    links = [
        box((abs(b[0] - a[0]) * step + side * 0.9, abs(b[1] - a[1]) * step + side * 0.9, tall * 0.9),
            ((a[0] + b[0]) * step / 2, (a[1] + b[1]) * step / 2, a[2] * tall))
        for a in cells
        for b in cells
        if a[2] == b[2] and abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 and a < b
    ]  # fmt: skip
    return join([*cubes, *links])


@family("bracket", PLATE_MM)
def elbow_bar(d: Draw) -> Body:
    """A bar bent once or twice at right angles in one plane: an L, a Z or a U with arms of any length and width."""
    x, y, turn = 0.0, 0.0, d.whole(0, 3)
    bars, thick = [], d.real(2, 25)
    for _ in range(d.whole(2, 3)):
        long, wide = d.real(12, 60), d.real(5, 24)
        ends = {0: (long, 0.0), 1: (0.0, long), 2: (-long, 0.0), 3: (0.0, -long)}[turn % 4]
        size = (long + wide, wide, thick) if turn % 2 == 0 else (wide, long + wide, thick)
        bars.append(box(size, (x + ends[0] / 2, y + ends[1] / 2, thick / 2)))
        x, y, turn = x + ends[0], y + ends[1], turn + d.pick(1, 3)
    body = join(bars)
    return cut(body, *holes_at(d, [(0, 0), (x, y)], d.real(1, 3))) if d.chance(0.5) else body
