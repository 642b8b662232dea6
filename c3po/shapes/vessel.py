"""Things that hold or lead a liquid: cups, bottles, jugs, pipes, nozzles and taps."""

from c3po.shapes.csg import (
    Body,
    Outline,
    along_x,
    arc,
    around,
    ball,
    box,
    cut,
    disc,
    hull,
    join,
    merge,
    path,
    rectangle,
    ring,
    rod,
    rounded,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family

VESSEL_MM = (25.0, 220.0)


def hollow(d: Draw, profile: list[tuple[float, float]], n: int, floor: float | None = None) -> Body:
    """The turned profile with a cavity open at the top; a thin wall, an open bottom where ``floor`` is 0."""
    wall = d.real(0.8, 2.6)
    base = wall * d.real(1, 2) if floor is None else floor
    inner = [(max(r - wall, 0.6), z) for r, z in profile]
    inner[0] = (inner[0][0], profile[0][1] + base if base > 0 else profile[0][1] - 1)
    inner[-1] = (inner[-1][0], inner[-1][1] + 1)
    return cut(turned(profile, n), turned(inner, n))


def ear(d: Draw, radius: float, z0: float, z1: float) -> Body:
    """A handle on the -x side between two heights: round, square or pointed."""
    out, line = radius + d.real(10, 40), d.real(2, 6)
    curve = d.pick(
        [(-radius, z1), (-out, z1 * 0.9 + z0 * 0.1), (-out, z1 * 0.3 + z0 * 0.7), (-radius, z0)],
        [(-radius, z1), (-out, z1), (-out, z0), (-radius, z0)],
        [(-radius, z1), (-out, (z0 + z1) / 2), (-radius, z0)],
        [(-radius, z1), (-out, z1), (-out * 0.95, z0)],
    )
    return path([(x + 2 if x > -radius - 1 else x, 0, z) for x, z in curve], line, 8)


@family("vessel", VESSEL_MM)
def cup(d: Draw) -> Body:
    """A cup or mug with a thin wall, straight, flared or faceted, with or without a handle."""
    n, radius, tall = d.sides(), d.real(20, 45), d.real(30, 120)
    low = radius * d.real(0.55, 1.1)
    body = hollow(d, [(low, 0), (radius * d.real(0.8, 1.1), tall * 0.5), (radius, tall)], n)
    if d.chance(0.65):
        handle = ear(d, min(low, radius) * 0.93, tall * 0.2, tall * 0.8)
        body = join([body, cut(handle, rod((0, 0, -1), (0, 0, tall), min(low, radius) * 0.88, n=24))])
    return body


@family("vessel", VESSEL_MM)
def vase(d: Draw) -> Body:
    """A vase: tall waved profile, spiral or ribbed, with a wall of one or two lines."""
    tall, n = d.real(70, 200), d.sides()
    radii = [d.real(12, 45) for _ in range(5)]
    if d.chance(0.55):
        return hollow(d, [(r, tall * i / 4) for i, r in enumerate(radii)], n)
    lobes, radius = d.whole(3, 12), d.real(18, 40)
    shape = merge(
        [
            disc(radius, 32),
            *[disc(radius * 0.3, 10).translate(p) for p in arc(radius * 0.9, 0, 360 - 360 / lobes, lobes)],
        ]
    )
    top, twist = d.real(0.5, 1.5), d.real(-160, 160)
    return cut(
        shape.extrude(tall, 16, twist, (top, top)),
        shape.offset(-d.real(0.9, 2.2)).extrude(tall, 16, twist, (top, top)).translate((0, 0, 1.6)),
    )


@family("vessel", VESSEL_MM)
def bottle(d: Draw) -> Body:
    """A bottle, flask or jar with a neck and maybe a stopper; hollow or solid."""
    n, radius, tall = d.sides(), d.real(18, 40), d.real(60, 180)
    neck = radius * d.real(0.25, 0.75)
    profile = [
        (radius * 0.95, 0.0),
        (radius, tall * 0.05),
        (radius * d.real(0.85, 1), tall * d.real(0.45, 0.7)),
        (neck, tall * 0.82),
        (neck, tall),
    ]
    body = (hollow(d, profile, n) if d.chance(0.7) else turned(profile, n)).scale((1, d.pick(1.0, 1.0, 0.5), 1))
    if d.chance(0.4):
        body = join([body, rod((0, 0, tall * 0.94), (0, 0, tall * 1.12), neck * 1.15, neck * d.real(0.9, 1.4), n)])
    return body


@family("vessel", VESSEL_MM)
def bowl(d: Draw) -> Body:
    """A bowl, plate or dish: wide and low, round or many sided, on a foot or not."""
    n, radius, tall = d.sides(), d.real(30, 90), d.real(6, 50)
    body = hollow(
        d, [(radius * d.real(0.3, 0.7), 0), (radius * d.real(0.7, 0.95), tall * d.real(0.2, 0.6)), (radius, tall)], n
    )
    if d.chance(0.3):
        body = join([body, slab(disc(radius * 0.5, n) - disc(radius * 0.4, n), 8).translate((0, 0, -6))])
    return body.scale((1, d.pick(1.0, 1.0, 0.6), 1))


@family("vessel", VESSEL_MM)
def jug(d: Draw) -> Body:
    """A jug or measuring cup: hollow body with a pouring lip and a handle."""
    n, radius, tall = d.sides(), d.real(22, 45), d.real(50, 130)
    neck = radius * d.real(0.6, 1)
    profile = [(radius * 0.8, 0.0), (radius, tall * 0.35), (neck, tall * 0.8), (neck * 1.05, tall)]
    lip = hull(
        rod((neck * 0.7, 0, tall * 0.98), (neck * 0.7, 0, tall), neck * 0.3),
        rod((neck * 1.4, 0, tall * 0.97), (neck * 1.4, 0, tall), 2),
        rod((neck * 0.8, 0, tall * 0.8), (neck * 0.8, 0, tall * 0.82), 3),
    )
    wall = d.real(1.2, 3)
    inside = turned([(r - wall, z + wall) for r, z in profile], n)
    return cut(
        join([turned(profile, n), lip, ear(d, neck * 0.97, tall * 0.25, tall * 0.9)]),
        inside,
        lip.translate((-1, 0, 1.5)) ^ box((200, 200, tall), (100 + neck * 0.5, 0, tall * 1.4)),
    )


@family("vessel", VESSEL_MM)
def teapot(d: Draw) -> Body:
    """A teapot, kettle or watering can: belly, spout, handle behind or on top, lid knob."""
    n, radius = d.sides(), d.real(28, 45)
    tall = radius * d.real(0.8, 1.9)
    belly = turned(
        [(radius * 0.7, 0), (radius, tall * 0.35), (radius * d.real(0.6, 1), tall * 0.8), (radius * 0.45, tall)], n
    )
    reach = radius + d.real(20, 90)
    spout = path(
        [
            (radius * 0.6, 0, tall * d.real(0.15, 0.4)),
            (radius + (reach - radius) * 0.4, 0, tall * 0.5),
            (reach, 0, tall * d.real(0.8, 1.4)),
        ],
        [9, 6, d.real(3, 5)],
        10,
    )
    rose = rod((reach - 2, 0, tall), (reach + 8, 0, tall + 9), 4, d.real(9, 20), n)
    hand = d.pick(
        ear(d, radius * 0.85, tall * 0.2, tall * 0.85),
        path(
            [
                (-radius * 0.7, 0, tall * 0.8),
                (-radius * 0.4, 0, tall * 1.6),
                (radius * 0.4, 0, tall * 1.6),
                (radius * 0.7, 0, tall * 0.8),
            ],
            3.5,
            8,
        ),
    )
    pieces = [belly, spout, hand]
    pieces.append(rose if d.chance(0.3) else ball(6, (0, 0, tall + 4)))
    body = join(pieces)
    return (
        cut(
            body,
            turned(
                [(radius * 0.62, 3), (radius - 3, tall * 0.35), (radius * 0.4, tall - 3), (radius * 0.3, tall + 20)], n
            ),
        )
        if d.chance(0.4)
        else body
    )


def pipe_end(d: Draw, outer: float, length: float) -> Body:
    """What ends a pipe along z: a flange with bolts, a socket, barbs, a hexagon or nothing."""
    style = d.pick("flange", "socket", "barb", "hex", "plain")
    tube = rod((0, 0, -1), (0, 0, length), outer, n=24)
    if style == "flange":
        face = slab(disc(outer * 1.9, d.pick(4, 24)), outer * 0.35)
        return join(
            [
                tube,
                cut(
                    face, *[rod((x, y, -1), (x, y, 50), outer * 0.16) for x, y in arc(outer * 1.5, 45, 315, 4)]
                ).translate((0, 0, length - outer * 0.35)),
            ]
        )
    if style == "socket":
        return join([tube, rod((0, 0, length * 0.5), (0, 0, length), outer * 1.3, n=24)])
    if style == "barb":
        return join(
            [
                tube,
                *[
                    rod((0, 0, length * t), (0, 0, length * (t + 0.22)), outer * 1.2, outer * 0.9, 24)
                    for t in (0.3, 0.52, 0.74)
                ],
            ]
        )
    return (
        join([tube, slab(disc(outer * 1.4, 6), outer * 0.8).translate((0, 0, length - outer))])
        if style == "hex"
        else tube
    )


@family("vessel", VESSEL_MM)
def pipe_elbow(d: Draw) -> Body:
    """A pipe elbow of any angle with flanged, socketed or barbed ends; open or filled."""
    outer, bend = d.real(8, 24), d.real(30, 140)
    radius = outer * d.real(1.2, 3)
    wall = outer * d.real(0.12, 0.4)
    a, b = outer * d.real(0.8, 5), outer * d.real(0.8, 5)
    knee = disc(outer, 24).translate((radius, 0)).revolve(32, bend).rotate((90, 0, 0)).translate((-radius, 0, 0))
    first, last = pipe_end(d, outer, a), pipe_end(d, outer, b)
    far = last.translate((radius, 0, 0)).rotate((0, -bend, 0)).translate((-radius, 0, 0))
    body = join([knee, far, first.rotate((180, 0, 0))])
    if d.chance(0.75):
        core = (
            disc(outer - wall, 24)
            .translate((radius, 0))
            .revolve(32, bend)
            .rotate((90, 0, 0))
            .translate((-radius, 0, 0))
        )
        tip = (
            rod((0, 0, -1), (0, 0, b + 1), outer - wall, n=24)
            .translate((radius, 0, 0))
            .rotate((0, -bend, 0))
            .translate((-radius, 0, 0))
        )
        body = cut(body, core, tip, rod((0, 0, 1), (0, 0, -a - 1), outer - wall, n=24))
    return body


@family("vessel", VESSEL_MM)
def pipe_tee(d: Draw) -> Body:
    """A tee, cross, Y or manifold of pipes with different ends."""
    outer = d.real(8, 20)
    wall, count = outer * d.real(0.15, 0.4), d.whole(3, 5)
    turns = d.pick(
        [(0, 0, 0), (0, 180, 0), (0, 90, 0), (90, 0, 0), (0, -90, 0)],
        [(0, 0, 0), (0, 135, 0), (0, -135, 0), (0, 45, 0), (0, 90, 0)],
    )[:count]
    ends = [(pipe_end(d, outer * d.pick(1.0, 0.7), (long := outer * d.real(1.5, 5))), long, turn) for turn in turns]
    body = join([ball(outer, n=16), *[e.rotate(turn) for e, _, turn in ends]])
    if d.chance(0.75):
        body = cut(
            body, *[rod((0, 0, 0), (0, 0, long + 2), outer * 0.7 - wall, n=20).rotate(turn) for _, long, turn in ends]
        )
    return body


@family("vessel", (15.0, 180.0))
def nozzle(d: Draw) -> Body:
    """A nozzle, funnel, adapter or trumpet mouth: a hollow cone between two tubes."""
    n, a, b = max(8, d.sides()), d.real(6, 50), d.real(3, 20)
    z = [0.0, d.real(2, 30), d.real(40, 80), d.real(85, 140)]
    profile = [(a, z[0]), (a, z[1]), (b, z[2]), (b * d.real(0.7, 1), z[3])]
    body = hollow(d, profile, n, 0)
    if d.chance(0.3):
        body = join([body, slab(disc(a * 1.3, n) - disc(a - 1, n), 4)])
    if d.chance(0.25):
        body = join([body, slab(disc(a * 0.6) - disc(a * 0.35), 4).translate((a * 1.4, 0, 0))])
    return body.scale((1, d.pick(1.0, 1.0, 0.4), 1))


@family("vessel", VESSEL_MM)
def faucet(d: Draw) -> list[Body]:
    """A tap or beer faucet: column, curved or straight spout, lever or cross handle."""
    tall, reach, line, n = d.real(25, 130), d.real(40, 120), d.real(6, 14), d.sides()
    drop = d.real(5, 45)
    spout = d.pick(
        [(0.0, 0.0, tall * 0.8), (reach * 0.7, 0.0, tall), (reach, 0.0, tall - drop)],
        [
            (0.0, 0.0, tall * 0.5),
            (0.0, 0.0, tall * 1.4),
            (reach * 0.5, 0.0, tall * 1.7),
            (reach, 0.0, tall * 1.3),
            (reach, 0.0, tall),
        ],
        [(0.0, 0.0, tall * 0.6), (reach, 0.0, tall * 0.6), (reach, 0.0, tall * 0.6 - drop)],
    )
    lever = d.pick(
        path(
            [(0, 0, tall), (0, 0, tall * 1.2), (-reach * d.real(-0.5, 0.6), 0, tall * d.real(1.3, 1.7))],
            [line, line * 0.7, line * 0.5],
            8,
        ),
        join(
            [rod((0, 0, tall), (0, 0, tall + 18), line * 0.5), around(rod((0, 0, tall + 16), (24, 0, tall + 16), 4), 4)]
        ),
        rod((0, -line, tall * 0.7), (0, -line - 40, tall * 0.9), line * 0.6, n=n),
    )
    base = turned([(line * d.real(1.5, 3), 0), (line * 1.5, 6), (line * 1.1, 12), (line * 1.1, tall)], n)
    return [base, path(spout, line * d.real(0.6, 1), 10), lever]


@family("vessel", VESSEL_MM)
def showerhead(d: Draw) -> Body:
    """A shower head, rose or brush on a bent stem."""
    n, face, long = d.sides(), d.real(20, 55), d.real(70, 170)
    bend = d.real(-70, 40)
    head = rod((0, 0, 0), (0, 0, d.real(8, 30)), face, face * d.real(0.3, 0.7), n).rotate((0, bend, 0))
    stem = path([(0, 0, 6), (-long * 0.3, 0, d.real(5, 20)), (-long, 0, 0)], [d.real(7, 11), 9, d.real(7, 12)], 12)
    body = join([head, stem])
    holes = [
        rod((x, y, -5), (x, y, 4), 1.5, n=6).rotate((0, bend, 0))
        for r in (face * 0.4, face * 0.75)
        for x, y in arc(r, 0, 315, 8)
    ]
    return cut(body, *holes) if d.chance() else body


@family("vessel", VESSEL_MM)
def tube(d: Draw) -> Body:
    """A plain tube, sleeve, box tube or pen cup: thin wall, open at one or both ends, maybe windowed."""
    radius, tall, wall = d.real(6, 45), d.real(15, 200), d.real(0.8, 4)
    shape: Outline = d.pick(
        disc(radius, d.sides()),
        rounded(rectangle(2 * radius, radius * d.real(0.6, 2)), radius * 0.2),
        disc(radius, 24).scale((1.5, 0.7)),
    )
    body = cut(
        slab(shape, tall), slab(shape.offset(-min(wall, radius * 0.4)), tall + 2).translate((0, 0, d.pick(-1, 2)))
    )
    if d.chance(0.3):
        body = cut(body, around(box((100, radius * 0.3, tall * d.real(0.3, 0.7)), (50, 0, tall * 0.5)), d.whole(2, 8)))
    return body.rotate(d.pick((0, 0, 0), (0, 90, 0)))


@family("vessel", VESSEL_MM)
def smoking_pipe(d: Draw) -> Body:
    """A tobacco pipe, ladle cup or hunting horn: bowl on a long curved stem."""
    n, radius, long = d.sides(), d.real(12, 24), d.real(70, 150)
    tall = radius * d.real(1.5, 3)
    bowl = turned([(radius * 0.6, 0), (radius, tall * 0.4), (radius * d.real(0.8, 1.1), tall)], n)
    stem = path(
        [(0, 0, radius * 0.5), (-long * 0.4, 0, d.real(-5, 20)), (-long, 0, d.real(5, 60))],
        [radius * 0.5, radius * 0.35, radius * 0.25],
        10,
    )
    body = join([bowl.rotate((0, d.real(-20, 10), 0)), stem])
    return cut(body, rod((0, 0, tall * 0.3), (0, 0, tall + 20), radius * 0.7, n=n)) if d.chance(0.8) else body


@family("vessel", VESSEL_MM)
def trombone(d: Draw) -> list[Body]:
    """A wind instrument: slim tubes folded in loops with a flaring bell and a mouthpiece."""
    long, gap, line, n = d.real(120, 220), d.real(18, 45), d.real(2, 5), d.sides()
    loops = d.whole(1, 3)
    points = []
    for i in range(loops + 1):
        xs = (0.0, long * d.real(0.6, 1)) if i % 2 == 0 else (long * d.real(0.6, 1), long * d.real(-0.1, 0.3))
        points += [(x, 0.0, i * gap) for x in xs]
    x, _, z = points[-1]
    forward = 1 if loops % 2 == 0 else -1
    flare = rod((x, 0, z), (x + forward * gap, 0, z), line, gap * d.real(0.4, 0.9), n)
    valves = (
        [rod((long * t, 0, -8), (long * t, 0, gap + 12), line * 1.8, n=n) for t in (0.35, 0.43, 0.51)]
        if d.chance()
        else []
    )
    return [path(points, line, 8), flare, rod((-12, 0, 0), (0, 0, 0), line * 2, line, n), *valves]


@family("vessel", VESSEL_MM)
def planter(d: Draw) -> Body:
    """A planter, basket or pen holder: woven, slotted or ribbed wall around a hollow."""
    n, radius, tall, wall = d.sides(), d.real(25, 55), d.real(40, 120), d.real(1.2, 3)
    top = d.real(0.8, 1.3)
    shape = d.pick(disc(radius, n), rounded(rectangle(radius * 2, radius * d.real(1, 2)), 6))
    body = cut(slab(shape, tall, top=top), slab(shape.offset(-wall), tall, top=top).translate((0, 0, wall)))
    style = d.pick("slots", "feet", "ribs", "plain")
    if style == "slots":
        return cut(
            body,
            *[
                around(box((300, radius * 0.12, tall * 0.2), (150, 0, tall * z)), 12, 15 * i)
                for i, z in enumerate((0.3, 0.55, 0.8))
            ],
        )
    if style == "feet":
        return join([body, around(rod((radius * 0.6, 0, -12), (radius * 0.5, 0, 2), 4, n=6), d.whole(3, 5))])
    ribs = [slab(strip([p, (p[0] * 1.02, p[1] * 1.02)], 4), tall * 0.99) for p in arc(radius * 0.92, 0, 340, 18)]
    return (
        join([body, *[cut(r, slab(shape.offset(-wall), tall * 2).translate((0, 0, wall))) for r in ribs]])
        if style == "ribs" and top < 1.05
        else along_x(body)
    )


@family("vessel", (15.0, 150.0))
def flask(d: Draw) -> list[Body]:
    """A laboratory flask, light bulb or maraca: ball or cone with a neck, ring and stand."""
    n, radius = d.sides(), d.real(18, 40)
    neck, tall = radius * d.real(0.2, 0.5), radius * d.real(1, 3)
    belly = d.pick(ball(radius, n=n), turned([(radius, -radius * 0.8), (neck, radius * 0.8)], n))
    pieces = [
        belly,
        rod((0, 0, 0), (0, 0, radius * 0.6 + tall), neck, n=n),
        ring(neck, neck * 0.25, (0, 0, radius * 0.6 + tall)),
    ]
    if d.chance(0.4):
        pieces.append(
            path(
                [(0, 0, radius * 0.4), (radius * 1.2, 0, radius * 0.9), (radius * 2, 0, radius * d.real(0, 1))],
                neck * 0.5,
                8,
            )
        )
    return pieces
