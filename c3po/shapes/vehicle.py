"""Things that travel: cars, trucks, trains, boats, aircraft, rockets and cycles."""

from c3po.shapes.csg import (
    Body,
    along_x,
    around,
    ball,
    block,
    box,
    cut,
    disc,
    hull,
    join,
    mirrored,
    outline,
    path,
    rectangle,
    rim,
    ring,
    rod,
    rounded_box,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family

TOY_MM = (35.0, 220.0)


def wheels(d: Draw, xs: list[float], track: float, radius: float) -> list[Body]:
    """Wheel pairs at the given x, their axles on z = radius."""
    wide, n = radius * d.real(0.4, 0.9), d.sides()
    rods = [
        rod((x, s * track / 2, radius), (x, s * (track / 2 + wide), radius), radius, n=n) for x in xs for s in (-1, 1)
    ]
    axles = [rod((x, -track / 2 - 1, radius), (x, track / 2 + 1, radius), radius * 0.3, n=8) for x in xs]
    return [*rods, *axles]


@family("vehicle", TOY_MM)
def car(d: Draw) -> Body:
    """A car: low body with a cabin, four wheels, perhaps a spoiler and arches."""
    long, wide, tall = d.real(80, 130), d.real(35, 60), d.real(14, 26)
    radius = tall * d.real(0.5, 0.8)
    lift = radius * d.real(0.5, 1)
    x0, x1 = long * d.real(0.1, 0.35), long * d.real(0.65, 0.95)
    cabin = d.real(10, 26)
    body = rounded_box((long, wide, tall), wide * d.real(0, 0.25), (long / 2, 0, lift + tall / 2), d.sides())
    top = hull(
        block(x0, x1, lift + tall - 1, lift + tall, wide * 0.92),
        block(x0 + d.real(3, 14), x1 - d.real(3, 14), lift + tall, lift + tall + cabin, wide * d.real(0.6, 0.85)),
    )
    spoiler = join(
        [
            box((8, wide, 2), (4, 0, lift + tall + 10)),
            *[box((3, 2, 12), (5, s * wide * 0.35, lift + tall + 5)) for s in (-1, 1)],
        ]
    )
    pieces = [
        body,
        top,
        *wheels(d, [long * 0.2, long * 0.8], wide * 0.85, radius),
        *([spoiler] if d.chance(0.25) else []),
    ]
    return join(pieces)


@family("vehicle", TOY_MM)
def truck(d: Draw) -> Body:
    """A lorry: cab, flat, box, tank or tipping load, six to ten wheels."""
    long, wide, radius = d.real(90, 170), d.real(30, 48), d.real(8, 14)
    cab, tall = d.real(22, 36), d.real(30, 48)
    frame = block(0, long, radius, radius + 8, wide * 0.6)
    head = join(
        [
            block(long - cab, long, radius, radius + tall, wide),
            *([block(long, long + d.real(8, 20), radius, radius + tall * 0.5, wide * 0.9)] if d.chance(0.4) else []),
        ]
    )
    room = long - cab - 5
    load = d.pick(
        block(0, room, radius + 6, radius + tall * d.real(0.7, 1.4), wide),
        rod((0, 0, radius + tall * 0.55), (room, 0, radius + tall * 0.55), tall * 0.5, n=d.sides()),
        cut(block(0, room, radius + 6, radius + tall * 0.6, wide), block(3, room - 3, radius + 9, 99, wide - 6)),
        cut(block(0, room, radius + 6, radius + tall * 0.6, wide), block(3, room - 3, radius + 9, 99, wide - 6)).rotate(
            (0, d.real(5, 25), 0)
        ),
        block(0, room, radius + 6, radius + 9, wide),
    )
    axles = [long - cab * 0.5, radius * 1.2, *([radius * 3.4] if d.chance() else [])]
    return join([frame, head, load, *wheels(d, axles, wide * 0.7, radius)])


@family("vehicle", TOY_MM)
def bus_or_train(d: Draw) -> Body:
    """A bus, tram or railway wagon: long block with rows of windows."""
    long, wide, tall, radius = d.real(90, 200), d.real(24, 45), d.real(28, 48), d.real(5, 10)
    body = rounded_box((long, wide, tall), wide * d.real(0, 0.3), (long / 2, 0, radius + tall / 2), d.sides())
    if d.chance(0.35):
        body = join(
            [
                body,
                hull(
                    block(long - 2, long, radius, radius + tall, wide),
                    block(long + 5, long + d.real(10, 40), radius, radius + tall * 0.4, wide * 0.6),
                ),
            ]
        )
    count = d.whole(3, 10)
    panes = [
        box((long / count * 0.6, 3, tall * 0.3), (long * (i + 0.5) / count, s * wide / 2, radius + tall * 0.68))
        for i in range(count)
        for s in (-1, 1)
    ]
    if d.chance(0.5):
        panes = [
            box((long / count * 0.6, wide * 2, tall * 0.3), (long * (i + 0.5) / count, 0, radius + tall * 0.68))
            for i in range(count)
        ]
    return join([cut(body, *panes), *wheels(d, [long * t for t in (0.12, 0.25, 0.75, 0.88)], wide * 0.6, radius)])


@family("vehicle", TOY_MM)
def locomotive(d: Draw) -> Body:
    """A steam engine: boiler, chimney, dome, cab and wheels."""
    long, radius, n = d.real(70, 120), d.real(12, 20), d.sides()
    low, cab = radius * 0.9, d.real(20, 32)
    pieces = [
        rod((0, 0, low + radius), (long, 0, low + radius), radius, n=n),
        block(-cab, long + 4, low - 4, low + 4, radius * 2),
        block(-cab, 0, low, low + radius * d.real(2.4, 3), radius * 2),
        block(-cab - 4, 4, low + radius * 2.6, low + radius * 2.9, radius * 2.3),
        rod(
            (long * 0.85, 0, low + radius),
            (long * 0.85, 0, low + radius * d.real(2.4, 3.6)),
            radius * 0.25,
            radius * d.real(0.25, 0.6),
            n,
        ),
        ball(radius * 0.45, (long * 0.45, 0, low + radius * 2), n),
        side([(long, low - 6), (long + d.real(8, 22), low - 6), (long, low + 6)], radius * 1.6),
    ]
    return join([*pieces, *wheels(d, [long * t for t in (-0.15, 0.15, 0.45, 0.75)], radius * 1.4, low)])


@family("vehicle", TOY_MM)
def plane(d: Draw) -> Body:
    """An aeroplane or glider: fuselage, wings, tail, engines or a propeller."""
    long, radius, n = d.real(80, 160), d.real(5, 13), d.sides()
    span, chord, sweep = d.real(45, 110), d.real(12, 40), d.real(-10, 50)
    body = path(
        [(0, 0, radius * 0.5), (long * 0.3, 0, 0), (long * 0.8, 0, 0), (long, 0, 0)],
        [radius * 0.3, radius, radius, radius * d.real(0.2, 0.6)],
        max(8, n),
    )
    x = long * d.real(0.55, 0.75)
    thin = d.real(1.5, 4)

    def half(at: float, deep: float, reach: float, back: float) -> Body:
        return slab(outline([(at, 0), (at - deep, 0), (at - deep * 0.8 - back, reach), (at - back, reach)]), thin)

    z = radius * d.pick(-0.6, 0.0, 0.7)
    pieces = [
        body,
        mirrored(half(x, chord, span, sweep)).translate((0, 0, z)),
        mirrored(half(long * 0.12, chord * 0.5, span * 0.35, sweep * 0.4)),
        side([(0, 0), (long * 0.16, 0), (d.real(0, 8), d.real(16, 34)), (-6, 26)], thin),
    ]
    if d.chance(0.3):
        pieces += [
            mirrored(half(x, chord, span, sweep)).translate((0, 0, z + 18)),
            *[rod((x - 8, s * span * 0.6, z), (x - 8, s * span * 0.6, z + 18), 1.5, n=6) for s in (-1, 1)],
        ]
    pods = [
        rod((x - chord * 0.5, s * span * 0.4, z - 4), (x + 8, s * span * 0.4, z - 4), radius * 0.6, n=n)
        for s in (-1, 1)
    ]
    fan = (
        around(box((radius * 4, 3, 1.5), (radius * 2, 0, 0)), d.whole(2, 4)).rotate((0, 90, 0)).translate((long, 0, 0))
    )
    return join([*pieces, *(pods if d.chance(0.4) else [fan])])


@family("vehicle", TOY_MM)
def helicopter(d: Draw) -> Body:
    """A helicopter: egg body, tail boom, rotors and skids."""
    radius, boom, n = d.real(14, 24), d.real(50, 110), d.sides()
    body = ball(radius, (0, 0, 0), max(8, n), (d.real(1, 1.9), d.real(0.7, 1), 1))
    tail = path(
        [(-radius * 0.5, 0, radius * 0.3), (-boom, 0, radius * d.real(0.2, 0.7))], [radius * 0.5, radius * 0.15], 8
    )
    blades = around(box((boom * d.real(0.6, 1), d.real(3, 8), 1.8), (boom * 0.4, 0, 0)), d.whole(2, 5)).translate(
        (0, 0, radius * 1.45)
    )
    fin = side([(-boom - 6, 0), (-boom + 8, 0), (-boom - 2, 24), (-boom - 12, 24)], 2)
    rotor = around(box((12, 3, 1.5), (6, 0, 0)), 4).rotate((90, 0, 0)).translate((-boom, 4, radius * 0.5))
    skids = [
        join(
            [
                rod(
                    (-radius, s * radius * 0.8, -radius * 1.4),
                    (radius * 1.3, s * radius * 0.8, -radius * 1.4),
                    1.6,
                    n=6,
                ),
                *[rod((x, 0, -radius * 0.5), (x, s * radius * 0.8, -radius * 1.4), 1.6, n=6) for x in (-6, 8)],
            ]
        )
        for s in (-1, 1)
    ]
    hub = rod((0, 0, 0), (0, 0, radius * 1.55), radius * 0.18)
    return join(
        [
            body,
            tail,
            blades,
            fin,
            rotor,
            hub,
            rod((-boom, 0, radius * 0.5), (-boom, 5, radius * 0.5), 2),
            *(skids if d.chance(0.8) else []),
        ]
    )


@family("vehicle", TOY_MM)
def rocket(d: Draw) -> Body:
    """A rocket or model-rocket body: nose, stages, fins, boosters or a launch pad."""
    tall, radius, n = d.real(80, 180), d.real(7, 20), d.sides()
    nose, waist = d.real(0.15, 0.4) * tall, d.real(0.5, 1.1)
    core = turned(
        [
            (radius * d.real(0.7, 1), 0),
            (radius, tall * 0.1),
            (radius, tall * 0.4),
            (radius * waist, tall * 0.5),
            (radius * waist, tall - nose),
            (radius * waist * 0.6, tall - nose * 0.4),
            (0.5, tall),
        ],
        n,
    )
    sweep = d.real(-20, 12)
    fin = side(
        [
            (radius * 0.8, tall * d.real(0.15, 0.35)),
            (radius * 0.8, 2),
            (radius * d.real(1.8, 3), sweep),
            (radius * 2.2, tall * 0.12 + sweep),
        ],
        d.real(1.5, 4),
    )
    pieces = [core, around(fin, d.whole(3, 5))]
    if d.chance(0.3):
        pod = turned([(radius * 0.5, 0), (radius * 0.5, tall * 0.4), (1, tall * 0.5)], n)
        pieces.append(around(pod.translate((radius * 1.4, 0, 0)), d.whole(2, 4)))
    if d.chance(0.2):
        pieces += [rounded_box((radius * 6, radius * 6, 4), 4), box((4, 4, tall * 0.8), (radius * 2.4, 0, tall * 0.4))]
    return join(pieces)


@family("vehicle", TOY_MM)
def boat(d: Draw) -> Body:
    """A ship, tug or sailing boat: hull, open or decked, cabin, mast, sail or funnel."""
    long, wide, deep = d.real(70, 150), d.real(24, 50), d.real(14, 30)
    deck = outline([(0, -wide * 0.4), (long * 0.6, -wide * 0.5), (long, 0), (long * 0.6, wide * 0.5), (0, wide * 0.4)])
    keel = d.real(0.4, 0.9)
    hull_ = hull(slab(deck, 1).translate((0, 0, deep)), slab(deck.scale((0.85, keel)).translate((4, 0)), 1))
    if d.chance(0.5):
        hull_ = cut(
            hull_,
            hull(
                slab(deck.offset(-2.5), 2).translate((0, 0, deep)),
                slab(deck.scale((0.8, keel)).offset(-2.5).translate((5, 0)), 1).translate((0, 0, 3)),
            ),
        )
    x = long * d.real(0.25, 0.5)
    mast = rod((x, 0, 0), (x, 0, deep + d.real(50, 110)), d.real(1.5, 3), n=8)
    sail = side([(x, deep + 8), (x - long * 0.3, deep + 8), (x, deep + 60)], 1.6)
    cabin = rounded_box((long * 0.3, wide * 0.6, d.real(10, 26)), 2, (x, 0, deep + 6), d.sides())
    funnel = rod((x, 0, deep), (x, 0, deep + 34), 6, n=d.sides())
    floor = rod((x, 0, 0.5), (x, 0, deep + 2), 5)
    return join([hull_, floor, *d.pick([mast, sail], [cabin, funnel], [cabin], [mast, cabin], [])])


@family("vehicle", TOY_MM)
def tracked(d: Draw) -> Body:
    """A digger, bulldozer, crane or crawler: two tracks, a body, and a jointed arm, blade or mast."""
    long, wide, tall = d.real(60, 100), d.real(35, 60), d.real(14, 24)
    track = side(
        outline(
            [
                (0, tall * 0.3),
                (tall * 0.4, 0),
                (long - tall * 0.4, 0),
                (long, tall * 0.3),
                (long, tall * 0.7),
                (long - tall * 0.4, tall),
                (tall * 0.4, tall),
                (0, tall * 0.7),
            ]
        ),
        wide * 0.26,
    )
    body = block(long * 0.1, long * d.real(0.6, 0.9), tall * 0.6, tall + d.real(12, 26), wide * 0.7)
    cab = block(long * 0.3, long * 0.6, tall, tall + d.real(26, 42), wide * 0.4)
    reach = d.real(40, 90)
    arm = side(
        strip(
            [
                (long * 0.5, tall + 10),
                (long + reach * 0.3, tall + reach * d.real(0.3, 0.9)),
                (long + reach * 0.7, tall + 15),
                (long + reach * 0.55, tall * 0.3),
            ],
            d.real(6, 12),
        ),
        wide * 0.16,
    )
    blade = side(strip([(long + 8, 0), (long + 5, tall * 0.7), (long + 9, tall * 1.5)], 4), wide * 1.1)
    push = block(long * 0.4, long + 8, tall * 0.4, tall * 0.65, wide * 0.5)
    mast = join(
        [
            box((6, 6, reach), (long * 0.4, 0, tall + 10 + reach / 2)),
            box((reach, 6, 6), (long * 0.4 + reach * 0.3, 0, tall + 8 + reach)),
        ]
    )
    return join(
        [
            *[track.translate((0, s * wide * 0.4, 0)) for s in (-1, 1)],
            body,
            cab,
            *d.pick([arm], [blade, push], [mast], [arm, blade, push]),
        ]
    )


@family("vehicle", TOY_MM)
def bicycle(d: Draw) -> Body:
    """A bicycle, motorbike or scooter: two wheels in line, frame, fork and handlebar."""
    radius, base, line = d.real(16, 30), d.real(55, 90), d.real(1.6, 5)
    fat, n = radius * d.real(0.08, 0.3), 24
    tyre = join(
        [
            ring(radius, fat, n=n),
            around(box((radius, line * 0.7, line * 0.7), (radius / 2, 0, 0)), d.whole(3, 9)),
            rod((0, 0, -line), (0, 0, line), line),
        ]
    ).rotate((90, 0, 0))
    crank, seat, head = (
        (base * 0.42, 0.0, -radius * 0.1),
        (base * 0.3, 0.0, radius * 1.5),
        (base * 0.82, 0.0, radius * 1.5),
    )
    tubes = [
        [(0, 0, 0), crank, head],
        [(0, 0, 0), seat, head],
        [crank, seat],
        [(base, 0, 0), head, (base * 0.8, 0, radius * 1.9)],
    ]
    bars = [path(t, line, 6) for t in tubes]
    hand = rod((base * 0.78, -radius * 0.8, radius * 1.95), (base * 0.78, radius * 0.8, radius * 1.95), line, n=8)
    tank = ball(radius * 0.5, (base * 0.5, 0, radius * 1.1), 10, (1.6, 0.7, 0.9)) if d.chance(0.4) else hand
    return join(
        [
            tyre,
            tyre.translate((base, 0, 0)),
            *bars,
            hand,
            tank,
            rounded_box((radius * 0.9, radius * 0.4, 4), 2, (base * 0.28, 0, radius * 1.55)),
        ]
    )


@family("vehicle", TOY_MM)
def spaceship(d: Draw) -> Body:
    """A science-fiction ship: wedge, saucer or fuselage with nacelles and fins."""
    long, n = d.real(80, 150), d.sides()
    wide, tall = long * d.real(0.2, 0.9), long * d.real(0.06, 0.25)
    body = d.pick(
        hull(box((4, wide, tall), (0, 0, 0)), box((2, wide * 0.1, tall * 0.3), (long, 0, 0))),
        turned([(wide * 0.3, -tall * 0.5), (wide * 0.7, 0), (wide * 0.3, tall * 0.5), (wide * 0.15, tall)], max(n, 12)),
        path([(0, 0, 0), (long * 0.6, 0, 0), (long, 0, -tall * 0.2)], [tall, tall * 0.8, tall * 0.2], max(8, n)),
    )
    pods = [
        rod((-long * 0.1, s * wide * 0.5, 0), (long * d.real(0.2, 0.5), s * wide * 0.5, 0), tall * 0.4, tall * 0.25, n)
        for s in (-1, 1)
    ]
    wing = box((long * 0.25, wide, tall * 0.2), (long * 0.1, 0, 0))
    tower = hull(
        box((long * 0.2, tall, tall), (long * 0.15, 0, tall * 0.6)),
        box((long * 0.08, tall * 0.6, 2), (long * 0.1, 0, tall * 1.6)),
    )
    fin = side([(0, 0), (long * 0.25, 0), (-long * 0.1, tall * 3)], tall * 0.2)
    return join([body, *d.pick([wing, *pods], [tower], [wing, fin], [fin, tower, wing, *pods])])


@family("vehicle", (60.0, 240.0))
def rc_chassis(d: Draw) -> Body:
    """A bare chassis, skateboard or drone frame: perforated plate with arms, posts and axles."""
    long, wide, thick = d.real(90, 180), d.real(30, 60), d.real(2.5, 6)
    if d.chance(0.4):
        arms = d.pick(3, 4, 6)
        arm = slab(rectangle(long * 0.6, d.real(8, 18)).translate((long * 0.3, 0)), thick)
        motor = slab(rim(disc(d.real(9, 14)), 4), thick * d.real(1.2, 3)).translate((long * 0.6, 0, 0))
        core = slab(disc(wide * 0.6, d.pick(6, 8, 24)), thick * 1.5)
        legs = around(rod((wide * 0.4, 0, 0), (wide * 0.6, 0, -d.real(10, 30)), 3), 4) if d.chance() else core
        return join([around(join([arm, motor]), arms), core, legs])
    shape = outline(
        [
            (0, -wide * 0.3),
            (long * 0.2, -wide * 0.5),
            (long * 0.8, -wide * d.real(0.2, 0.5)),
            (long, -wide * 0.3),
            (long, wide * 0.3),
            (long * 0.8, wide * 0.4),
            (long * 0.2, wide * 0.5),
            (0, wide * 0.3),
        ]
    )
    shape -= rectangle(long * d.real(0.1, 0.4), wide * 0.3).translate((long * 0.5, 0))
    plate = slab(shape, thick)
    posts = [
        rod((long * x, wide * y, 0), (long * x, wide * y, d.real(8, 30)), 3) for x in (0.15, 0.85) for y in (-0.2, 0.2)
    ]
    return join(
        [
            plate,
            *posts,
            *wheels(d, [long * 0.12, long * 0.88], wide * 0.9, 9.0)[d.pick(0, 4) :],
            along_x(rod((0, 0, 0), (0, 0, long * 0.9), 2.5)).translate((0, 0, thick + 1)),
        ]
    )
