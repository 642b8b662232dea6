"""Hand tools: long, flat or thin things with a working end."""

from c3po.shapes.csg import (
    Body,
    Outline,
    arc,
    ball,
    block,
    box,
    cut,
    disc,
    drill,
    hull,
    join,
    merge,
    outline,
    path,
    rectangle,
    rim,
    ring,
    rod,
    rounded,
    rounded_box,
    row,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family

TOOL_MM = (40.0, 240.0)


def shaft_grip(d: Draw, x0: float, x1: float, radius: float) -> Body:
    """A straight handle along x: round, square, fluted, swelling or with a hole to hang it by."""
    style, n = d.pick("round", "square", "swell", "hung"), d.sides()
    if style == "square":
        return rounded_box((abs(x1 - x0), 2.2 * radius, 1.7 * radius), radius * 0.4, ((x0 + x1) / 2, 0, 0), n)
    if style == "swell":
        mid = (x0 + x1) / 2
        return path(
            [(x0, 0, 0), (mid, 0, 0), (x1, 0, 0)], [radius * 0.8, radius * d.real(1, 1.5), radius * 0.7], max(8, n // 2)
        )
    bar = rod((x0, 0, 0), (x1, 0, 0), radius, n=n)
    return bar if style == "round" else cut(bar, drill(x0 + (x1 - x0) * 0.1, 0, radius * 0.4))


def jaw(d: Draw, size: float, gap: float) -> Outline:
    """The open end of a spanner, looking along +x."""
    mouth = rectangle(size * 2, gap).translate((size * d.real(0.9, 1.2), 0))
    return disc(size, d.sides()) - mouth.rotate(d.pick(0.0, 15.0, -15.0))


@family("tool", TOOL_MM)
def wrench(d: Draw) -> Body:
    """A spanner: open, ring or toothed ends on a flat bar that may be bent or hollowed."""
    long, wide, thick = d.real(80, 200), d.real(8, 18), d.real(4, 12)
    shapes = [strip([(0, 0), (long * 0.5, long * d.pick(0.0, 0.0, 0.06, 0.15)), (long, 0)], wide, 12)]
    holes = []
    for x, turn in ((0.0, 180.0), (long, 0.0)):
        size = wide * d.real(0.8, 1.5)
        if d.chance(0.45):
            shapes.append(disc(size).translate((x, 0)))
            holes.append(disc(size * d.real(0.5, 0.75), d.pick(6, 12, 24)).translate((x, 0)))
        elif d.chance(0.8):
            shapes.append(disc(size * 1.2, d.sides()).translate((x, 0)))
            holes.append(
                rectangle(size * 2, size * d.real(0.8, 1.2))
                .translate((size, 0))
                .rotate(turn + d.pick(0, 15))
                .translate((x, 0))
            )
    shape = merge(shapes)
    if holes:
        shape -= merge(holes)
    body = slab(shape, thick, thick * d.pick(0.0, 0.25))
    return cut(body, box((long * 0.6, wide * 0.5, thick * 0.5), (long / 2, 0, thick))) if d.chance(0.3) else body


@family("tool", TOOL_MM)
def pliers(d: Draw) -> Body:
    """Pliers or cutters: two crossing limbs with a pivot, short jaws and long handles."""
    jaws, arms, thick, wide = d.real(20, 60), d.real(60, 120), d.real(6, 16), d.real(6, 13)
    open_, spread = d.real(2, 14), d.real(12, 34)
    limb = strip([(jaws, open_), (0, wide * 0.4), (-arms * 0.4, -spread), (-arms, -spread * d.real(0.6, 1.2))], wide)
    nose = outline([(0, wide), (0, -wide * 0.5), (jaws, open_ - 2), (jaws, open_ + wide * d.real(0.2, 0.6))])
    half = slab(merge([limb, nose]), thick, thick * d.pick(0.0, 0.2))
    pivot = rod((0, 0, -1), (0, 0, thick + 1), wide * d.real(0.9, 1.5), n=d.sides())
    return join([half, half.mirror((0, 1, 0)), pivot])


@family("tool", TOOL_MM)
def hammer(d: Draw) -> list[Body]:
    """A hammer, mallet or hatchet-free pick: a head across the end of a shaft."""
    long, radius = d.real(90, 200), d.real(5, 11)
    span, size, n = d.real(40, 100), d.real(9, 26), d.sides()
    head = d.pick(
        rod((long, 0, -span * 0.5), (long, 0, span * 0.5), size, size * d.real(0.7, 1), n),
        box((size * 1.8, size * 1.8, span), (long, 0, 0)),
    )
    claw = path(
        [(long, 0, span * 0.3), (long - 4, 0, span * 0.7), (long - span * 0.25, 0, span)],
        [size * 0.8, size * 0.5, size * 0.25],
        8,
    )
    return [
        rod((0, 0, 0), (long, 0, 0), radius * 0.8, n=n),
        shaft_grip(d, 0, long * d.real(0.3, 0.6), radius),
        head,
        *([claw] if d.chance() else []),
    ]


@family("tool", TOOL_MM)
def saw(d: Draw) -> Body:
    """A hand saw or a bow saw: toothed plate with a closed handle, or a frame around a strip."""
    long, wide, thick = d.real(120, 220), d.real(26, 55), d.real(2, 6)
    teeth = d.whole(8, 30)
    step = long / teeth
    line = [(i * step, 0.0) if j == 0 else ((i + 0.5) * step, -step * 0.6) for i in range(teeth) for j in (0, 1)]
    if d.chance(0.65):
        plate = outline([*line, (long, 0), (long, wide * d.real(0.3, 0.9)), (0, wide)])
        hand = rounded(outline([(-52, -8), (-4, -8), (6, wide * 1.2), (-40, wide * 1.25)]), 9)
        return join(
            [slab(plate, thick), slab(rim(hand, d.real(9, 13)), thick * d.real(2, 5), 1).translate((0, 0, -thick))]
        )
    bow = strip([(0, 0), (0, wide), (long, wide), (long, 0)], d.real(6, 10))
    hang = strip([(-4, 4), (-30, -50)], d.real(12, 20))
    return join(
        [slab(outline([*line, (long, 0), (long, 6), (0, 6)]), thick), slab(merge([bow, hang]), thick * d.real(2, 4))]
    )


@family("tool", TOOL_MM)
def screwdriver(d: Draw) -> list[Body]:
    """A screwdriver, awl or file: thin rod leaving a fat handle."""
    reach, long, radius = d.real(30, 130), d.real(40, 100), d.real(8, 17)
    thin = d.real(2, 5)
    tip = d.pick(
        box((10, thin * 3, thin * 0.7), (reach, 0, 0)),
        rod((reach - 2, 0, 0), (reach + 8, 0, 0), thin, 0.8, 4),
        rod((reach - 8, 0, 0), (reach + 2, 0, 0), thin * 2, n=6),
    )
    ribs = [
        rod(
            (-long * 0.9, radius * 0.9 * y, radius * 0.9 * z),
            (-long * 0.1, radius * 0.9 * y, radius * 0.9 * z),
            radius * 0.25,
            n=6,
        )
        for y, z in arc(1, 0, 300, 6)
    ]
    return [
        rod((-4, 0, 0), (reach, 0, 0), thin, n=d.sides()),
        shaft_grip(d, -long, 0, radius),
        tip,
        *(ribs if d.chance(0.4) else []),
    ]


@family("tool", TOOL_MM)
def scissors(d: Draw) -> Body:
    """Scissors or shears: two flat limbs crossing at a pivot, a loop at each end."""
    long, arms, thick, wide = d.real(50, 110), d.real(40, 80), d.real(3, 8), d.real(6, 13)
    angle = d.real(3, 25)
    loop = d.real(13, 22)
    shape = merge(
        [
            outline([(-wide, -wide * 0.5), (long, -wide * 0.2), (long, wide * 0.1), (0, wide * 0.6)]),
            strip([(0, 0), (-arms * 0.5, wide * 0.4), (-arms, loop * 0.5)], wide),
        ]
    )
    eye = (disc(loop) - disc(loop * d.real(0.6, 0.75))).scale((d.real(1, 1.6), 1)).translate((-arms - loop, loop * 0.8))
    half = slab(merge([shape, eye]), thick).rotate((0, 0, angle))
    return join([half, half.mirror((0, 1, 0)), rod((0, 0, -0.5), (0, 0, thick + 1), wide * 0.5)])


@family("tool", (40.0, 180.0))
def tweezers(d: Draw) -> Body:
    """Tweezers, tongs or a peg: two springy strips joined at one end."""
    long, gap, thick = d.real(70, 150), d.real(8, 40), d.real(1.5, 5)
    arm = [(0.0, 0.0), (long * 0.3, gap * d.real(0.2, 0.6)), (long * 0.75, gap * 0.5), (long, d.real(1, 4))]
    shape = merge(
        [strip(arm, thick), strip([(x, -y) for x, y in arm], thick), disc(thick * d.real(1, 3)).translate((thick, 0))]
    )
    return slab(shape, d.real(4, 18))


@family("tool", TOOL_MM)
def bottle_opener(d: Draw) -> Body:
    """A bottle or jar opener: flat bar with a mouth at one end and a hole at the other."""
    long, wide, thick = d.real(70, 150), d.real(14, 30), d.real(3, 10)
    head = d.real(18, 30)
    shape = merge(
        [rounded(rectangle(long, wide), wide * d.real(0.05, 0.45)), disc(head, d.sides()).translate((long * 0.5, 0))]
    )
    mouth = outline(
        [
            (-head * 0.4, -head * 0.5),
            (head * d.real(0.5, 1.3), -head * 0.6),
            (head * d.real(0.3, 1.3), head * 0.6),
            (-head * 0.4, head * 0.5),
        ]
    )
    shape -= merge(
        [rounded(mouth, 3).translate((long * 0.5, 0)), disc(wide * d.real(0.15, 0.35)).translate((-long * 0.42, 0))]
    )
    if d.chance(0.3):
        shape -= strip([(-long * 0.2, 0), (long * 0.2, 0)], wide * 0.4)
    return slab(shape, thick, thick * d.pick(0.0, 0.25))


@family("tool", (30.0, 200.0))
def comb(d: Draw) -> Body:
    """A comb, fork or rake: a row of prongs on a spine, with or without a handle."""
    teeth, long, deep, thick = d.whole(3, 26), d.real(50, 150), d.real(12, 50), d.real(2, 6)
    step = long / teeth
    prong = rectangle(step * d.real(0.35, 0.6), deep)
    prongs = [prong.translate((step * (i + 0.5), -deep * 0.5)) for i in range(teeth)]
    spine = rounded(rectangle(long, d.real(8, 20)), 3).translate((long / 2, 4))
    tail = strip([(long / 2, 4), (long / 2, d.real(60, 160))], d.real(8, 16)) if d.chance(0.4) else spine
    return slab(merge([*prongs, spine, tail]), thick, thick * d.pick(0.0, 0.2))


@family("tool", TOOL_MM)
def spatula(d: Draw) -> Body:
    """A spatula, trowel, scraper or shoe horn: thin flat or bent plate on a handle."""
    long, wide, thick = d.real(50, 110), d.real(16, 70), d.real(1.5, 4)
    plate = outline(
        [
            (0, -wide * d.real(0.2, 0.5)),
            (long, -wide * 0.5),
            (long, wide * d.real(0.3, 0.5)),
            (0, wide * d.real(0.2, 0.5)),
        ]
    )
    shape = rounded(plate, wide * d.real(0.02, 0.2))
    if d.chance(0.4):
        shape -= merge(
            [rectangle(long * 0.5, wide * 0.08).translate((long * 0.55, wide * t)) for t in (-0.22, 0, 0.22)]
        )
    blade = slab(shape, thick).rotate((0, d.real(-25, 25), 0))
    neck = path([(3, 0, thick / 2), (-15, 0, d.real(0, 25)), (-40, 0, d.real(0, 25))], d.real(2.5, 5), 8)
    return join([blade, neck, shaft_grip(d, -d.real(90, 150), -34, d.real(6, 13)).translate((0, 0, d.real(4, 15)))])


@family("tool", (40.0, 200.0))
def clamp(d: Draw) -> Body:
    """A C-clamp, bar clamp or spring clip: deep mouth with a screw or a lever."""
    deep, tall, wide, line = d.real(40, 90), d.real(45, 130), d.real(10, 26), d.real(8, 18)
    frame = strip([(deep, tall), (0, tall), (0, 0), (deep, 0)], line, d.pick(4, 8, 16))
    body = side(frame, wide)
    screw = rod((deep, 0, -d.real(20, 70)), (deep, 0, tall * d.real(0.2, 0.7)), d.real(3, 6), n=d.sides())
    pad = rod((deep, 0, tall * 0.4), (deep, 0, tall * 0.4 + 5), line * 0.7, n=12)
    bar = rod((deep - 25, 0, -16), (deep + 25, 0, -16), 3, n=8)
    slide = block(-line, line, tall, tall + d.real(30, 90), wide)
    return join([body, screw, pad, *([bar] if d.chance(0.6) else []), *([slide] if d.chance(0.3) else [])])


@family("tool", (20.0, 160.0))
def hook(d: Draw) -> Body:
    """A wall, S, coat or crane hook: a bent strip or limb, often with a plate and holes."""
    size, line, wide = d.real(14, 40), d.real(4, 12), d.real(4, 24)
    stem = size * d.real(1, 4)
    curve = [(x + size, y) for x, y in arc(size, 180, d.real(300, 400), 12)]
    points = [(0.0, stem), *curve]
    if d.chance(0.35):
        points = [(x - size, y + stem) for x, y in arc(size, -20, 180, 8)][::-1] + points[1:] if d.chance() else points
    body = path([(x, 0, z) for x, z in points], line / 2, 8) if d.chance(0.4) else side(strip(points, line), wide)
    if d.chance(0.5):
        plate = block(-line, 0, -size * 0.3, stem * d.real(1, 1.4), wide * d.real(1, 3))
        body = cut(join([body, plate]), *[rod((-50, 0, z), (50, 0, z), 2.2) for z in (stem * 0.3, stem * 0.85)])
    elif d.chance(0.3):
        body = join([body, ring(line * 1.4, line * 0.45).rotate((90, 0, 0)).translate((0, 0, stem + line))])
    return body


@family("tool", (15.0, 100.0))
def knob(d: Draw) -> Body:
    """A knob or thumb wheel: round, starred or fluted, with a shaft hole."""
    radius, tall, lobes = d.real(12, 35), d.real(8, 40), d.whole(3, 24)
    shape = disc(radius, d.sides())
    if d.chance(0.7):
        bump = disc(radius * d.real(0.08, 0.3), 12)
        bumps = merge([bump.translate((radius * x, radius * y)) for x, y in arc(1, 0, 360 - 360 / lobes, lobes)])
        shape = shape + bumps if d.chance() else shape - bumps
    body = slab(shape, tall, tall * d.pick(0.0, 0.15), d.real(0.6, 1.05))
    stem = rod((0, 0, -d.real(2, 25)), (0, 0, 2), radius * d.real(0.3, 0.8), n=d.sides())
    return cut(
        join([body, stem]),
        rod((0, 0, -60), (0, 0, tall * d.real(0.3, 1.2)), radius * d.real(0.1, 0.28), n=d.pick(6, 16)),
    )


@family("tool", (50.0, 220.0))
def crank(d: Draw) -> Body:
    """A crank, door handle, brake lever or fishing-reel arm: hub, arm and a knob across."""
    reach, hub, thick = d.real(45, 120), d.real(9, 22), d.real(6, 16)
    bend = d.real(-0.3, 0.3) * reach
    arm = slab(
        merge([strip([(0, 0), (reach * 0.5, bend), (reach, bend * d.real(0, 1.5))], d.real(8, 18)), disc(hub)]),
        thick,
        thick * d.pick(0.0, 0.2),
    )
    tall, n = d.real(25, 80), d.sides()
    end = (reach, bend * 0.6)
    hand = d.pick(
        rod((*end, 0), (*end, tall), d.real(5, 9), d.real(6, 12), n),
        ball(d.real(9, 15), (*end, thick), n),
        box((14, 14, tall), (*end, tall / 2)),
    )
    shaft = rod((0, 0, -d.real(8, 60)), (0, 0, thick), hub * 0.6, n=n)
    rose = (
        [slab(rounded(rectangle(hub * 2.4, hub * d.real(2.4, 8)), 4), 4).translate((0, 0, -d.real(10, 30)))]
        if d.chance(0.3)
        else []
    )
    return cut(join([arm, hand, shaft, *rose]), drill(0, 0, hub * d.real(0.25, 0.5), d.pick(4, 6, 16)))


@family("tool", (60.0, 250.0))
def brush(d: Draw) -> list[Body]:
    """A brush, broom, mop or paint roller: head across or along a straight handle."""
    long, radius = d.real(90, 240), d.real(4, 9)
    span, deep, n = d.real(25, 100), d.real(15, 50), d.sides()
    handle = shaft_grip(d, 0, long, radius)
    style = d.pick("broom", "brush", "roller", "flat")
    if style == "broom":
        head = box((d.real(10, 24), span, d.real(14, 30)), (long, 0, 0))
        hair = hull(box((4, span, 14), (long + 6, 0, 0)), box((4, span * 1.2, 24), (long + deep, 0, 0)))
        return [handle, head, hair]
    if style == "roller":
        wire = path(
            [
                (long, 0, 0),
                (long + 20, 0, 0),
                (long + 20, -span * 0.7, 0),
                (long + 45, -span * 0.7, 0),
                (long + 45, span * 0.7, 0),
            ],
            3,
            6,
        )
        return [handle, wire, rod((long + 45, -span * 0.6, 0), (long + 45, span * 0.7, 0), deep * 0.5, n=n)]
    if style == "flat":
        return [
            handle,
            rounded_box((span * 1.5, deep, 8), 5, (long, 0, 0), n),
            row(box((3, deep * 0.7, 18)), int(span / 6), (6, 0, 0)).translate((long - span / 2, 0, -9)),
        ]
    return [
        handle,
        hull(rod((long, 0, 0), (long + 6, 0, 0), radius, n=n), box((8, span * 0.6, 12), (long + 20, 0, 0))),
        box((deep, span * 0.6, 11), (long + 20 + deep / 2, 0, 0)),
    ]


@family("tool", (70.0, 250.0))
def flashlight(d: Draw) -> Body:
    """A torch, telescope, microphone, pump or bat: one turned body along an axis, stepped and grooved."""
    long, radius, n = d.real(90, 220), d.real(8, 20), d.sides()
    head = radius * d.real(1, 2.4)
    steps = d.pick(
        [(radius, 0.0), (radius, 0.65), (head, 0.78), (head, 1.0)],
        [(radius * 0.7, 0.0), (radius * 0.7, 0.3), (radius, 0.31), (radius, 0.6), (head, 0.61), (head, 1.0)],
        [(radius, 0.0), (radius * 0.6, 0.3), (head, 0.8), (head * 0.8, 1.0)],
    )
    body = turned([(r, z * long) for r, z in steps], n)
    if d.chance(0.4):
        body = cut(body, *[ring(radius * 1.02, radius * 0.12, (0, 0, long * t)) for t in (0.1, 0.17, 0.24, 0.31)])
    if d.chance(0.5):
        body = cut(body, rod((0, 0, long * d.real(0, 0.9)), (0, 0, long + 1), radius * 0.75, head * 0.85, n))
    if d.chance(0.3):
        body = join(
            [
                body,
                box((radius, 8, radius * 0.8), (radius, 0, long * 0.45)),
                box((radius * 0.5, 5, long * 0.4), (radius * 1.2, 0, long * 0.25)),
            ]
        )
    return body.rotate((0, 90, 0))


@family("tool", (60.0, 250.0))
def long_handle(d: Draw) -> Body:
    """A crutch, cane, golf club, paddle, shovel or grabber: a long pole with something at either end."""
    long, radius, n = d.real(150, 320), d.real(3, 8), d.sides()
    pole = rod((0, 0, 0), (long, 0, 0), radius, radius * d.real(0.7, 1), n)
    size = d.real(14, 40)
    ends = {
        "cane": path([(0, 0, 0), (-size * 0.6, 0, size * 0.3), (-size * 0.6, 0, size), (0, 0, size * 1.3)], radius, 8),
        "crutch": join(
            [
                rod((0, 0, -size), (0, 0, size * 0.4), radius * 1.3, n=n),
                path([(0, 0, 0), (-size * 2, 0, size * 0.3)], radius, 8),
                rod((-size * 2, -size * 0.6, size * 0.3), (-size * 2, size * 0.6, size * 0.3), radius * 1.6),
            ]
        ),
        "spade": join([rounded_box((size * 2.4, size * 1.5, 3), size * 0.4, (-size, 0, 0), n)]),
        "loop": side(rim(rounded(rectangle(size * 2, size * 1.4), 6), radius * 1.6), radius * 2).translate(
            (-size, 0, 0)
        ),
        "club": hull(box((8, 14, 10)), box((6, 18, 6), (-4, 0, -size))),
        "tee": rod((0, -size, 0), (0, size, 0), radius * 1.3, n=n),
    }
    names = sorted(ends)
    body = join([pole, ends[d.pick(*names)], ends[d.pick(*names)].mirror((1, 0, 0)).translate((long, 0, 0))])
    return join([body, rod((long * 0.3, 0, 0), (long * 0.3, 0, -size), radius, n=n)]) if d.chance(0.25) else body


@family("tool", (60.0, 220.0))
def caliper(d: Draw) -> Body:
    """A caliper, square or marking gauge: a ruler with jaws and a slider."""
    long, wide, thick = d.real(110, 200), d.real(10, 20), d.real(3, 8)
    drop = d.real(20, 60)
    at = long * d.real(0.15, 0.6)
    pieces = [
        rectangle(long, wide).translate((long / 2, 0)),
        outline([(0, -wide / 2 - drop), (6, -wide / 2 - drop), (16, wide / 2), (0, wide / 2)]),
    ]
    body = slab(merge(pieces), thick)
    runner = merge(
        [
            rectangle(d.real(25, 50), wide * 1.7).translate((at + 15, 0)),
            outline([(at, 0), (at + 14, 0), (at + 6, -wide / 2 - drop), (at, -wide / 2 - drop)]),
        ]
    )
    return join([body, *([slab(runner, thick * 1.6)] if d.chance(0.8) else [])])


@family("tool", (20.0, 100.0))
def key(d: Draw) -> Body:
    """A key, tag or whistle-like charm: bow with a hole and a toothed stem."""
    long, bow, thick = d.real(25, 60), d.real(10, 22), d.real(2, 7)
    head = d.pick(disc(bow, d.sides()), rounded(rectangle(bow * 2, bow * 1.5), 3)) - disc(bow * d.real(0.2, 0.6))
    teeth = [rectangle(3, d.real(4, 14)).translate((long - 4 * i, -d.real(2, 6))) for i in range(d.whole(1, 5))]
    return slab(
        merge(
            [
                head,
                rectangle(long, d.real(4, 9)).translate((long / 2 + bow * 0.7, 0)),
                *[t.translate((bow * 0.6, 0)) for t in teeth],
            ]
        ),
        thick,
        thick * d.pick(0.0, 0.2),
    )


@family("tool", (40.0, 200.0))
def spoon(d: Draw) -> Body:
    """A spoon, ladle or scoop: a bowl on a straight or bent stem."""
    size, long, n = d.real(14, 34), d.real(50, 160), d.sides()
    wall = d.real(1.2, 3)
    bowl = turned([(size * 0.5, -size * 0.6), (size * 0.9, -size * 0.3), (size, 0)], max(8, n)).scale(
        (d.real(1, 1.7), 1, d.real(0.3, 1.4))
    )
    hollow = bowl.scale((0.9, 0.9, 1)).translate((0, 0, wall))
    stem = path(
        [(size * 0.8, 0, -wall), (size + long * 0.4, 0, d.real(0, 20)), (size + long, 0, d.real(-5, 60))],
        [d.real(2, 4), d.real(2, 4), d.real(2, 7)],
        8,
    )
    return join([cut(bowl, hollow), stem])
