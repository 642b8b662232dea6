"""Toy blasters and stylised rifles put together from many solid lumps: the odd ones that no single pattern covers."""

from c3po.shapes.csg import (
    Body,
    ball,
    block,
    box,
    cut,
    hull,
    join,
    outline,
    rod,
    rounded,
    rounded_box,
    side,
    slab,
    strip,
)
from c3po.shapes.family import Draw, family
from c3po.shapes.gun_parts import barrel, circle_at, grip, guard, magazine, ornament, rail, scope, shell, sights, stock

KIT_MM = (40.0, 240.0)


def window(d: Draw, x: float, z: float, long: float, tall: float) -> Body:
    """A tool that cuts a rounded opening across the part about (x, z)."""
    shape = rounded(
        outline([(x, z), (x + long, z + d.real(-3, 3)), (x + long * 0.9, z + tall), (x, z + tall)]), tall / 3
    )
    return side(shape, 400)


@family("long_gun", KIT_MM)
def rifle_slab_windows(d: Draw) -> Body:
    """A compact rifle drawn as one deep slab, with openings for hand and thumb instead of a handle that stands out."""
    long, tall, width = d.real(130, 220), d.real(30, 58), d.real(7, 26)
    body = outline(
        [
            (0, d.real(0, 0.3) * tall),
            (long * d.real(0.05, 0.2), -d.real(0, 0.15) * tall),
            (long * d.real(0.35, 0.55), d.real(-0.1, 0.12) * tall),
            (long * d.real(0.65, 0.8), d.real(-0.15, 0.2) * tall),
            (long, tall * d.real(0.2, 0.5)),
            (long * d.real(0.93, 1.0), tall * d.real(0.6, 0.9)),
            (long * d.real(0.5, 0.8), tall * d.real(0.8, 1.0)),
            (long * d.real(0.15, 0.4), tall * d.real(0.8, 1.05)),
            (0, tall * d.real(0.65, 1.0)),
        ]
    )
    hand = long * d.real(0.3, 0.5)
    tools = [window(d, hand, tall * 0.12, long * d.real(0.07, 0.14), tall * d.real(0.2, 0.42))]
    if d.chance(0.7):
        tools.append(window(d, hand + long * d.real(0.14, 0.24), tall * 0.1, long * 0.1, tall * d.real(0.2, 0.4)))
    if d.chance(0.3):
        tools.append(window(d, long * 0.06, tall * 0.3, long * d.real(0.08, 0.18), tall * d.real(0.2, 0.4)))
    line = tall * d.real(0.45, 0.7)
    nose = barrel(d, long * 0.9, long * d.real(1.02, 1.3), line, tall * d.real(0.06, 0.16))
    top: list[Body] = []
    if d.chance(0.6):
        a, b = long * d.real(0.25, 0.4), long * d.real(0.5, 0.7)
        arch = strip(
            [(a, tall * 0.9), (a + 8, tall * d.real(1.15, 1.4)), (b - 8, tall * 1.2), (b, tall * 0.9)], tall * 0.12
        )
        top = [side(arch, width * d.real(0.4, 0.9))]
    elif d.chance(0.5):
        top = scope(d, long * 0.45, tall * 0.85, long * d.real(0.2, 0.35), tall * d.real(0.1, 0.2))
    return join(
        [cut(side(rounded(body, tall * d.real(0.03, 0.2)), width, width * d.pick(0.0, 0.15)), *tools), *nose, *top]
    )


@family("long_gun", KIT_MM)
def rifle_thumbhole(d: Draw) -> Body:
    """A rifle whose stock, handle and body are one board with a hole for the thumb."""
    long, tall, width = d.real(150, 230), d.real(16, 28), d.real(6, 20)
    hand, drop = long * d.real(0.3, 0.42), d.real(24, 46)
    board = outline(
        [
            (0, tall * d.real(0.5, 1.0)),
            (0, -drop * d.real(0.4, 1.0)),
            (hand * d.real(0.4, 0.7), -drop * d.real(0.2, 0.6)),
            (hand - 14, -drop),
            (hand + d.real(2, 10), -drop),
            (hand + 14, -d.real(0, 4)),
            (long * d.real(0.62, 0.9), -d.real(-3, 8)),
            (long * d.real(0.7, 0.95), tall * d.real(0.5, 0.8)),
            (hand, tall),
        ]
    )
    hole = side(
        circle_at(hand - d.real(16, 26), -drop * d.real(0.1, 0.35), d.real(5, 10)).scale((d.real(1, 1.6), 1)), 400
    )
    pieces = [
        cut(side(rounded(board, 3), width, width * d.pick(0.0, 0.2)), hole),
        *barrel(d, long * 0.6, long * d.real(1.05, 1.4), tall * d.real(0.6, 0.85), d.real(2.5, 6)),
        *guard(d, hand + 14, hand + d.real(30, 42), 0, d.real(9, 16), width * 0.4),
    ]
    if d.chance(0.5):
        pieces.append(magazine(d, hand + d.real(36, 60), 2, d.real(14, 44), d.real(12, 22), width * 0.7))
    if d.chance(0.5):
        pieces += scope(d, hand + 30, tall * 0.9, long * d.real(0.2, 0.35), d.real(4, 8))
    return join(pieces)


@family("handgun", KIT_MM)
def blaster_twin(d: Draw) -> list[Body]:
    """A blaster with two or three thick solid tubes side by side or stacked, joined by collars, on one short handle."""
    long, fat, n = d.real(70, 130), d.real(10, 22), d.sides()
    gap = fat * d.real(1.7, 2.4)
    places = d.pick(
        [(-gap / 2, 0.0), (gap / 2, 0.0)], [(0.0, 0.0), (0.0, gap)], [(-gap / 2, 0.0), (gap / 2, 0.0), (0.0, gap)]
    )
    square = d.chance(0.35)
    tubes, start = [], long * d.real(0.1, 0.5)
    for y, z in places:
        end = long * d.real(1.0, 1.35)
        tubes.append(
            box((end - start, 2 * fat * 0.9, 2 * fat * 0.9), ((start + end) / 2, y, z))
            if square
            else rod((start, y, z), (end, y, z), fat, n=n)
        )
        if d.chance(0.5):
            tubes.append(rod((end - 4, y, z), (end + d.real(8, 40), y, z), fat * d.real(0.4, 0.8), n=n))
    core = rounded_box((long, gap * d.real(0.9, 1.5), fat * d.real(1.6, 2.6)), fat * 0.3, (long / 2, 0, gap * 0.2), n)
    collar_x = [start + (long - start) * t for t in (0.2, 0.8)][: d.whole(0, 2)]
    collars = [box((d.real(6, 14), gap + 2.3 * fat, 2.4 * fat), (x, 0, 0)) for x in collar_x]
    width = fat * d.real(0.9, 1.6)
    rear = d.pick(
        [], [ball(fat * d.real(1, 1.6), (0, 0, 0), n)], [block(-d.real(10, 30), 6, -fat * 0.5, fat * 0.8, width)]
    )
    return [
        core,
        *tubes,
        *collars,
        *rear,
        grip(d, d.real(0, 0.3) * long, -fat * 0.6, d.real(36, 60), d.real(18, 30), width, d.real(-0.1, 0.5)),
        *guard(d, long * 0.4, long * d.real(0.55, 0.75), -fat * 0.6, d.real(8, 18), width * 0.5),
    ]


@family("handgun", KIT_MM)
def blaster_pump(d: Draw) -> list[Body]:
    """A chunky blaster with knobs of all kinds: fore handle, butt pad, top tank, loops of wire under the body."""
    long, tall, width, n = d.real(80, 130), d.real(22, 46), d.real(18, 54), d.sides()
    line, low = tall * d.real(0.4, 0.7), -d.real(0, 4)
    pad = d.real(10, 40)
    loop_x, loop_long = d.real(0.15, 0.6) * long, d.real(0.25, 0.5) * long
    drop = d.real(8, 22)
    loop = strip(
        [(loop_x, 2), (loop_x + 4, low - drop), (loop_x + loop_long - 4, low - drop), (loop_x + loop_long, 2)],
        d.real(4, 7),
    )
    pieces = [
        *shell(d, 0, long, 0, tall, width),
        *barrel(d, long * 0.92, long * d.real(1.1, 1.6), line, tall * d.real(0.15, 0.45)),
        grip(
            d, d.real(0, 0.35) * long, 3, d.real(32, 56), d.real(18, 30), width * d.real(0.35, 0.8), d.real(-0.35, 0.45)
        ),
    ]
    if d.chance(0.7):
        pieces.append(side(loop, width * d.real(0.2, 0.5)))
    if d.chance(0.6):
        pieces += [
            rod((2, 0, line), (-pad, 0, line), tall * d.real(0.1, 0.25), n=n),
            block(
                -pad - d.real(5, 12), -pad, line - tall * d.real(0.4, 0.9), line + tall * d.real(0.2, 0.6), width * 0.8
            ),
        ]
    if d.chance(0.6):
        at = d.real(0.3, 0.8) * long
        lean = d.real(-16, 16)
        stem = hull(
            box((d.real(10, 22), width * 0.5, 4), (at, 0, tall - 2)),
            box((d.real(10, 24), width * 0.6, 4), (at + lean, 0, tall + d.real(14, 44))),
        )
        pieces.append(stem if d.chance(0.5) else rod((at - 14, 0, tall + 6), (at + 22, 0, tall + 6), tall * 0.35, n=n))
    if d.chance(0.4):
        at = d.real(0.55, 0.9) * long
        pieces.append(
            hull(
                box((16, width * 0.5, 4), (at, 0, 2)),
                box((22, width * 0.6, 4), (at + d.real(-14, 14), 0, -d.real(16, 46))),
            )
        )
    return [*pieces, *ornament(d, 0, long, 0, tall, width)]


@family("handgun", KIT_MM)
def blaster_salvo(d: Draw) -> list[Body]:
    """A toy launcher: a wide block of one to nine short solid tubes over a body with a handle."""
    long, rows, columns = d.real(60, 110), d.whole(1, 3), d.whole(1, 3)
    pitch, n = d.real(14, 26), d.sides()
    fat = pitch * d.real(0.34, 0.5)
    top = d.real(0, 18)
    reach = d.real(20, 60)
    tubes = [
        rod(
            (long * 0.4, (c - (columns - 1) / 2) * pitch, top + r * pitch),
            (long + reach, (c - (columns - 1) / 2) * pitch, top + r * pitch),
            fat,
            n=n,
        )
        for r in range(rows)
        for c in range(columns)
    ]
    wide, tall = columns * pitch + 4, rows * pitch + 4
    case = rounded_box(
        (long * d.real(0.5, 1.0), wide, tall), d.real(0, 5), (long * 0.6, 0, top + (rows - 1) * pitch / 2), n
    )
    width = d.real(14, 30)
    pieces = [
        *tubes,
        case,
        block(0, long * d.real(0.8, 1.1), -d.real(14, 26), top + 2, width),
        grip(d, d.real(-4, 20), -12, d.real(34, 56), d.real(18, 28), width * 0.8, d.real(0, 0.4)),
        *guard(d, 26, d.real(40, 56), -16, d.real(8, 16), width * 0.4),
    ]
    if d.chance(0.4):
        pieces += stock(d, 4, 0, d.real(20, 70), d.real(16, 34), width * 0.7)
    return pieces


@family("long_gun", KIT_MM)
def gun_of_a_kit(d: Draw) -> list[Body]:
    """A long gun put together at random from bodies, barrels, handles, magazines, rails, scopes and stocks."""
    x, z, width = 0.0, 0.0, d.real(8, 40)
    pieces: list[Body] = []
    tall = d.real(14, 40)
    for _ in range(d.whole(1, 3)):
        long, rise = d.real(35, 90), d.real(-0.25, 0.25) * tall
        pieces += shell(d, x, x + long, z + rise, z + rise + tall * d.real(0.6, 1.2), width * d.real(0.6, 1.2))
        x += long * d.real(0.8, 0.98)
    line = z + tall * d.real(0.35, 0.75)
    for _ in range(d.pick(1, 1, 1, 2)):
        pieces += barrel(d, x - 6, x + d.real(20, 110), line, tall * d.real(0.1, 0.35))
        line -= tall * d.real(0.3, 0.5)
    hand = x * d.real(0.05, 0.45)
    pieces.append(grip(d, hand, 3, d.real(28, 54), d.real(14, 26), width * d.real(0.5, 0.9), d.real(-0.1, 0.5)))
    pieces += guard(d, hand + 20, hand + d.real(34, 48), 2, d.real(8, 18), width * 0.4)
    if d.chance(0.7):
        pieces.append(magazine(d, x * d.real(0.45, 0.8), 3, d.real(20, 60), d.real(12, 30), width * d.real(0.4, 0.9)))
    if d.chance(0.3):
        pieces.append(grip(d, x * d.real(0.7, 0.95), 3, d.real(18, 44), d.real(10, 20), width * 0.6, d.real(-0.2, 0.3)))
    if d.chance(0.8):
        pieces += stock(d, 4, tall * 0.6, d.real(25, 100), tall * d.real(0.6, 1.3), width * d.real(0.4, 0.9))
    over = d.pick("scope", "rail", "sights", "none")
    if over == "scope":
        pieces += scope(d, x * d.real(0.3, 0.6), tall * 0.9, d.real(30, 70), d.real(4, 12))
    elif over == "rail":
        pieces.append(rail(d, x * 0.2, x * 0.8, tall * 0.95, width, d.real(3, 6)))
    elif over == "sights":
        pieces += sights(d, x * 0.15, x * 0.9, tall * 0.95, width, d.real(4, 12))
    return [*pieces, *(ornament(d, 0, x, 0, tall, width) if d.chance(0.5) else [])]


@family("handgun", KIT_MM)
def pistol_angular(d: Draw) -> Body:
    """A low-poly pistol of few bent outlines: one slab with an obtuse bend between body and handle, edges cut off."""
    long, tall, drop = d.real(70, 130), d.real(16, 34), d.real(34, 64)
    lean, depth, width = d.real(0.05, 0.5) * drop, d.real(18, 32), d.real(8, 30)
    heel = d.real(-4, 10)
    shape = outline(
        [
            (0, tall),
            (-heel, tall * d.real(0.4, 0.8)),
            (-lean, -drop),
            (-lean + depth * d.real(0.8, 1.2), -drop * d.real(0.9, 1.1)),
            (depth + d.real(-4, 8), -d.real(0, 6)),
            (long * d.real(0.7, 1.0), d.real(-2, 8)),
            (long, tall * d.real(0.35, 0.7)),
            (long * d.real(0.93, 1.0), tall * d.real(0.9, 1.1)),
        ]
    )
    body = slab(rounded(shape, d.pick(0.5, 2.0, 5.0)), width, width * d.pick(0.0, 0.2, 0.35)).rotate((90, 0, 0))
    body = body.translate((0, width / 2, 0))
    pieces = [body, *guard(d, depth + 2, depth + d.real(16, 30), 0, d.real(8, 18), width * 0.4)]
    if d.chance(0.8):
        pieces += barrel(d, long - 6, long * d.real(1.02, 1.4), tall * d.real(0.55, 0.8), tall * d.real(0.12, 0.35))
    if d.chance(0.4):
        pieces += sights(d, 6, long * 0.9, tall, width, d.real(3, 8))
    return join(pieces)
