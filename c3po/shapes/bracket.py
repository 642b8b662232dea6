"""Brackets, holders and mounts: bent plates with ribs and holes, and things that hold a tube, a cable or a board."""

from c3po.shapes.csg import (
    Body,
    arc,
    ball,
    block,
    box,
    cross_drill,
    cut,
    disc,
    drill,
    fillet,
    hull,
    join,
    merge,
    outline,
    path,
    rectangle,
    rim,
    rod,
    rounded,
    rounded_box,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family

PART_MM = (20.0, 200.0)


def holes_along(d: Draw, x0: float, x1: float, count: int, radius: float) -> list[Body]:
    """Upright drills in a row on the x axis, or a pair of rows."""
    gap = d.pick(0.0, d.real(1.6, 2.8)) * radius
    xs = [x0 + (x1 - x0) * (i + 0.5) / count for i in range(count)]
    return [drill(x, y, radius, d.pick(6, 12, 24)) for x in xs for y in ({-gap, gap})]


@family("bracket", PART_MM)
def l_bracket(d: Draw) -> Body:
    """An angle of two plates, square or slanted, with a rib or gusset and rows of holes."""
    a, b, thick, wide = d.real(25, 120), d.real(25, 120), d.real(2, 12), d.real(10, 70)
    lean = d.pick(0.0, 0.0, d.real(-25, 35))
    foot = cut(block(0, a, 0, thick, wide), *holes_along(d, thick, a, d.whole(0, 4), min(wide * 0.12, 4)))
    wall = cut(block(0, b, 0, thick, wide), *holes_along(d, thick, b, d.whole(0, 4), min(wide * 0.12, 4)))
    pieces = [foot, wall.rotate((0, -90 - lean, 0)).translate((thick * 0.9, 0, 0))]
    size = d.real(0.3, 0.9)
    gusset = side([(0, 0), (a * size, thick * 0.5), (thick, b * size)], d.real(2, 8))
    ribs = d.pick(0, 0, 1, 2)
    pieces += [gusset.translate((0, s * (wide / 2 - 4) if ribs == 2 else 0, 0)) for s in (-1, 1)[:ribs]]
    return join(pieces)


@family("bracket", PART_MM)
def bent_arm(d: Draw) -> Body:
    """A flat arm with one or two bends and rounded eyes: tie, tail bracket, stay."""
    line, thick = d.real(8, 22), d.real(3, 24)
    points, angle = [(0.0, 0.0)], 0.0
    for _ in range(d.whole(2, 3)):
        step = d.real(25, 110)
        way = arc(step, angle, angle, 1)[0]
        points.append((points[-1][0] + way[0], points[-1][1] + way[1]))
        angle += d.pick(-1, 1) * d.real(20, 110)
    shape = strip(points, line, d.pick(4, 8, 16))
    eyes = [p for p in points if d.chance(0.7)]
    if d.chance():
        shape = merge([shape, *[disc(line * d.real(0.55, 1.1), d.sides()).translate(p) for p in eyes]])
    drills = [drill(px, py, line * d.real(0.12, 0.35)) for px, py in eyes]
    return cut(slab(shape, thick, thick * d.pick(0.0, 0.1)), *drills)


@family("bracket", PART_MM)
def gusset(d: Draw) -> Body:
    """A corner plate or triangular support, full, windowed or with flanges."""
    a, b, thick = d.real(30, 110), d.real(30, 110), d.real(3, 20)
    shape = outline([(0, 0), (a, 0), (a, b * d.real(0, 0.4)), (a * d.real(0, 0.4), b), (0, b)])
    if d.chance(0.4):
        shape -= shape.offset(-d.real(6, 12))
    body = side(shape, thick)
    if d.chance(0.5):
        body = join([body, block(0, a, 0, 4, thick * d.real(1.5, 5)), block(0, 4, 0, b, thick * d.real(1.5, 5))])
    return cut(body, *[cross_drill(a * t, 8, d.real(1.5, 3.5)) for t in (0.3, 0.7)[: d.whole(0, 2)]])


@family("bracket", PART_MM)
def hinge(d: Draw) -> Body:
    """A hinge: leaves with holes around a barrel, flat or half closed."""
    wide, leaf, thick = d.real(25, 90), d.real(15, 50), d.real(2, 6)
    radius, angle = d.real(3, 8), d.real(0, 130)
    plate = cut(block(0, leaf, -thick / 2, thick / 2, wide), *[drill(leaf * 0.65, wide * y, 2) for y in (-0.3, 0, 0.3)])
    other = plate.mirror((1, 0, 0)).rotate((0, angle, 0))
    barrel = rod((0, -wide / 2, 0), (0, wide / 2, 0), radius, n=d.sides())
    gaps = [box((4 * radius, wide * 0.02, 4 * radius), (0, wide * t, 0)) for t in (-0.25, 0.25)]
    body = join([plate, barrel, *([other] if d.chance(0.8) else [])])
    return cut(body, *(gaps if d.chance() else []), rod((0, -wide, 0), (0, wide, 0), radius * d.real(0.3, 0.6)))


@family("bracket", (25.0, 220.0))
def eared_plate(d: Draw) -> Body:
    """A flat plate with ears and holes of many shapes: adapter, dock, face plate, template."""
    a, b, thick = d.real(30, 120), d.real(20, 90), d.real(1.2, 8)
    shape = rounded(rectangle(a, b), d.real(0, 0.4) * b)
    ears = d.whole(0, 4)
    ear = d.real(5, 16)
    spots = [(a / 2, 0.0), (-a / 2, 0.0), (a * d.real(-0.3, 0.3), b / 2), (a * d.real(-0.4, 0.4), -b / 2)][:ears]
    shape = merge([shape, *[strip([(x * 0.8, y * 0.8), (x * 1.2, y * 1.2)], 2 * ear) for x, y in spots]])
    cuts = [disc(ear * d.real(0.25, 0.5)).translate((x * 1.15, y * 1.15)) for x, y in spots]
    for _ in range(d.whole(0, 5)):
        hole = d.pick(
            disc(d.real(2, b * 0.25), d.sides()), rounded(rectangle(d.real(4, a * 0.5), d.real(3, b * 0.35)), 1.5)
        )
        cuts.append(hole.rotate(d.pick(0.0, 0.0, 45.0, 90.0)).translate((a * d.real(-0.4, 0.4), b * d.real(-0.4, 0.4))))
    body = slab(shape - merge(cuts) if cuts else shape, thick, thick * d.pick(0.0, 0.15))
    if d.chance(0.3):
        body = join([body, slab(rim(rounded(rectangle(a * 0.6, b * 0.6), 3), 2), d.real(5, 25))])
    return body


@family("bracket", PART_MM)
def motor_mount(d: Draw) -> Body:
    """A motor mount: face with a round window and four holes, foot and side ribs."""
    size, thick = d.real(30, 65), d.real(3, 8)
    face = cut(
        block(0, thick, 0, size, size), rod((-9, 0, size / 2), (50, 0, size / 2), size * d.real(0.2, 0.33), n=d.sides())
    )
    face = cut(
        face,
        *[
            rod((-9, y * size, size / 2 + z * size), (50, y * size, size / 2 + z * size), d.real(1.2, 2.2))
            for y in (-0.38, 0.38)
            for z in (-0.38, 0.38)
        ],
    )
    deep = size * d.real(0.5, 1.3)
    foot = cut(block(0, deep, 0, thick, size * d.real(1, 1.6)), *holes_along(d, thick, deep, 2, 2.2))
    rib = side([(0, 0), (deep * d.real(0.6, 1), 0), (0, size * d.real(0.5, 1))], thick * d.real(0.6, 1))
    ribs = [rib.translate((0, s * (size - thick) / 2, 0)) for s in (-1, 1) if d.chance(0.8)]
    return join([face, foot, *ribs])


@family("bracket", PART_MM)
def bearing_holder(d: Draw) -> Body:
    """A pillow block or rod holder: a ring on a foot with two ears, sometimes split by a clamp slot."""
    radius, wide = d.real(8, 30), d.real(8, 40)
    bore, tall = radius * d.real(0.5, 0.8), radius * d.real(0.9, 2.2)
    span = radius * d.real(1.5, 3)
    profile = merge(
        [
            disc(radius, d.sides()).translate((0, tall)),
            outline([(-radius * 0.9, 0), (radius * 0.9, 0), (radius * 0.8, tall), (-radius * 0.8, tall)]),
            rectangle(2 * span, d.real(4, 10)).translate((0, 3)),
        ]
    )
    body = cut(
        side(profile, wide),
        cross_drill(0, tall, bore, d.sides()),
        *[drill(s * span * 0.75, 0, d.real(1.5, 3)) for s in (-1, 1)],
    )
    return cut(body, box((radius * 0.15, wide + 1, 2 * radius), (0, 0, tall + radius))) if d.chance(0.4) else body


@family("bracket", (10.0, 120.0))
def clip(d: Draw) -> Body:
    """A cable, hose or tool clip: an open ring on a plate or a pair of ring mouths."""
    radius, line, wide = d.real(4, 25), d.real(1.2, 4), d.real(5, 30)
    gap = d.real(40, 130)
    loop = strip(arc(radius, 90 + gap / 2, 450 - gap / 2, 20), line)
    shapes = [loop]
    if d.chance(0.7):
        shapes.append(rectangle(radius * d.real(1.5, 6), line * d.real(1, 2)).translate((0, -radius)))
    if d.chance(0.3):
        shapes.append(loop.mirror((0, 1)).translate((0, -2 * radius)))
    if d.chance(0.3):
        shapes += [loop.translate((i * (2 * radius + line * 0.5), 0)) for i in range(1, d.whole(2, 5))]
    return side(merge(shapes), wide)


@family("bracket", PART_MM)
def pipe_clamp(d: Draw) -> Body:
    """A two-eared pipe clamp or saddle, half or whole."""
    radius, line, wide = d.real(10, 40), d.real(3, 9), d.real(10, 40)
    ear = radius * d.real(0.6, 1.4)
    profile = merge([disc(radius + line), rectangle(2 * (radius + line + ear), line * d.real(1, 2.4))])
    body = cut(
        side(profile, wide),
        cross_drill(0, 0, radius, d.sides()),
        *[drill(s * (radius + line + ear * 0.55), 0, d.real(1.5, 3.5)) for s in (-1, 1)],
    )
    return (
        cut(body, block(-500, 500, -500, 0, 500))
        if d.chance()
        else cut(body, block(-500, 500, -line * 0.2, line * 0.2, 500))
    )


@family("bracket", PART_MM)
def extrusion_corner(d: Draw) -> Body:
    """A profile connector: cube or corner of slotted arms, or a piece of slotted beam."""
    size = d.real(15, 40)
    slot = size * d.real(0.15, 0.3)
    section = rectangle(size, size) - merge(
        [
            merge([rectangle(slot, size * 0.4), rectangle(slot * 1.8, size * 0.16).translate((0, -size * 0.1))])
            .translate((0, size * 0.42))
            .rotate(a)
            for a in (0, 90, 180, 270)
        ]
    )
    beam = slab(section - disc(size * 0.1), d.real(20, 150))
    arms = d.whole(1, 4)
    return join(
        [beam.rotate(a) for a in ((0, 0, 0), (0, 90, 0), (90, 0, 0), (0, -90, 0))[:arms]]
        + [box((size, size, size))] * (arms > 1)
    )


@family("bracket", (40.0, 220.0))
def spool_holder(d: Draw) -> Body:
    """A holder for a roll: side frames with a rod, or a wall arm with a long peg."""
    tall, span, line = d.real(60, 140), d.real(50, 120), d.real(6, 16)
    if d.chance():
        frame = side(
            strip([(-tall * 0.5, 0), (0, tall), (tall * 0.5, 0), (-tall * 0.5, 0)][: d.pick(3, 4)], line), line * 0.7
        )
        return join(
            [
                frame.translate((0, -span / 2, 0)),
                frame.translate((0, span / 2, 0)),
                rod((0, -span * 0.7, tall), (0, span * 0.7, tall), line * d.real(0.5, 1), n=d.sides()),
            ]
        )
    plate = slab(rounded(rectangle(tall * 0.5, tall), 6), 6).rotate((0, -90, 0))
    peg = rod((-2, 0, 0), (span, 0, d.real(0, 20)), line * d.real(0.6, 1.5), n=d.sides())
    lip = rod((span - 2, 0, 6), (span + 5, 0, 8), line * d.real(1.2, 2.2), n=d.sides())
    return join([cut(plate, *[rod((-50, 0, z), (50, 0, z), 2.5) for z in (-tall * 0.2, tall * 0.2)]), peg, lip])


@family("bracket", (40.0, 200.0))
def phone_stand(d: Draw) -> Body:
    """A stand for a phone, tablet or book: a bent strip or two side frames with a lip."""
    tall, deep, wide, line = d.real(50, 130), d.real(50, 110), d.real(15, 90), d.real(3, 9)
    lean = d.real(0.2, 0.6) * tall
    lip = d.real(8, 22)
    points = [(-lip, lip * 1.2), (-lip, 0), (0, 0), (lean, tall), (lean + deep * 0.3, d.real(0, tall * 0.4)), (deep, 0)]
    shape = strip(points[: d.pick(4, 5, 6)], line)
    shape = merge([shape, strip([(-lip, 0), (deep, 0)], line)])
    body = side(fillet(shape, d.real(0.5, 5)), wide)
    return cut(body, box((2 * deep, wide * 0.5, tall * 0.5), (deep * 0.5, 0, tall * 0.5))) if d.chance(0.4) else body


@family("bracket", PART_MM)
def action_camera_mount(d: Draw) -> Body:
    """A mount with two or three fingers and a cross hole on a base, a stalk or a clamp."""
    size, fingers = d.real(10, 18), d.pick(2, 3)
    finger = cut(
        side(
            merge([disc(size * 0.5).translate((0, size)), rectangle(size, size).translate((0, size * 0.5))]), size * 0.2
        ),
        cross_drill(0, size, size * 0.17),
    )
    comb = join([finger.translate((0, (i - (fingers - 1) / 2) * size * 0.4, 0)) for i in range(fingers)])
    base = d.pick(
        slab(rounded(rectangle(size * d.real(1.5, 4), size * d.real(1.5, 4)), 3), 5).translate((0, 0, -4)),
        rod((0, 0, 2), (size * d.real(-1, 1), 0, -size * d.real(1, 6)), size * 0.45, n=d.sides()),
        side(disc(size * 1.6) - disc(size * 1.25), size).translate((0, 0, -size * 1.4)),
        join([comb.mirror((0, 0, 1)), block(-size / 2, size / 2, -size * d.real(1, 5), 1, size * 0.8)]),
    )
    return join([comb, base])


@family("bracket", (50.0, 250.0))
def shelf_bracket(d: Draw) -> Body:
    """A shelf support: wall plate, arm and a straight, curved or ornate brace."""
    a, b, line, wide = d.real(60, 150), d.real(50, 130), d.real(5, 14), d.real(6, 30)
    shapes = [strip([(0, 0), (0, b), (a, b)], line, d.pick(4, 8))]
    brace = d.pick("straight", "curve", "scroll", "web", "none")
    if brace == "straight":
        shapes.append(strip([(0, b * d.real(0, 0.4)), (a * d.real(0.6, 1), b)], line * 0.8))
    elif brace == "curve":
        shapes.append(strip([(a * 0.85 * (1 - x), b - b * 0.9 * (1 - y)) for x, y in arc(1, 0, 90, 10)], line * 0.8))
    elif brace == "scroll":
        shapes += [
            (disc(r) - disc(r - line * 0.7)).translate((r + line * 0.2, b - r - line * 0.2))
            for r in (b * 0.25, b * 0.4)
        ]
    elif brace == "web":
        shapes.append(outline([(0, b * 0.1), (a * 0.9, b), (0, b)]))
    flange = [block(-line / 2, line / 2, 0, b, wide * 2)] if d.chance(0.3) else []
    return join([side(merge(shapes), wide), *flange])


@family("bracket", PART_MM)
def u_bracket(d: Draw) -> Body:
    """A U, Z or hat profile with holes: clevis, yoke, joist hanger."""
    a, b, c, thick, wide = d.real(15, 80), d.real(20, 90), d.real(15, 80), d.real(2, 9), d.real(10, 60)
    kind = d.pick("u", "z", "hat")
    points = {
        "u": [(0.0, a), (0.0, 0.0), (b, 0.0), (b, c)],
        "z": [(-a, c), (0.0, c), (0.0, 0.0), (b, 0.0)],
        "hat": [(-a, 0.0), (0.0, 0.0), (0.0, c), (b, c), (b, 0.0), (b + a, 0.0)],
    }[kind]
    body = side(strip(points, thick, d.pick(4, 8, 16)), wide)
    across = (
        [rod((-200, 0, a * d.real(0.4, 0.8)), (300, 0, a * 0.6), wide * d.real(0.08, 0.2))] if d.chance(0.6) else []
    )
    return cut(body, *across, *[drill(b * t, 0, wide * d.real(0.06, 0.15)) for t in (0.3, 0.7)[: d.whole(0, 2)]])


@family("bracket", PART_MM)
def fan_duct(d: Draw) -> Body:
    """A duct or shroud: square or round mouth drawn into a bent slot, thin walled."""
    size, slot, long = d.real(25, 60), d.real(4, 16), d.real(25, 90)
    shift, wall, wide = d.real(-30, 40), d.real(1, 2.4), size * d.real(0.4, 1.1)
    mouth = d.pick(rectangle(size, size), disc(size / 2))
    outer = hull(slab(mouth, 3), box((slot + 2 * wall, wide, 2), (shift, 0, long)))
    inner = hull(
        slab(mouth.offset(-wall), 3).translate((0, 0, -1)), box((slot, wide - 2 * wall, 4), (shift, 0, long + 1))
    )
    ear = cut(slab(rounded(rectangle(8, 8), 3), 3), drill(0, 0, 1.7))
    return join([cut(outer, inner), *[ear.translate((s * size * 0.54, 0, 0)) for s in (-1, 1)]])


@family("bracket", (60.0, 240.0))
def robot_arm_link(d: Draw) -> Body:
    """A link of a robot or lamp arm: two joint discs, a girder between them, a motor box or a counterweight."""
    long, big, small, thick = d.real(60, 170), d.real(14, 34), d.real(9, 22), d.real(8, 26)
    bend = d.real(-0.35, 0.35) * long
    mid = (long * d.real(0.3, 0.7), bend)
    shape = merge([disc(big, d.sides()), disc(small, d.sides()).translate((long, 0))])
    if d.chance():
        shape = merge([shape, strip([(0, 0), mid, (long, 0)], small * d.real(0.8, 1.5))])
    else:
        shape = merge(
            [
                shape,
                strip([(0, big * 0.7), (long, small * 0.7)], 6),
                strip([(0, -big * 0.7), (long, -small * 0.7)], 6),
                *[strip([(long * t, -small * 0.8), (long * (t + 0.15), small * 0.8)], 5) for t in (0.2, 0.4, 0.6)],
            ]
        )
    body = cut(
        side(shape, thick), cross_drill(0, 0, big * d.real(0.2, 0.6)), cross_drill(long, 0, small * d.real(0.2, 0.6))
    )
    extra = d.pick(
        block(-big * 2.2, 0, -big * 0.6, big * 0.6, thick * 0.8),
        rounded_box((big * 1.4, thick * 2, big * 1.4), 4, (0, thick * 0.8, big * 0.4)),
        ball(big * 1.1, (-big * 0.3, 0, 0), 12),
    )
    return join([body, extra]) if d.chance() else body


@family("bracket", (40.0, 240.0))
def tripod(d: Draw) -> Body:
    """A tripod, stand or easel: three or four spread legs under a plate, ball or ring."""
    tall, radius, legs = d.real(60, 200), d.real(2, 7), d.pick(3, 3, 4)
    spread, n = tall * d.real(0.2, 0.7), d.sides()
    limbs = [
        path([(x / spread * 4, y / spread * 4, tall), (x, y, 0)], radius, 6)
        for x, y in arc(spread, 0, 360 - 360 / legs, legs)
    ]
    top = d.pick(
        rounded_box((30, 30, 6), 4, (0, 0, tall)),
        ball(14, (0, 0, tall), n),
        turned([(6, tall - 4), (22, tall + 6), (22, tall + 10)], n),
    )
    column = rod((0, 0, tall * d.real(0.3, 0.8)), (0, 0, tall + d.real(5, 60)), radius * 1.2, n=n)
    return join([*limbs, top, *([column] if d.chance() else [])])
