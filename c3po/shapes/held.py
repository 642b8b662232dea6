"""Benign things with a body on a leaning handle: what a pistol silhouette is most easily mistaken for."""

from c3po.shapes.csg import (
    Body,
    along_x,
    ball,
    block,
    box,
    cross_drill,
    cut,
    disc,
    hull,
    join,
    outline,
    path,
    rectangle,
    ring,
    rod,
    rounded,
    rounded_box,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family
from c3po.shapes.gun_parts import grip, shell

HAND_MM = (50.0, 240.0)


def haft(d: Draw, x: float, z: float, length: float, depth: float, width: float, slant: float) -> Body:
    """A handle hanging from (x, z): leaning slab, round rod, rounded bar or a limb that swells."""
    style = d.pick("slab", "rod", "bar", "limb")
    lean, n = length * slant, d.sides()
    if style == "slab":
        return grip(d, x - depth / 2, z, length, depth, width, slant)
    if style == "rod":
        return rod((x, 0, z + depth * 0.3), (x - lean, 0, z - length), depth * 0.5, depth * d.real(0.4, 0.6), n)
    if style == "bar":
        bar = rounded_box((depth, width, length * 1.1), min(depth, width) * d.real(0.2, 0.48), (0, 0, -length / 2), n)
        return bar.rotate((0, -40 * slant, 0)).translate((x, 0, z))
    swell = depth * d.real(0.48, 0.66)
    return path(
        [(x, 0, z), (x - lean * 0.5, 0, z - length * 0.5), (x - lean, 0, z - length)],
        [depth * 0.5, swell, depth * 0.48],
        12,
    )


def foot(d: Draw, x: float, z: float, long: float, tall: float, width: float) -> list[Body]:
    """A battery or base under a handle: a block or two, square or rounded."""
    n = d.sides()
    low = rounded_box((long, width, tall), d.real(0.05, 0.3) * min(long, width), (x, 0, z), n)
    if d.chance(0.4):
        return [low, rounded_box((long * 0.75, width * 0.8, tall), 2, (x, 0, z + tall * 0.7), n)]
    return [low]


@family("tool", HAND_MM)
def cordless_drill(d: Draw) -> list[Body]:
    """A cordless drill or driver: round motor, cone of a chuck, handle and a battery foot."""
    radius, long = d.real(18, 30), d.real(55, 110)
    at, drop, lean = long * d.real(0.1, 0.6), d.real(60, 110), d.real(0, 0.35)
    nose, n = d.real(15, 45), d.sides()
    motor = rod((0, 0, 0), (long, 0, 0), radius, radius * d.real(0.75, 1.05), n)
    if d.chance(0.4):
        motor = rounded_box((long, radius * d.real(1.4, 2.1), 2 * radius), radius * 0.4, (long / 2, 0, 0), n)
    chuck = rod((long - 2, 0, 0), (long + nose, 0, 0), radius * d.real(0.5, 0.85), radius * d.real(0.2, 0.5), n)
    pieces = [motor, chuck, haft(d, at, -radius * 0.7, drop, d.real(24, 36), d.real(22, 34), lean)]
    if d.chance(0.85):
        shift = d.real(-10, 22)
        pieces += foot(
            d, at - lean * drop + shift, -radius * 0.7 - drop, d.real(50, 95), d.real(14, 36), d.real(36, 70)
        )
    if d.chance(0.6):
        pieces.append(ball(d.real(7, 11), (at + 16, 0, -radius * 1.1), 8))
    if d.chance(0.35):
        pieces.append(rod((long + nose - 1, 0, 0), (long + nose + d.real(10, 60), 0, 0), d.real(2, 4), n=6))
    if d.chance(0.25):
        pieces.append(rod((long * 0.85, 0, 0), (long * 0.85, radius * d.real(2.5, 5), 0), radius * 0.4, n=n))
    return pieces


@family("tool", HAND_MM)
def glue_gun(d: Draw) -> list[Body]:
    """A hot-glue applicator: slim tapering body, brass cone, large trigger, stick and wire stand."""
    long, tall, width = d.real(80, 140), d.real(24, 40), d.real(16, 30)
    drop, n = d.real(45, 85), d.sides()
    shape = outline(
        [
            (0, -tall * 0.5),
            (long, -tall * d.real(0.2, 0.45)),
            (long, tall * d.real(0.1, 0.4)),
            (long * 0.4, tall * 0.5),
            (0, tall * d.real(0.2, 0.5)),
        ]
    )
    body = side(rounded(shape, tall * d.real(0.05, 0.2)), width, width * d.pick(0.0, 0.2))
    pieces = [
        body,
        rod((long - 2, 0, 0), (long + d.real(14, 32), 0, 0), d.real(7, 12), d.real(1.5, 3), n),
        haft(d, d.real(12, 28), -tall * 0.3, drop, d.real(20, 32), width * 0.95, d.real(0, 0.4)),
    ]
    if d.chance(0.75):
        pull = d.real(10, 22)
        pieces.append(
            side(
                [
                    (34, -tall * 0.3),
                    (44 + pull, -tall * 0.3),
                    (36 + pull, -tall * 0.4 - drop * d.real(0.4, 0.8)),
                    (32, -tall * 0.4 - drop * 0.4),
                ],
                width * d.real(0.4, 0.8),
            )
        )
    if d.chance(0.5):
        pieces.append(rod((2, 0, tall * 0.1), (-d.real(10, 60), 0, tall * 0.1), d.real(4, 6), n=n))
    if d.chance(0.5):
        reach = d.real(30, 70)
        legs = [(long * 0.8, -s * 4, -tall * 0.3) for s in (1, -1)], [(long * 0.9, -s * 26, -reach) for s in (1, -1)]
        pieces += [path([a, b], 2, 6) for a, b in zip(*legs, strict=True)] + [path(legs[1], 2, 6)]
    return pieces


@family("tool", HAND_MM)
def hair_dryer(d: Draw) -> Body:
    """A hair dryer: fat open barrel that narrows, grille behind, flat nozzle, folding handle."""
    radius, long, n = d.real(24, 42), d.real(80, 160), d.sides()
    nose, wall = radius * d.real(0.5, 0.95), d.real(2, 4)
    fat = long * d.real(0.2, 0.5)
    barrel = along_x(turned([(radius * d.real(0.6, 1), 0), (radius, fat * 0.4), (radius, fat), (nose, long)], n))
    pieces = [
        barrel,
        haft(
            d,
            long * d.real(0.15, 0.45),
            -radius * 0.75,
            d.real(60, 115),
            d.real(22, 36),
            d.real(22, 34),
            d.real(-0.15, 0.3),
        ),
    ]
    if d.chance(0.5):
        flat = box((4, nose * d.real(0.4, 0.8), nose * d.real(2, 3)), (long + d.real(15, 35), 0, 0))
        pieces.append(hull(rod((long - 4, 0, 0), (long, 0, 0), nose, n=n), flat))
    if d.chance(0.4):
        pieces += [rod((long * t, 0, 0), (long * t + 3, 0, 0), radius * 1.06, n=n) for t in (0.1, 0.15, 0.2)]
    body = join(pieces)
    if d.chance(0.6):
        body = cut(body, rod((-5 if d.chance() else wall, 0, 0), (long + 60, 0, 0), nose - wall, n=n))
    return body


@family("tool", HAND_MM)
def heat_gun(d: Draw) -> list[Body]:
    """A heat gun: stepped cylinder, bare metal tube in front, handle that lets it stand on its back."""
    radius, long, n = d.real(22, 34), d.real(60, 110), d.sides()
    tube, out = radius * d.real(0.45, 0.75), d.real(25, 60)
    pieces = [
        rod((0, 0, 0), (long, 0, 0), radius, n=n),
        rod((long * 0.9, 0, 0), (long + 12, 0, 0), radius * 0.95, tube, n),
        rod((long, 0, 0), (long + out, 0, 0), tube, tube * d.real(0.7, 1.3), n),
        haft(
            d,
            long * d.real(0.2, 0.6),
            -radius * 0.7,
            d.real(75, 125),
            d.real(26, 36),
            d.real(24, 34),
            d.real(-0.1, 0.25),
        ),
    ]
    if d.chance(0.5):
        pieces.append(rod((-d.real(6, 16), 0, 0), (1, 0, 0), radius * d.real(0.8, 1.2), n=n))
    if d.chance(0.3):
        pieces.append(
            side(strip([(long * 0.9, -radius), (long * 0.8, -radius - 50), (long * 0.4, -radius - 70)], 9), 12)
        )
    return pieces


def spray_top(d: Draw, n: int) -> list[Body]:
    """The head of a trigger sprayer above its screw cap at the origin."""
    long, tall, width = d.real(55, 95), d.real(14, 26), d.real(14, 24)
    cap = d.real(12, 17)
    pull = d.real(30, 55)
    head = outline(
        [
            (-long * 0.35, 22),
            (long * 0.55, 24),
            (long * 0.65, 24 + tall * d.real(0.6, 1)),
            (-long * 0.1, 24 + tall),
            (-long * d.real(0.4, 0.6), 24 + tall * d.real(0.4, 1)),
        ]
    )
    lever = strip(
        [(long * 0.42, 26), (long * 0.5, 26 - pull * 0.5), (long * d.real(0.3, 0.55), 26 - pull)], d.real(4, 8)
    )
    return [
        rod((0, 0, 0), (0, 0, 16), cap, n=n),
        rod((0, 0, 10), (0, 0, 28), cap * 0.7, n=n),
        side(rounded(head, tall * d.real(0.05, 0.3)), width, d.pick(0.0, width * 0.2)),
        side(lever, width * d.real(0.4, 0.8)),
        rod(
            (long * 0.6, 0, 24 + tall * 0.5),
            (long * 0.6 + d.real(6, 16), 0, 24 + tall * 0.5),
            tall * d.real(0.3, 0.55),
            n=d.pick(4, 6, n),
        ),
    ]


@family("tool", HAND_MM)
def spray_bottle(d: Draw) -> list[Body]:
    """A spray bottle: trigger head on a bottle that is round, square or waisted."""
    n, tall, fat = d.sides(), d.real(70, 170), d.real(24, 44)
    waist = d.real(0.6, 1)
    profile = [
        (fat * 0.9, -tall),
        (fat, -tall * 0.9),
        (fat * waist, -tall * d.real(0.35, 0.6)),
        (fat * d.real(0.7, 1), -tall * 0.25),
        (12, -4),
        (12, 2),
    ]
    return [turned(profile, n).scale((1, d.real(0.55, 1), 1)), *spray_top(d, n)]


@family("tool", (40.0, 140.0))
def spray_head(d: Draw) -> list[Body]:
    """A trigger sprayer without its bottle, with or without the dip tube."""
    n = d.sides()
    tube = [rod((0, 0, -d.real(20, 140)), (0, 0, 2), d.real(2, 4), n=8)] if d.chance(0.6) else []
    return [*spray_top(d, n), *tube]


@family("tool", (80.0, 250.0))
def caulk_gun(d: Draw) -> list[Body]:
    """A cartridge press: half-pipe cradle, push rod with a hook, handle and lever."""
    long, radius, n = d.real(130, 220), d.real(20, 28), d.sides()
    cradle = rod((0, 0, 0), (long, 0, 0), radius, n=n)
    if d.chance(0.7):
        cradle = cut(
            cradle, rod((4, 0, 0), (long - 4, 0, 0), radius - 3, n=n), block(6, long - 6, d.real(-8, 4), 60, 90)
        )
    back = d.real(40, 120)
    return [
        cradle,
        rod((long - 1, 0, 0), (long + d.real(20, 60), 0, 0), d.real(5, 8), 2.5, n),
        rod((-back, 0, 0), (8, 0, 0), d.real(3, 5), n=6),
        path([(-back, 0, 0), (-back, 0, -d.real(15, 35))], 3.5, 6),
        block(-d.real(25, 45), 2, -20, 16, d.real(8, 20)),
        haft(d, -24, -12, d.real(60, 90), d.real(12, 22), d.real(9, 18), d.real(0, 0.4)),
        side(strip([(-8, -10), (4, -50), (-d.real(0, 12), -d.real(75, 100))], d.real(5, 9)), d.real(6, 12)),
    ]


@family("tool", HAND_MM)
def scanner(d: Draw) -> list[Body]:
    """A handheld scanner or forehead thermometer: wedge head on a curved handle."""
    long, tall, width = d.real(55, 95), d.real(26, 50), d.real(34, 66)
    thick = d.real(22, 34)
    drop, lean = d.real(75, 130), d.real(0.1, 0.5)
    face = box((4, width, tall), (long, 0, 0)).rotate((0, d.real(-20, 25), 0))
    throat = ball(thick * 0.6, (0, 0, 0), 16)
    tail = [(0.0, 0.0, 0.0), (-lean * drop * 0.3, 0.0, -drop * 0.45), (-lean * drop, 0.0, -drop)]
    pieces = [hull(face, throat), path(tail, [thick * 0.55, thick * d.real(0.42, 0.55), thick * d.real(0.4, 0.6)], 16)]
    if d.chance(0.5):
        pieces.append(box((10, width * 0.3, 24), (thick * 0.4, 0, -tall * 0.5)))
    if d.chance(0.3):
        pieces.append(
            rod((-lean * drop, 0, -drop - 22), (-lean * drop, 0, -drop), d.real(22, 40), thick * 0.5, d.sides())
        )
    return pieces


@family("tool", HAND_MM)
def massage_gun(d: Draw) -> list[Body]:
    """A massager: short fat barrel with a ball or cone in front on a straight handle."""
    radius, long, n = d.real(20, 32), d.real(50, 95), d.sides()
    tip = long + d.real(10, 25)
    size = d.real(12, 24)
    head = d.pick(
        ball(size, (tip + size, 0, 0), n),
        rod((tip, 0, 0), (tip + size, 0, 0), size * 0.5, size, n),
        side(strip([(tip + size, -size), (tip, 0), (tip + size, size)], 9), 14),
    )
    return [
        rod((0, 0, 0), (long, 0, 0), radius, radius * d.real(0.8, 1.1), n),
        rod((long - 2, 0, 0), (tip + size * 0.6, 0, 0), radius * 0.3, n=n),
        head,
        haft(
            d,
            long * d.real(0.3, 0.7),
            -radius * 0.6,
            d.real(80, 130),
            d.real(26, 36),
            d.real(26, 34),
            d.real(-0.1, 0.15),
        ),
    ]


@family("tool", HAND_MM)
def tape_gun(d: Draw) -> list[Body]:
    """A packing-tape dispenser: ring for the roll, plate, serrated front and handle."""
    radius, width = d.real(26, 42), d.real(30, 56)
    hub = ring(radius, d.real(4, 8)).scale((1, 1, width / 16)).rotate((90, 0, 0))
    if d.chance():
        hub = hub + rod((0, -width / 2, 0), (0, -width / 2 + 4, 0), radius, n=24)
    reach = radius + d.real(25, 60)
    arm = side(
        strip([(0, -radius), (reach * 0.6, -radius * 0.7), (reach, d.real(-5, 20))], d.real(6, 14)), d.real(4, width)
    )
    teeth = row_of_teeth(reach, d.real(-5, 20), width)
    return [
        hub,
        arm,
        teeth,
        haft(d, d.real(-15, 15), -radius * 0.9, d.real(70, 110), d.real(22, 30), d.real(18, 28), d.real(0, 0.4)),
    ]


def row_of_teeth(x: float, z: float, width: float) -> Body:
    """A serrated strip along y."""
    return join([box((8, width / 16, 8), (x, width * (i / 8 - 0.5), z)).rotate((0, 0, 0)) for i in range(9)])


@family("tool", HAND_MM)
def hose_nozzle(d: Draw) -> list[Body]:
    """A garden hose sprayer: barrel with a wide rose, leaning handle with a hose tail, lever behind or in front."""
    long, radius, n = d.real(50, 100), d.real(9, 18), d.sides()
    rose = d.real(14, 34)
    drop, lean = d.real(70, 120), d.real(0.2, 0.7)
    return [
        rod((0, 0, 0), (long, 0, 0), radius, radius * d.real(0.8, 1.2), n),
        rod((long - 2, 0, 0), (long + d.real(10, 24), 0, 0), radius * 0.8, rose, n),
        path([(4, 0, 0), (-lean * drop, 0, -drop)], [radius * d.real(0.9, 1.2), radius * d.real(0.7, 1.1)], n),
        rod((-lean * drop, 0, -drop), (-lean * drop * 1.2, 0, -drop * 1.2), radius * 1.1, n=n),
        side(
            strip(
                [(long * 0.3, -radius * 0.8), (long * 0.15, -drop * 0.5), (-lean * drop * 0.4, -drop * 0.9)],
                d.real(4, 7),
            ),
            radius * d.real(0.5, 1.2),
        ),
    ]


@family("tool", HAND_MM)
def nailer(d: Draw) -> Body:
    """A nailer or tacker: upright head, horizontal handle, slanted magazine back to the foot."""
    tall, deep, width = d.real(80, 130), d.real(34, 52), d.real(28, 46)
    long = d.real(70, 120)
    nose = side([(0, 0), (deep, 0), (deep * 0.7, -d.real(15, 40)), (deep * 0.3, -40)], width * 0.4)
    head = rounded_box((deep, width, tall), deep * d.real(0.1, 0.45), (deep / 2, 0, tall / 2 - 2), d.sides())
    bar = block(-long, deep / 2, tall * 0.55, tall * 0.55 + d.real(20, 32), d.real(20, 32))
    feed = side(strip([(deep * 0.4, -20), (-long * 0.95, d.real(-20, 30))], d.real(14, 24)), width * 0.5)
    post = block(-long, -long + d.real(16, 30), -10, tall * 0.6, width * 0.6)
    return join([head, nose, bar, feed, *([post] if d.chance(0.7) else [])])


@family("tool", HAND_MM)
def loop_handle_tool(d: Draw) -> Body:
    """A jigsaw, iron or polisher: long body with a closed handle loop on top and a flat sole."""
    long, tall, width = d.real(110, 190), d.real(34, 60), d.real(30, 60)
    hand = outline(
        [
            (long * 0.05, tall * 0.6),
            (long * d.real(0.5, 0.7), tall * 0.6),
            (long * 0.6, tall * d.real(1.7, 2.2)),
            (long * d.real(-0.1, 0.1), tall * d.real(1.5, 2.1)),
        ]
    )
    loop = rounded(hand, tall * 0.15) - rounded(hand.offset(-d.real(0.25, 0.4) * tall), tall * 0.1)
    body = join([*shell(d, 0, long * 0.85, 0, tall, width), side(loop, width * 0.5)])
    nose = d.pick(
        block(long * 0.7, long, 0, tall * 0.5, 8),
        rod((long * 0.8, 0, tall * 0.4), (long * 1.1, 0, tall * 0.4), tall * 0.25, n=d.sides()),
    )
    sole = slab(rounded(rectangle(long * d.real(0.8, 1.2), width * d.real(1.1, 1.6)), 10), 4).translate(
        (long / 2, 0, -d.real(3, 18))
    )
    leg = box((20, 12, 40), (long * 0.6, 0, 4))
    return join([body, nose, *([sole, leg] if d.chance(0.7) else [])])


@family("tool", (40.0, 200.0))
def handgrip(d: Draw) -> Body:
    """A bare handle as a spare part: swollen bar with finger waves, screw holes, a flange or a clamp on top."""
    long, deep, width = d.real(80, 130), d.real(24, 36), d.real(18, 34)
    body = haft(d, 0, 0, long, deep, width, d.real(0, 0.35))
    if d.chance(0.4):
        body = cut(body, *[cross_drill(deep * 0.75, -long * t, deep * 0.3) for t in (0.2, 0.4, 0.6, 0.8)])
    top = d.pick("flange", "ring", "fork", "none", "plate")
    if top == "flange":
        body = cut(
            join([body, slab(rounded(rectangle(deep * 2.4, width * 1.8), 6), 6)]),
            *[rod((s * deep, 0, -9), (s * deep, 0, 30), 3) for s in (-1, 1)],
        )
    elif top == "ring":
        size = d.real(14, 30)
        body = join([body, side(disc(size) - disc(size * 0.7), width).translate((0, 0, size * 0.8))])
    elif top == "fork":
        body = join([body, *[box((deep, width * 0.25, 40), (0, s * width * 0.4, 10)) for s in (-1, 1)]])
    elif top == "plate":
        body = join([body, block(-deep * d.real(1, 3), deep * d.real(1, 3), -3, d.real(3, 8), width * d.real(1.2, 3))])
    return body


@family("tool", (60.0, 240.0))
def two_grips(d: Draw) -> list[Body]:
    """A rig, tray or steering yoke with two handles: camera cage, drone remote, drill press bar."""
    long, width = d.real(120, 220), d.real(14, 40)
    bar = d.pick(block(0, long, 0, d.real(6, 18), width), rod((0, 0, 5), (long, 0, 5), d.real(5, 10), n=d.sides()))
    hang = d.real(50, 90)
    pieces = [
        bar,
        *[
            haft(d, long * t, 2, hang, d.real(20, 30), d.real(18, 28), d.real(-0.2, 0.2))
            for t in d.pick((0.04, 0.96), (0.08, 0.92), (0.15, 0.85))
        ],
    ]
    if d.chance(0.6):
        pieces.append(
            rounded_box(
                (long * d.real(0.3, 0.6), width * d.real(1, 2), d.real(20, 60)),
                4,
                (long * d.real(0.3, 0.7), 0, 20),
                d.sides(),
            )
        )
    if d.chance(0.4):
        x = long * d.real(0.3, 0.7)
        pieces.append(rod((x, -width, 35), (x, width * d.real(1, 2.5), 35), d.real(12, 24), n=d.sides()))
    return pieces


@family("tool", (60.0, 240.0))
def megaphone(d: Draw) -> Body:
    """A megaphone: flaring horn, open or filled, on a handle below."""
    long, mouth, throat, n = d.real(90, 170), d.real(35, 70), d.real(12, 26), d.sides()
    wide = mouth * d.real(0.45, 0.65)
    shape = [(throat, 0.0), (throat * 1.05, long * 0.35), (max(wide, throat * 1.1), long * 0.75), (mouth, long)]
    back = rod((-d.real(15, 45), 0, 0), (2, 0, 0), throat * d.real(0.9, 1.4), throat, n)
    hang = haft(
        d, long * d.real(0.05, 0.35), -throat * 0.7, d.real(50, 90), d.real(18, 28), d.real(16, 26), d.real(-0.1, 0.3)
    )
    body = join([along_x(turned(shape, n)), back, hang])
    if d.chance(0.7):
        body = cut(body, along_x(turned([(r - 3, z + 5) for r, z in shape], n)))
    return body
