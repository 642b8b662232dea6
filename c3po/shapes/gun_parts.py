"""Pieces of solid prop silhouettes that the handgun and long-gun families put together.

Everything here is a filled block: nothing is hollow, nothing moves, nothing fits anything.
"""

from c3po.shapes.csg import (
    Body,
    Outline,
    arc,
    block,
    box,
    cut,
    disc,
    fillet,
    hull,
    merge,
    outline,
    rod,
    rounded,
    side,
    strip,
)
from c3po.shapes.family import Draw


def bevel(d: Draw, width: float) -> float:
    """Sharp edges or soft ones."""
    return d.pick(0.0, 0.0, 0.1, 0.22) * width


def grip(d: Draw, x: float, z: float, length: float, depth: float, width: float, slant: float | None = None) -> Body:
    """A handle hanging from (x, z), leaning back."""
    lean = length * (d.real(0.05, 0.55) if slant is None else slant)
    flare = depth * d.real(-0.15, 0.35)
    bulge = depth * d.real(0, 0.2)
    points = [
        (x, z + 0.15 * length),
        (x + depth, z + 0.15 * length),
        (x + depth - lean * 0.5 + bulge, z - length * 0.5),
        (x + depth - lean + flare, z - length),
        (x - lean - flare * 0.4, z - length * d.real(0.92, 1.08)),
        (x - lean * 0.55 - bulge * 0.5, z - length * 0.5),
    ]
    shape = outline(points)
    if d.chance():
        shape = rounded(shape, depth * 0.16, 12)
    return side(shape, width, bevel(d, width))


def guard(d: Draw, x0: float, x1: float, z: float, drop: float, width: float) -> list[Body]:
    """The loop under the body in front of a handle: open, filled or absent, with or without a spur in it."""
    style = d.pick("loop", "loop", "loop", "box", "filled", "none")
    spur = side([(x0 + (x1 - x0) * 0.45, z), (x0 + (x1 - x0) * 0.65, z), (x0 + (x1 - x0) * 0.5, z - drop * 0.7)], width)
    if style == "none":
        return [spur] if d.chance() else []
    line = drop * d.real(0.14, 0.26)
    mid = (x0 + x1) / 2
    if style == "filled":
        return [side([(x0, z + line), (x1, z + line), (x1 - 0.2 * (x1 - x0), z - drop), (x0, z - drop)], width)]
    if style == "box":
        loop = strip([(x0, z), (x0, z - drop), (x1, z - drop), (x1, z)], line)
    else:
        curve = [(mid + (x1 - x0) / 2 * px, z + drop * pz) for px, pz in arc(1, 180, 360, 9)]
        loop = strip([(x0, z + line), *curve, (x1, z + line)], line)
    return [side(loop, width * d.real(0.4, 1)), *([spur] if d.chance(0.7) else [])]


def barrel(d: Draw, x0: float, x1: float, z: float, radius: float) -> list[Body]:
    """A solid rod or bar along x, stepped, tapered or with a thicker end."""
    n = d.sides()
    if d.chance(0.2):
        rods = [block(x0, x1, z - radius, z + radius, 2 * radius * d.real(0.7, 1.2))]
    else:
        rods = [rod((x0, 0, z), (x1, 0, z), radius, radius * d.real(0.75, 1), n)]
    if d.chance(0.45):
        long = (x1 - x0) * d.real(0.08, 0.3)
        fat = radius * d.real(1.2, 1.9)
        rods.append(
            block(x1 - long, x1, z - fat, z + fat, 2 * fat)
            if d.chance(0.3)
            else rod((x1 - long, 0, z), (x1 + long * 0.1, 0, z), fat, fat * d.real(0.7, 1.1), n)
        )
    if d.chance(0.15):
        rods += [rod((x, 0, z), (x + radius * 0.5, 0, z), radius * 1.3, n=n) for x in (x0 + (x1 - x0) * 0.5, x1)]
    return rods


def sights(d: Draw, x0: float, x1: float, z: float, width: float, tall: float) -> list[Body]:
    """Small blocks on the top line."""
    pieces: list[Body] = []
    for x in (x0, x1):
        if d.chance(0.7):
            t = tall * d.real(0.5, 1.5)
            w = width * d.real(0.2, 0.6)
            pieces.append(
                side([(x - t, z - t * 0.4), (x + t, z - t * 0.4), (x + t * d.real(0, 1), z + t), (x, z + t)], w)
            )
    return pieces


def rail(d: Draw, x0: float, x1: float, z: float, width: float, tall: float) -> Body:
    """A toothed strip on the top or bottom line."""
    teeth = d.whole(4, 14)
    step = (x1 - x0) / teeth
    bars = [rectangle_at(x0 + step * (i + 0.5), z + tall * 0.25, step * 0.55, tall * 1.5) for i in range(teeth)]
    return side(merge([rectangle_at((x0 + x1) / 2, z, x1 - x0, tall), *bars]), width * d.real(0.4, 0.9))


def rectangle_at(x: float, z: float, length: float, height: float) -> Outline:
    """A rectangle in the side view about (x, z)."""
    return outline(
        [
            (x - length / 2, z - height / 2),
            (x + length / 2, z - height / 2),
            (x + length / 2, z + height / 2),
            (x - length / 2, z + height / 2),
        ]
    )


def scope(d: Draw, x: float, z: float, length: float, radius: float) -> list[Body]:
    """A telescope silhouette: rod, two bells, two feet reaching down into the body."""
    n = d.sides()
    lift = radius * d.real(1.3, 2.4)
    a, b = x - length / 2, x + length / 2
    bell = length * d.real(0.12, 0.3)
    fat = radius * d.real(1.2, 1.9)
    pieces = [
        rod((a, 0, z + lift), (b, 0, z + lift), radius, n=n),
        rod((b - bell, 0, z + lift), (b, 0, z + lift), radius, fat, n),
        rod((a, 0, z + lift), (a + bell * 0.8, 0, z + lift), fat * 0.9, radius, n),
        *[
            block(p - length * 0.05, p + length * 0.05, z - radius, z + lift, radius)
            for p in (x - length * 0.2, x + length * 0.2)
        ],
    ]
    if d.chance(0.4):
        pieces.append(rod((x, 0, z + lift), (x, 0, z + lift + radius * 1.8), radius * 0.5, n=n))
    return pieces


def magazine(d: Draw, x: float, z: float, length: float, depth: float, width: float) -> Body:
    """A slab hanging from (x, z): straight, slanted or curved forwards."""
    curve = d.pick(0.0, 0.0, d.real(-0.25, 0.1), d.real(0.15, 0.6)) * length
    steps = [i / 5 for i in range(6)]
    front = [(x + depth + curve * t * t, z + 0.2 * length - 1.2 * length * t) for t in steps]
    back = [(x + curve * t * t, z + 0.2 * length - 1.2 * length * t) for t in reversed(steps)]
    return side([*front, *back], width, bevel(d, width))


def stock(d: Draw, x: float, z: float, length: float, height: float, width: float) -> list[Body]:
    """What rests on a shoulder, from (x, z) backwards: solid, skeleton, bar with a pad, or drooping wood."""
    style = d.pick("solid", "solid", "skeleton", "bar", "wood", "twin")
    drop = height * d.real(0.1, 0.5)
    end = x - length
    overlap = length * 0.12
    if style == "bar":
        pad = block(
            end - length * 0.05, end + length * 0.12, z - height * 0.9, z + height * 0.3, width * d.real(0.7, 1.2)
        )
        bar = rod(
            (end, 0, z - height * 0.1), (x + overlap, 0, z - height * 0.1), height * d.real(0.12, 0.22), n=d.sides()
        )
        return [pad, bar]
    if style == "twin":
        bars = [
            block(end, x + overlap, z + dz - height * 0.06, z + dz + height * 0.06, width * 0.5)
            for dz in (0, -height * 0.4)
        ]
        return [*bars, block(end - length * 0.08, end, z - height * 0.9, z + height * 0.2, width)]
    neck = height * d.real(0.3, 0.6)
    points = [
        (x + overlap, z + height * 0.25),
        (x - length * 0.3, z + height * d.real(0.1, 0.3)),
        (end, z + height * d.real(0, 0.3)),
        (end + length * d.real(-0.05, 0.08), z - height - drop * 0.3),
        (x - length * d.real(0.4, 0.7), z - height * d.real(0.5, 0.9)),
        (x - length * 0.1, z + height * 0.25 - neck),
        (x + overlap, z + height * 0.25 - neck),
    ]
    shape = outline(points)
    if style == "wood":
        shape = fillet(rounded(shape, height * 0.1, 12), height * 0.3, 12)
    if style == "skeleton":
        inner = shape.offset(-height * d.real(0.12, 0.2))
        shape = shape if inner.is_empty() else shape - inner
    return [side(shape, width, bevel(d, width))]


def bipod(d: Draw, x: float, z: float, drop: float, radius: float) -> list[Body]:
    """Two spread legs under the front."""
    spread, lean = drop * d.real(0.2, 0.6), drop * d.real(-0.3, 0.3)
    return [rod((x, 0, z), (x + lean, s * spread, z - drop), radius, n=6) for s in (-1, 1)]


def shell(d: Draw, x0: float, x1: float, z0: float, z1: float, width: float) -> list[Body]:
    """The main solid between two x and two z: a plain bar, a chamfered one, one with steps, or a soft one."""
    style = d.pick("plain", "chamfer", "steps", "wedge", "soft")
    tall, long = z1 - z0, x1 - x0
    if style == "plain":
        return [side(rectangle_at((x0 + x1) / 2, (z0 + z1) / 2, long, tall), width, bevel(d, width))]
    if style == "soft":
        shape = rounded(rectangle_at((x0 + x1) / 2, (z0 + z1) / 2, long, tall), tall * d.real(0.15, 0.45), 16)
        return [side(shape, width, width * 0.25)]
    if style == "steps":
        cut_x = x0 + long * d.real(0.3, 0.7)
        step = tall * d.real(-0.25, 0.3)
        return [
            block(x0, cut_x + long * 0.02, z0, z1 + step, width),
            block(cut_x, x1, z0 + tall * d.real(-0.2, 0.3), z1, width * d.real(0.7, 1.1)),
        ]
    a, b, c = (tall * d.real(0, 0.5) for _ in range(3))
    tip = tall * d.real(0, 0.5) if style == "wedge" else 0
    points = [
        (x0 + a, z0),
        (x1 - b, z0),
        (x1, z0 + b + tip),
        (x1, z1 - tip),
        (x1 - b, z1),
        (x0 + c, z1),
        (x0, z1 - c),
        (x0, z0 + a),
    ]
    return [side(points, width, bevel(d, width))]


def ornament(d: Draw, x0: float, x1: float, z0: float, z1: float, width: float) -> list[Body]:
    """Raised panels, fins, tanks and rings that toys and game art wear on their sides and top."""
    pieces: list[Body] = []
    tall, long = z1 - z0, x1 - x0
    for _ in range(d.whole(0, 3)):
        x = d.real(x0 + 0.2 * long, x1 - 0.2 * long)
        kind = d.pick("panel", "fins", "tank", "ring", "dome")
        if kind == "panel":
            pieces.append(box((long * d.real(0.1, 0.4), width * 1.15, tall * d.real(0.15, 0.4)), (x, 0, (z0 + z1) / 2)))
        elif kind == "fins":
            pieces += [
                block(x + i * long * 0.05, x + i * long * 0.05 + long * 0.02, z0, z1 + tall * 0.25, width * 1.1)
                for i in range(4)
            ]
        elif kind == "tank":
            pieces.append(rod((x, 0, z1), (x + long * 0.25, 0, z1), tall * d.real(0.2, 0.45), n=d.sides()))
        elif kind == "ring":
            pieces.append(
                rod((x, 0, (z0 + z1) / 2), (x + long * 0.05, 0, (z0 + z1) / 2), tall * d.real(0.55, 0.8), n=d.sides())
            )
        else:
            pieces.append(
                hull(
                    block(x, x + long * 0.2, z1 - tall * 0.2, z1, width * 0.8),
                    block(x + long * 0.06, x + long * 0.14, z1, z1 + tall * 0.3, width * 0.5),
                )
            )
    return pieces


def groove(d: Draw, body: Body, x0: float, x1: float, z0: float, z1: float, width: float) -> Body:
    """The body with shallow blind grooves on both sides, as drawn-on detail."""
    cuts = []
    deep = width * 0.12
    for i in range(d.whole(2, 7)):
        x = x0 + (x1 - x0) * 0.06 * i
        cuts += [box((abs(x1 - x0) * 0.025, deep, (z1 - z0) * 0.6), (x, s * width / 2, (z0 + z1) / 2)) for s in (-1, 1)]
    return cut(body, *cuts)


def circle_at(x: float, z: float, radius: float, n: int = 16) -> Outline:
    """A disc in the side view about (x, z)."""
    return disc(radius, n).translate((x, z))
