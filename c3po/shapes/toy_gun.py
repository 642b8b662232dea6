"""Toys, game art, display pieces and sculptures in the shape of a handgun: filled blocks in many hands' styles."""

from c3po.shapes.csg import (
    Body,
    along_x,
    around,
    ball,
    block,
    box,
    cross_drill,
    cut,
    cutout,
    disc,
    drill,
    hull,
    join,
    path,
    rim,
    ring,
    rod,
    rounded_box,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family, member_of
from c3po.shapes.gun_parts import barrel, grip, guard, magazine, ornament, scope, shell, sights
from c3po.shapes.handgun import PLAIN_HANDGUNS, pistol

TOY_MM = (40.0, 240.0)


def pinned(piece: Body, pin: Body) -> list[Body]:
    """A piece that hovers beside the rest, held by a thin pin so that all is one body."""
    return [piece, pin]


@family("handgun", TOY_MM)
def blaster_blocks(d: Draw) -> list[Body]:
    """A game-art blaster of a few very wide blocks, some hovering a little off the body."""
    long, tall, width = 100, d.real(30, 62), d.real(30, 80)
    n, gap = d.sides(), d.real(1, 5)
    pieces = [
        rounded_box((long, width, tall), min(width, tall) * d.pick(0.0, 0.12, 0.3), (long / 2, 0, tall / 2), n),
        grip(d, d.real(2, 24), 2, d.real(34, 62), d.real(24, 40), width * d.real(0.4, 0.8), d.real(-0.05, 0.4)),
    ]
    front = d.real(18, 60)
    nose = d.pick("block", "tube", "twin", "cone")
    z = tall * d.real(0.4, 0.7)
    if nose == "block":
        pieces.append(block(long - 2, long + front, z - tall * 0.25, z + tall * 0.25, width * d.real(0.3, 0.8)))
    elif nose == "tube":
        pieces.append(rod((long - 2, 0, z), (long + front, 0, z), tall * d.real(0.15, 0.4), n=n))
    elif nose == "twin":
        pieces += [
            rod((long - 2, s * width * 0.25, z), (long + front, s * width * 0.25, z), tall * d.real(0.1, 0.2), n=n)
            for s in (-1, 1)
        ]
    else:
        pieces.append(rod((long - 2, 0, z), (long + front, 0, z), tall * 0.2, tall * d.real(0.3, 0.5), n))
    if d.chance(0.6):
        x, up = d.real(20, 50), tall + gap
        top = block(x, x + d.real(20, 60), up, up + d.real(6, 22), width * d.real(0.2, 0.7))
        pieces += pinned(top, rod((x + 8, 0, tall - 4), (x + 8, 0, up + 4), 3, n=6))
    if d.chance(0.6):
        x = d.real(62, 84)
        pieces.append(
            d.pick(
                grip(d, x, 2, d.real(20, 50), d.real(14, 26), width * 0.5, 0.05),
                block(x - 12, x + 14, -d.real(14, 40), 4, width * d.real(0.4, 0.9)),
            )
        )
    if d.chance(0.4):
        deep, at = d.real(10, 30), -gap - d.real(8, 26)
        pieces += pinned(
            block(at - deep, at, tall * 0.2, tall * 0.8, width * 0.6),
            rod((at - 2, 0, tall / 2), (4, 0, tall / 2), tall * 0.14, n=6),
        )
    return [*pieces, *guard(d, 34, d.real(50, 62), 2, d.real(10, 20), width * 0.3)]


@family("handgun", TOY_MM)
def blaster_drum(d: Draw) -> list[Body]:
    """A toy blaster around a fat drum, lying or upright, with a short handle and a foam-dart look."""
    long, tall, width, n = d.real(80, 140), d.real(24, 46), d.real(20, 44), d.sides()
    fat, x = long * d.real(0.18, 0.3), long * d.real(0.5, 0.75)
    drum = d.pick(
        rod((x - fat * 0.6, 0, tall * 0.4), (x + fat * 0.6, 0, tall * 0.4), fat, n=n),
        rod((x, -width * 0.8, 0), (x, width * 0.8, 0), fat, n=n),
        rod((x, 0, -fat * d.real(0.8, 1.6)), (x, 0, tall * 0.4), fat * 0.8, n=n),
    )
    ribs = around(box((4, 5, fat * 1.2), (fat, 0, 0)), d.whole(5, 9)).rotate((0, 90, 0)).translate((x, 0, tall * 0.4))
    return [
        *shell(d, 0, long, 0, tall, width),
        drum,
        *([ribs] if d.chance(0.3) else []),
        grip(d, d.real(-2, 14), 0, d.real(38, 64), d.real(20, 32), width * d.real(0.5, 0.9), d.real(0, 0.45)),
        *guard(d, 28, d.real(42, 56), 0, d.real(10, 20), width * 0.5),
        *barrel(d, long * 0.9, long * d.real(1.1, 1.6), tall * 0.5, tall * d.real(0.2, 0.5)),
        *ornament(d, 0, long, 0, tall, width),
    ]


@family("handgun", TOY_MM)
def water_pistol(d: Draw) -> list[Body]:
    """A water-pistol toy: tank on top, behind or below, thin nozzle, soft outlines."""
    long, tall, width, n = d.real(90, 150), d.real(20, 38), d.real(18, 36), max(8, d.sides())
    size = d.real(14, 30)
    tank = d.pick(
        ball(size, (long * d.real(0.2, 0.6), 0, tall + size * 0.5), n, (d.real(1, 2), 0.9, 0.9)),
        rod((long * 0.1, 0, tall + size * 0.3), (long * 0.7, 0, tall + size * 0.3), size * 0.7, n=n),
        along_x(turned([(size * 0.7, -size * 2), (size, -size), (size * 0.4, 6)], n)).translate((0, 0, tall * 0.6)),
    )
    body = rounded_box((long, width, tall), width * d.real(0.1, 0.45), (long / 2, 0, tall / 2), n)
    return [
        body,
        tank,
        rod((long * 0.3, 0, tall * 0.5), (long * 0.3, 0, tall + size * 0.5), size * 0.3),
        rod((long - 2, 0, tall * 0.55), (long + d.real(8, 40), 0, tall * 0.55), d.real(3, 7), d.real(2, 6), n),
        grip(d, d.real(0, 18), 0, d.real(45, 70), d.real(20, 30), width * 0.85, d.real(0, 0.4)),
        *guard(d, 30, d.real(46, 60), 0, d.real(14, 22), width * 0.5),
        *([rod((long * 0.6, 0, -2), (long * 0.95, 0, -2), tall * d.real(0.3, 0.5), n=n)] if d.chance(0.4) else []),
    ]


@family("handgun", TOY_MM)
def ray_gun(d: Draw) -> list[Body]:
    """A retro ray-gun toy: bulging turned body, rings, fins and a ball or dish in front."""
    long, fat, n = d.real(70, 110), d.real(14, 30), d.sides()
    swell = along_x(
        turned(
            [(fat * 0.3, 0), (fat, long * d.real(0.15, 0.35)), (fat * d.real(0.5, 0.9), long * 0.6), (fat * 0.3, long)],
            n,
        )
    )
    reach = long + d.real(15, 60)
    tip = d.pick(
        ball(fat * d.real(0.25, 0.5), (reach, 0, 0), n),
        rod((reach - 4, 0, 0), (reach + 10, 0, 0), fat * 0.2, fat * d.real(0.5, 1), n),
        rod((reach, 0, 0), (reach + 14, 0, 0), fat * 0.3, 1, n),
    )
    rings = [
        rod((long + (reach - long) * t, 0, 0), (long + (reach - long) * t + 3, 0, 0), fat * d.real(0.3, 0.7), n=n)
        for t in (0.1, 0.4, 0.7)[: d.whole(0, 3)]
    ]
    fin = side([(0, fat * 0.4), (long * 0.5, fat * 0.5), (-d.real(0, 20), fat * d.real(1.2, 2))], d.real(3, 7))
    fins = [fin] if d.chance() else [fin.rotate((a, 0, 0)) for a in (0, 110, -110)]
    return [
        swell,
        rod((long - 8, 0, 0), (reach, 0, 0), fat * d.real(0.12, 0.3), n=n),
        tip,
        *rings,
        *(fins if d.chance(0.7) else []),
        grip(
            d,
            long * d.real(0.05, 0.25),
            -fat * 0.5,
            d.real(40, 66),
            d.real(16, 28),
            fat * d.real(0.7, 1.3),
            d.real(0.1, 0.6),
        ),
        *guard(d, long * 0.35, long * d.real(0.5, 0.65), -fat * 0.6, d.real(10, 20), fat * 0.4),
    ]


@family("handgun", TOY_MM)
def pistol_pocket(d: Draw) -> list[Body]:
    """A stubby pocket-pistol prop: one or two short rods over a small curved handle."""
    long, radius, width, n = d.real(30, 65), d.real(6, 11), d.real(12, 24), d.sides()
    pair = d.chance(0.5)
    tubes = [rod((0, 0, z), (long, 0, z), radius, n=n) for z in ((0, radius * 1.7) if pair else (0,))]
    return [
        *tubes,
        hull(
            block(-12, 12, -radius, radius * (2.4 if pair else 1), width * 0.9),
            block(-16, 0, -radius - 6, 0, width * 0.9),
        ),
        grip(d, -18, -radius * 0.5, d.real(30, 52), d.real(16, 26), width * d.real(0.8, 1.1), d.real(0.2, 0.7)),
        *guard(d, 2, d.real(16, 24), -radius, d.real(8, 15), width * 0.4),
        *([side([(-14, radius), (-4, radius), (-18, radius + 14)], width * 0.4)] if d.chance(0.6) else []),
    ]


@family("handgun", TOY_MM)
def pistol_soft(d: Draw) -> list[Body]:
    """A smooth sculpted pistol of swelling limbs: clay, cartoon, soap or balloon style."""
    n, fat = d.pick(8, 12, 16), d.real(9, 20)
    long, drop, lean = d.real(60, 110), d.real(40, 75), d.real(0, 35)
    wide = d.real(0.7, 1.3)
    spine = path(
        [(0, 0, 0), (long * 0.5, 0, d.real(-3, 3)), (long, 0, d.real(-3, 5))],
        [fat * d.real(0.9, 1.2), fat, fat * d.real(0.5, 1.3)],
        n,
    )
    handle = path(
        [(fat * 0.3, 0, 0), (-lean * 0.4, 0, -drop * 0.5), (-lean, 0, -drop)],
        [fat, fat * d.real(0.8, 1.1), fat * d.real(0.8, 1.3)],
        n,
    )
    loop = path(
        [
            (fat * 1.5, 0, -fat * 0.6),
            (fat * 1.8, 0, -drop * 0.45),
            (long * 0.5, 0, -drop * 0.45),
            (long * 0.55, 0, -fat * 0.5),
        ],
        fat * 0.2,
        8,
    )
    tip = [ball(fat * d.real(0.9, 1.5), (long, 0, 0), n)] if d.chance(0.3) else []
    knobs = [ball(fat * 0.35, (x, 0, fat), 8) for x in (fat * 0.3, long * 0.9) if d.chance()]
    return [join([spine, handle, *tip, *knobs, *([loop] if d.chance(0.7) else [])]).scale((1, wide, 1))]


@family("handgun", TOY_MM, PLAIN_HANDGUNS)
def pistol_windowed(d: Draw) -> Body:
    """A pistol plate with holes, slots and honeycomb cut across it: rubber-band toys, stencils and skeleton styles."""
    body = member_of(d, PLAIN_HANDGUNS)
    if d.chance(0.5):
        body = cutout(body, d.real(4, 16)).rotate((90, 0, 0))
    x0, _, z0, x1, _, z1 = body.bounding_box()
    size = (z1 - z0) * d.real(0.03, 0.08)
    style = d.pick("holes", "slots", "grid", "frame")
    tools = []
    if style == "frame":
        flat = body.rotate((-90, 0, 0)).project().simplify(0.1)
        inner = flat.offset(-size * d.real(0.8, 1.6))
        return slab(flat - inner, d.real(5, 14)) if inner.area() < 0.75 * flat.area() else slab(flat, 8)
    for i in range(d.whole(3, 9)):
        x, z = d.real(x0 + 0.1 * (x1 - x0), x1 - 0.1 * (x1 - x0)), d.real(z0, z1)
        if style == "slots":
            tools.append(box((size * d.real(2, 5), 400, size), (x, 0, z)).rotate((0, d.pick(0, 0, 30), 0)))
        elif style == "grid":
            tools.append(cross_drill(x0 + (i + 1) * size * 3.2, z1 - size * d.pick(2.2, 4.6), size, 6))
        else:
            tools.append(cross_drill(x, z, size, d.sides()))
    return cut(body, *tools)


@family("handgun", TOY_MM, PLAIN_HANDGUNS)
def pistol_on_stand(d: Draw) -> list[Body]:
    """A handgun prop on display: base plate, plaque, post, wall hook or bust-like block beneath."""
    body = member_of(d, PLAIN_HANDGUNS)
    x0, y0, z0, x1, y1, z1 = body.bounding_box()
    long, tall, wide = x1 - x0, z1 - z0, y1 - y0
    base = d.pick("plate", "post", "plaque", "fork")
    floor = z0 - tall * d.real(0.02, 0.2)
    plate = rounded_box(
        (long * d.real(0.5, 1.1), wide + long * d.real(0.1, 0.5), tall * 0.08), 4, ((x0 + x1) / 2, 0, floor), d.sides()
    )
    if base == "plate":
        return [body.translate((0, 0, floor - z0 - tall * 0.02)), plate]
    if base == "plaque":
        back = rounded_box((long * 1.1, tall * 1.15, wide * 0.3), 6, n=d.sides()).rotate((90, 0, 0))
        return [body, back.translate(((x0 + x1) / 2, y1, (z0 + z1) / 2))]
    x = x0 + long * d.real(0.4, 0.8)
    posts = [
        block(p - 3, p + 3, floor, z1 - tall * 0.3, wide * 0.5)
        for p in ((x,) if base == "post" else (x0 + long * 0.2, x1 - long * 0.2))
    ]
    return [body, plate, *posts]


@family("handgun", (20.0, 120.0), PLAIN_HANDGUNS)
def pistol_charm(d: Draw) -> Body:
    """A small flat handgun charm: key fob or earring with an eye, a rim or a backing plate."""
    body = member_of(d, PLAIN_HANDGUNS)
    flat = body.rotate((-90, 0, 0)).project().simplify(0.2)
    thick = d.real(4, 14)
    x0, y0, x1, y1 = flat.bounds()
    at = d.pick((x0 + 2, y1 - 4), (x1 - 4, y1 - 6), (x0 + 10, y0 + 4))
    eye = slab(rim(disc(d.real(7, 12)), d.real(2.5, 4)), thick * d.real(0.5, 1)).translate((*at, 0))
    pieces = [slab(flat, thick, thick * d.pick(0.0, 0.2)), *([eye] if d.chance(0.8) else [])]
    if d.chance(0.3):
        pieces.append(slab(flat.offset(d.real(2, 8)), thick * 0.4))
    return join(pieces)


@family("handgun", TOY_MM, PLAIN_HANDGUNS)
def pistol_half(d: Draw) -> Body:
    """One half of a handgun prop split along its length, flat on its back, as large props are printed."""
    body = member_of(d, PLAIN_HANDGUNS)
    half = body.split_by_plane((0, 1, 0), d.real(-1, 1))[0].rotate((-90, 0, 0))
    x0, y0, z0, x1, y1, _ = half.bounding_box()
    pegs = [drill(x0 + (x1 - x0) * t, y1 - (y1 - y0) * 0.15, 1.5) ^ box((999, 999, 4), (0, 0, z0)) for t in (0.3, 0.6)]
    return cut(half, *pegs) if d.chance(0.3) else half


@family("handgun", TOY_MM, ("pistol",))
def pistol_dressed(d: Draw) -> list[Body]:
    """A pistol prop loaded with extras: lamp under the front, tall sight, side blocks, wire, wings, long slab."""
    tall, width = d.real(16, 28), d.real(12, 28)
    pieces = [*pistol(d), *ornament(d, 10, 95, 0, tall, width)]
    if d.chance(0.6):
        pieces.append(
            rod((60, 0, -tall * 0.4), (d.real(90, 120), 0, -tall * 0.4), tall * d.real(0.25, 0.45), n=d.sides())
        )
    if d.chance(0.5):
        pieces += d.pick(
            scope(d, 50, tall, d.real(40, 80), d.real(5, 10)),
            [block(30, 60, tall - 1, tall + d.real(8, 20), width * 0.6)],
            sights(d, 5, 95, tall, width, 10),
        )
    if d.chance(0.4):
        pieces.append(magazine(d, -8, -40, d.real(25, 60), 22, width * 0.6))
    if d.chance(0.4):
        pieces.append(path([(90, 0, 0), (70, 0, -30), (20, 0, -45)], 2.5, 6))
    if d.chance(0.3):
        pieces += [box((30, d.real(20, 50), 3), (60, 0, tall * 0.5))]
    return pieces


@family("handgun", TOY_MM, ("pistol", "pistol_chunky", "revolver"))
def pistol_held(d: Draw) -> list[Body]:
    """A handgun prop in a sculpted fist, cut off at the wrist."""
    body = member_of(d, ("pistol", "pistol_chunky", "revolver"))
    fat = d.real(12, 18)
    fist = [
        path([(d.real(-4, 6), y * 14, -14 - 12 * i), (26, y * 16, -14 - 12 * i), (30, 0, -14 - 12 * i)], fat * 0.45, 8)
        for i in range(3)
        for y in (-1, 1)
    ]
    wrist = path([(-10, 0, -25), (-d.real(40, 80), 0, -d.real(20, 50))], [fat * 1.4, fat * d.real(1, 1.4)], 10)
    return [body, *fist, wrist, ball(fat * 1.3, (-4, 0, -28), 10)]


@family("handgun", TOY_MM)
def pistol_wireframe(d: Draw) -> list[Body]:
    """A pistol drawn with thick wire: outline, a few braces and a loop, as sculptures and cutters have it."""
    long, tall, drop, lean, line = 100, d.real(16, 30), d.real(40, 70), d.real(0, 25), d.real(3, 7)
    deep = d.real(22, 34)
    edge = [
        (0.0, 0.0),
        (0.0, tall),
        (long, tall),
        (long, 0.0),
        (deep, 0.0),
        (deep - lean, -drop),
        (-lean, -drop),
        (0.0, 0.0),
    ]
    loop = [(deep, 0.0), (deep + 4, -d.real(14, 22)), (deep + 24, -18.0), (deep + 28, 0.0)]
    braces = [[(long * t, 0.0), (long * (t + 0.12), tall)] for t in (0.25, 0.45, 0.65, 0.8) if d.chance()]
    return [
        *[side(strip(points, line, 8), d.real(4, 16)) for points in (edge, loop, *braces)],
        ring(line, line * 0.4, (0, 0, tall)),
    ]
