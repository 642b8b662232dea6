"""Harmless things spelled with the same lumps as the guns of gun_grammar.py, so that the lumps alone say nothing.

Tools on a handle, cases, poles, bare branches, bent limbs, and lumps in a row with whatever chance puts around them.
"""

from math import cos, pi, sin

from c3po.shapes.csg import Body, arc, ball, block, box, hull, path, ring, rod, side, strip, turned
from c3po.shapes.family import Draw, family
from c3po.shapes.gun_grammar import ANY_MM, body_of, lump
from c3po.shapes.gun_parts import grip


@family("tool", (50.0, 240.0))
def cordless_any(d: Draw) -> list[Body]:
    """Any powered tool on a handle: a motor body, a handle near its middle or end, a foot, and a working head."""
    long, tall, width = d.real(50, 130), d.real(26, 52), d.real(22, 52)
    hand, deep, drop = long * d.real(0.0, 0.6), d.real(20, 36), d.real(50, 100)
    pieces = [
        *body_of(d, long, tall, width),
        grip(d, hand, 3, drop, deep, width * d.real(0.5, 0.9), d.real(-0.1, 0.25)),
    ]
    foot = d.pick("battery", "battery", "cord", "plate", "none")
    if foot == "battery":
        pieces.append(
            block(
                hand - d.real(10, 30),
                hand + deep + d.real(8, 34),
                -drop - d.real(14, 30),
                -drop * 0.92,
                width * d.real(0.8, 1.3),
            )
        )
    elif foot == "cord":
        pieces.append(
            path([(hand + deep * 0.3, 0, -drop + 4), (hand, 0, -drop - 20), (hand - 40, 0, -drop - 30)], d.real(3, 5))
        )
    elif foot == "plate":
        pieces.append(block(hand - 14, hand + deep + 14, -drop - 4, -drop + 4, width * d.real(1, 1.6)))
    head = d.pick("chuck", "disc", "blade", "bell", "brush", "jaw", "upright")
    z = tall * d.real(0.4, 0.6)
    if head == "chuck":
        pieces.append(
            rod(
                (long - 4, 0, z),
                (long + d.real(18, 40), 0, z),
                tall * d.real(0.3, 0.45),
                tall * d.real(0.12, 0.3),
                d.sides(),
            )
        )
    elif head == "disc":
        turn = d.pick((0, 0, 0), (90, 0, 0), (0, 90, 0))
        wheel = rod((0, 0, -4), (0, 0, 4), tall * d.real(0.8, 1.6), n=24).rotate(turn)
        pieces += [wheel.translate((long + 10, 0, z)), rod((long - 6, 0, z), (long + 10, 0, z), tall * 0.25)]
    elif head == "blade":
        pieces.append(block(long - 6, long + d.real(40, 90), z - d.real(4, 9), z + d.real(4, 9), 3))
    elif head == "bell":
        pieces.append(
            rod((long - 4, 0, z), (long + d.real(20, 60), 0, z), tall * 0.35, tall * d.real(0.6, 1.1), d.sides())
        )
    elif head == "brush":
        pieces.append(
            block(
                long - 4, long + d.real(12, 30), z - tall * d.real(0.3, 0.9), z + tall * 0.5, width * d.real(1.2, 2.4)
            )
        )
    elif head == "jaw":
        pieces += [
            block(long - 4, long + 36, z + s * tall * 0.3 - 5, z + s * tall * 0.3 + 5, width * 0.5) for s in (-1, 1)
        ]
    else:
        pieces.append(
            rod(
                (long - 6, 0, -tall * d.real(0.2, 1.4)), (long - 6, 0, tall * d.real(1.0, 1.5)), tall * 0.4, n=d.sides()
            )
        )
    if d.chance(0.5):
        pieces.append(block(hand + deep - 3, hand + deep + d.real(6, 12), -d.real(14, 30), 4, width * 0.4))
    if d.chance(0.2):
        pieces.append(rod((long * 0.8, 0, z), (long * 0.8, d.real(40, 80), z), 7, n=10))
    return pieces


@family("enclosure", ANY_MM)
def case_any(d: Draw) -> list[Body]:
    """Any case, pack or armour piece: a wide box of lumps, a bow to carry it, straps, feet, latches, rims."""
    long, tall, width = d.real(50, 130), d.real(24, 90), d.real(14, 80)
    pieces = body_of(d, long, tall, width)
    if d.chance(0.7):
        a, b, up = long * d.real(0.05, 0.35), long * d.real(0.6, 0.95), d.real(6, 30)
        bow = strip([(a, tall - 4), (a + 3, tall + up), (b - 3, tall + up), (b, tall - 4)], d.real(4, 10))
        pieces.append(side(bow, width * d.real(0.15, 0.7)))
    for _ in range(d.whole(0, 4)):
        x, fat = long * d.real(0.05, 0.95), d.real(4, 14)
        pieces.append(
            d.pick(
                box((fat, width * 1.15, tall * d.real(0.2, 1.1)), (x, 0, tall * 0.5)),
                block(x, x + fat * 2, -d.real(3, 12), 4, width * d.real(0.2, 1)),
                rod((x, -width * 0.6, tall * 0.5), (x, width * 0.6, tall * 0.5), fat, n=d.sides()),
                box((fat * 3, width * 0.4, tall * 0.4), (x, width * 0.5, tall * d.real(0.3, 0.7))),
            )
        )
    if d.chance(0.4):
        pieces.append(block(-d.real(2, 8), long + d.real(2, 8), tall * 0.45, tall * d.real(0.5, 0.6), width * 1.1))
    return pieces


@family("figure", ANY_MM)
def pole_any(d: Draw) -> list[Body]:
    """Any pole: lamp post, column, torch, staff, pipe: a long shaft, a foot, a head, rings and arms on the way."""
    tall, fat = 200.0, d.real(2, 14)
    n = d.sides()
    pieces: list[Body] = [rod((0, 0, 0), (0, 0, tall), fat, fat * d.real(0.5, 1.2), n)]
    for z in (0.0, tall):
        big, long = fat * d.real(1.1, 4), tall * d.real(0.03, 0.2)
        end = d.pick("cone", "ball", "box", "bell", "none")
        if end == "cone":
            pieces.append(rod((0, 0, z - long / 2), (0, 0, z + long / 2), big, fat * d.real(0.5, 2), n))
        elif end == "ball":
            pieces.append(ball(big, (0, 0, z), n))
        elif end == "box":
            pieces.append(box((big * 2, big * d.real(1, 2), long), (0, 0, z)))
        elif end == "bell":
            profile = [(fat, 0.0), (big, long * 0.3), (big * d.real(0.4, 1.2), long * 0.7), (fat * 0.5, long)]
            pieces.append(turned(profile, n).translate((0, 0, z - long / 2)))
    for _ in range(d.whole(0, 4)):
        z, big = tall * d.real(0.05, 0.95), fat * d.real(1.1, 2)
        pieces.append(rod((0, 0, z), (0, 0, z + d.real(3, 14)), big, big * d.real(0.7, 1.2), n))
    if d.chance(0.35):
        reach, z = d.real(10, 60), tall * d.real(0.6, 0.98)
        arm = path([(0, 0, z), (reach * 0.6, 0, z + d.real(-6, 16)), (reach, 0, z)], fat * d.real(0.3, 0.8), 8)
        both = [arm, arm.rotate((0, 0, 180))] if d.chance() else [arm]
        hung = [ball(fat * d.real(0.8, 2), (reach, 0, z - fat), 8)] if d.chance() else []
        pieces += [*both, *hung]
    return pieces


@family("figure", ANY_MM)
def branches_any(d: Draw) -> list[Body]:
    """A bare tree, coral, antler, crack or river: a trunk that forks and forks again."""
    pieces: list[Body] = []
    flat = d.chance(0.4)

    def grow(at: tuple[float, float, float], turn: float, lean: float, long: float, fat: float, left: int) -> None:
        to = (
            at[0] + long * sin(lean) * cos(turn),
            0.0 if flat else at[1] + long * sin(lean) * sin(turn),
            at[2] + long * cos(lean),
        )
        pieces.append(path([at, to], [fat, fat * 0.75], 6))
        if left:
            for _ in range(d.whole(1, 3)):
                grow(
                    to, turn + d.real(-pi, pi), lean + d.real(-0.9, 0.9), long * d.real(0.5, 0.95), fat * 0.65, left - 1
                )

    grow((0.0, 0.0, 0.0), 0.0, d.real(-0.3, 0.3), d.real(30, 90), d.real(3, 12), d.whole(2, 4))
    if d.chance(0.3):
        pieces.append(rod((0, 0, -4), (0, 0, 4), d.real(10, 40), n=d.sides()))
    return pieces


@family("figure", ANY_MM)
def limb_any(d: Draw) -> list[Body]:
    """A bent arm, leg, tail, trunk or neck by itself, dressed or bare, with a hand, hoof or stump at its end."""
    upper, lower, fat, n = d.real(40, 90), d.real(30, 90), d.real(8, 24), max(6, d.sides())
    bend = d.real(0.1, 2.2)
    knee = (upper, 0.0, 0.0)
    end = (upper + lower * cos(bend), d.real(-10, 10), -lower * sin(bend))
    pieces = [
        path(
            [(0, 0, 0), (upper * 0.5, 0, d.real(-3, 6)), knee], [fat * d.real(0.8, 1.4), fat, fat * d.real(0.6, 1)], n
        ),
        path([knee, end], [fat * d.real(0.6, 1.0), fat * d.real(0.3, 0.9)], n),
    ]
    if d.chance(0.6):
        pieces.append(ball(fat * d.real(0.6, 1.3), knee, n))
    tip = d.pick("hand", "foot", "stump", "none")
    if tip == "hand":
        for i in range(d.whole(3, 5)):
            reach = (end[0] + d.real(4, 22), end[1] + (i - 2) * fat * 0.4, end[2] - d.real(2, 24))
            pieces.append(path([end, reach], [fat * 0.25, fat * 0.15], 6))
    elif tip == "foot":
        pieces.append(
            hull(box((fat, fat, fat), end), box((fat, fat * 1.2, fat * 0.4), (end[0] + fat * 1.6, end[1], end[2] - 6)))
        )
    elif tip == "stump":
        pieces.append(rod((-d.real(4, 20), 0, 0), (4, 0, 0), fat * d.real(0.3, 0.9), n=n))
    if d.chance(0.4):
        pieces += lump(d, -6, upper * d.real(0.3, 0.8), -fat * 1.2, fat * 1.2, fat * 2.4)
    return pieces


@family("enclosure", ANY_MM)
def lumps_any(d: Draw) -> list[Body]:
    """Lumps in a row with anything around them but a handle below and a barrel in front: machines, wreckage."""
    long, tall, width = d.real(40, 140), d.real(14, 70), d.real(10, 70)
    pieces = body_of(d, long, tall, width)
    for _ in range(d.whole(0, 4)):
        x, fat, reach = long * d.real(0, 1), d.real(4, 20), d.real(8, 50)
        kind = d.pick("legs", "wheel", "dish", "cap", "wing", "ring", "box", "half")
        if kind == "legs":
            pieces += [rod((x, 0, tall * 0.2), (x + reach * s, width * 0.6 * t, -reach), fat * 0.3, n=8)
                       for s in (-0.4, 0.4) for t in (-1, 1)]  # fmt: skip
        elif kind == "wheel":
            pieces.append(rod((x, -width * 0.7, 0), (x, width * 0.7, 0), fat * d.real(0.8, 2), n=d.sides()))
        elif kind == "dish":
            pieces.append(
                rod((x, 0, tall * 0.9), (x, 0, tall + reach * 0.5), fat * 0.5, fat * d.real(1, 2.4), d.sides())
            )
        elif kind == "cap":
            pieces.append(ball(fat * 1.5, (d.pick(0.0, long), 0, tall * 0.5), d.sides(), (d.real(0.5, 1.5), 1, 1)))
        elif kind == "wing":
            pieces.append(box((fat * 2, width + 2 * reach, 4), (x, 0, tall * d.real(0.2, 0.8))))
        elif kind == "ring":
            pieces.append(ring(tall * d.real(0.6, 1.0), fat * 0.3).rotate((0, 90, 0)).translate((x, 0, tall * 0.5)))
        elif kind == "half":
            bow = strip([(x + px * reach, tall + pz * reach) for px, pz in arc(1, 0, 180, 7)], fat * 0.5)
            pieces.append(side(bow, width * 0.3))
        else:
            turn = (d.pick(0, 90, 180, 270), 0, 0)
            pieces.append(box((fat * 2, fat * 2, reach), (0, 0, reach / 2)).rotate(turn).translate((x, 0, tall * 0.5)))
    return pieces
