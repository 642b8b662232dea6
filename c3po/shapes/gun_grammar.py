"""Guns spelled by one loose grammar: no one artist's habits are in it.

A gun prop is a body with something to hold it by below and something long in front; all else is left to chance: where
the handle sits, how deep and wide each lump is, in which of several hands it is drawn. Filled blocks, see gun_parts.py.
"""

from c3po.shapes.csg import (
    Body,
    along_x,
    arc,
    ball,
    block,
    fillet,
    hull,
    outline,
    path,
    ring,
    rod,
    rounded,
    side,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family
from c3po.shapes.gun_parts import barrel, bevel, grip, guard, magazine, ornament, scope, shell, sights, stock

ANY_MM = (40.0, 240.0)


def lump(d: Draw, x0: float, x1: float, z0: float, z1: float, width: float) -> list[Body]:
    """The solid between two x and two z in one of many hands: blocks, tubes, swellings, cones, bent outlines."""
    hand = d.pick("shell", "shell", "tube", "swell", "cone", "curve", "pile")
    z, tall, long, n = (z0 + z1) / 2, z1 - z0, x1 - x0, d.sides()
    if hand == "tube":
        return [rod((x0, 0, z), (x1, 0, z), tall / 2, n=n).scale((1, min(1.6, width / tall), 1))]
    if hand == "swell":
        waist = [d.real(0.25, 0.5) * tall for _ in range(4)]
        profile = [(radius, x0 + long * t) for radius, t in zip(waist, (0, 0.3, 0.7, 1), strict=True)]
        return [along_x(turned(profile, n)).scale((1, min(1.6, width / tall), 1)).translate((0, 0, z))]
    if hand == "cone":
        small, big = tall * d.real(0.15, 0.4), tall * d.real(0.4, 0.6)
        ends = (small, big) if d.chance() else (big, small)
        return [rod((x0, 0, z), (x1, 0, z), *ends, n)]
    if hand == "curve":
        upper = [(x0 + long * t, z1 + tall * d.real(-0.3, 0.15)) for t in (1.0, 0.66, 0.33, 0.0)]
        lower = [(x0 + long * t, z0 + tall * d.real(-0.15, 0.3)) for t in (0.0, 0.33, 0.66, 1.0)]
        shape = fillet(rounded(outline([*lower, *upper]), tall * d.real(0.02, 0.2)), tall * d.real(0.02, 0.3))
        return [side(shape, width, bevel(d, width))]
    if hand == "pile":
        cuts = sorted(d.real(0.1, 0.9) for _ in range(d.whole(1, 3)))
        marks = [0.0, *cuts, 1.0]
        return [
            block(
                x0 + long * a - 1,
                x0 + long * b + 1,
                z0 + tall * d.real(-0.1, 0.3),
                z1 - tall * d.real(-0.1, 0.3),
                width * d.real(0.5, 1.2),
            )
            for a, b in zip(marks[:-1], marks[1:], strict=True)
        ]
    return shell(d, x0, x1, z0, z1, width)


def held_by(d: Draw, x: float, z: float, long: float, deep: float, width: float, bows: bool = False) -> list[Body]:
    """A handle below (x, z): leaning, straight, a bent limb, a closed loop, or a bow like that of a suitcase."""
    hand = d.pick("grip", "grip", "grip", "limb", "loop", "bow" if bows else "grip")
    if hand == "limb":
        lean = long * d.real(-0.1, 0.9)
        thick = deep * d.real(0.35, 0.55)
        points = [(x + deep / 2, 0.0, z + 4), (x + deep / 2 - lean * 0.4, 0.0, z - long / 2), (x - lean, 0.0, z - long)]
        return [path(points, [thick, thick * d.real(0.8, 1.1), thick * d.real(0.7, 1.3)], max(8, d.sides()))]
    if hand == "loop":
        loop = strip(
            [
                (x, z + 2),
                (x - long * d.real(0, 0.5), z - long),
                (x + deep * 1.6, z - long * 0.9),
                (x + deep * 2, z + 2),
            ],
            deep * d.real(0.3, 0.6),
        )
        return [side(loop, width * d.real(0.6, 1))]
    if hand == "bow":
        reach, drop = deep * d.real(2, 4), long * d.real(0.3, 0.6)
        bow = strip(
            [(x, z + 2), (x + 3, z - drop), (x + reach, z - drop), (x + reach + 6, z + 2)], deep * d.real(0.25, 0.45)
        )
        return [side(bow, width * d.real(0.4, 0.9))]
    return [grip(d, x, z, long, deep, width, d.real(-0.1, 0.6))]


def fed_by(d: Draw, x: float, z: float, tall: float, width: float) -> list[Body]:
    """What hangs before or in the handle: a slab, a drum of either kind, a box, a bottle, or nothing."""
    kind = d.pick("slab", "slab", "slab", "drum", "pan", "box", "bottle", "none")
    deep, long = d.real(12, 30), d.real(16, 90)
    if kind == "slab":
        return [magazine(d, x, z, long, deep, width * d.real(0.3, 0.9))]
    if kind == "drum":
        fat = d.real(12, 30)
        return [rod((x + deep, -width * 0.6, z - fat * 0.6), (x + deep, width * 0.6, z - fat * 0.6), fat, n=d.sides())]
    if kind == "pan":
        fat = d.real(14, 30)
        return [rod((x, 0, z - fat * 0.4), (x + deep * 1.5, 0, z - fat * 0.4), fat, n=d.sides())]
    if kind == "box":
        return [block(x, x + d.real(20, 46), z - d.real(14, 40), z + 3, width * d.real(0.6, 1.6))]
    if kind == "bottle":
        end = (x + d.real(-10, 50), 0.0, z - long * 0.6)
        return [rod((x, 0, z + 2), end, deep * 0.4, deep * d.real(0.4, 0.7), d.sides()), ball(deep * 0.6, end, 8)]
    return []


def topped_by(d: Draw, x0: float, x1: float, z: float, width: float) -> list[Body]:
    """What stands on the top line: sights, a scope, a carrying handle, a block, a tank, or nothing."""
    kind = d.pick("sights", "scope", "handle", "block", "tank", "none", "none")
    long = x1 - x0
    if kind == "sights":
        return sights(d, x0 + long * 0.1, x1 - long * 0.1, z, width, d.real(3, 12))
    if kind == "scope":
        return scope(d, x0 + long * d.real(0.3, 0.6), z, long * d.real(0.3, 0.8), d.real(4, 13))
    if kind == "handle":
        a, b, up = x0 + long * d.real(0.1, 0.3), x0 + long * d.real(0.5, 0.8), d.real(8, 24)
        return [side(strip([(a, z - 2), (a + 5, z + up), (b - 5, z + up), (b, z - 2)], d.real(4, 8)), width * 0.4)]
    if kind == "block":
        a = x0 + long * d.real(0.1, 0.5)
        return [block(a, a + long * d.real(0.15, 0.5), z - 2, z + d.real(5, 20), width * d.real(0.3, 0.9))]
    if kind == "tank":
        fat = d.real(7, 16)
        return [
            rod((x0 + long * 0.2, 0, z + fat * 0.6), (x0 + long * d.real(0.4, 0.9), 0, z + fat * 0.6), fat, n=d.sides())
        ]
    return []


def muzzles(d: Draw, x: float, z: float, reach: float, fat: float) -> list[Body]:
    """One barrel or several, thin or fat, with or without a foregrip shape around the first half."""
    spots = d.pick([(0.0, 0.0)], [(0.0, 0.0)], [(0.0, 0.0), (0.0, -1.9)], [(-1.1, 0.0), (1.1, 0.0)],
                   [(-1.1, -0.6), (1.1, -0.6), (0.0, 1.2)])  # fmt: skip
    pieces = []
    for y, up in spots:
        end = x + reach * d.real(0.75, 1.0)
        if y == 0.0:
            pieces += barrel(d, x - 6, end, z + up * fat, fat)
        else:
            pieces.append(rod((x - 6, y * fat, z + up * fat), (end, y * fat, z + up * fat), fat, n=d.sides()))
    if d.chance(0.5):
        hand, low = reach * d.real(0.2, 0.7), fat * d.real(1.2, 2.6)
        pieces += lump(d, x - 4, x + hand, z - low, z + fat * d.real(0.4, 1.4), fat * d.real(1.6, 3.2))
    if d.chance(0.25):
        pieces.append(ring(fat * d.real(1.4, 2.2), fat * 0.3).rotate((0, 90, 0)).translate((x + reach * 0.8, 0, z)))
    return pieces


def body_of(d: Draw, long: float, tall: float, width: float) -> list[Body]:
    """One to three lumps one behind the other, from x = 0 to ``long``, their bottoms near z = 0."""
    marks = [0.0, *sorted(d.real(0.2, 0.8) for _ in range(d.whole(0, 2))), 1.0]
    pieces: list[Body] = []
    for a, b in zip(marks[:-1], marks[1:], strict=True):
        low, high = tall * d.real(-0.2, 0.2), tall * d.real(0.75, 1.25)
        pieces += lump(d, long * a - 3, long * b + 3, low, high, width * d.real(0.6, 1.2))
    core = tall * d.real(0.2, 0.35)
    return [*pieces, block(0, long, tall * 0.5 - core, tall * 0.5 + core, width * 0.4)]


@family("handgun", ANY_MM)
def handgun_any(d: Draw) -> list[Body]:
    """Any gun prop held in one hand: a body, a handle anywhere below its rear half, something in front."""
    long, tall, width = d.real(50, 130), d.real(14, 46), d.real(8, 50)
    hand, deep = long * d.real(-0.05, 0.5), d.real(16, 34)
    drop = d.real(34, 78)
    pieces = [*body_of(d, long, tall, width), *held_by(d, hand, 2, drop, deep, width * d.real(0.5, 1.1))]
    if d.chance(0.75):
        gap = hand + deep + d.real(0, 6)
        pieces += guard(d, gap, gap + d.real(18, 36), d.real(-2, 2), d.real(10, 24), width * 0.5)
    if d.chance(0.7):
        fat = min(tall, width) * d.real(0.1, 0.55)
        pieces += muzzles(d, long, tall * d.real(0.35, 0.75), long * d.pick(d.real(0.05, 0.3), d.real(0.2, 0.9)), fat)
    if d.chance(0.3):  # a slab that leaves the handle below
        pieces.append(
            magazine(d, hand + deep * d.real(-0.1, 0.2), -drop * 0.6, d.real(20, 70), deep * 0.7, width * 0.5)
        )
    if d.chance(0.3):
        pieces += fed_by(d, max(long * 0.6, hand + deep + 8), 2, tall, width)
    if d.chance(0.15):
        pieces += stock(d, 4, tall * 0.6, d.real(14, 50), tall * d.real(0.5, 1.1), width * 0.6)
    return [
        *pieces,
        *topped_by(d, 0, long, tall, width),
        *(ornament(d, 0, long, 0, tall, width) if d.chance(0.4) else []),
    ]


@family("long_gun", ANY_MM)
def long_gun_any(d: Draw) -> list[Body]:
    """Any gun prop for two hands: a body, a handle, a long front, mostly a stock, and what else chance hangs on it."""
    long, tall, width = d.real(70, 170), d.real(14, 44), d.real(8, 44)
    hand, deep = long * d.real(-0.05, 0.55), d.real(14, 28)
    pieces = [*body_of(d, long, tall, width), *held_by(d, hand, 2, d.real(26, 60), deep, width * d.real(0.5, 1.0))]
    if d.chance(0.75):
        pieces += stock(d, 4, tall * d.real(0.4, 0.8), d.real(24, 120), tall * d.real(0.6, 1.7), width * d.real(0.4, 1))
    if d.chance(0.7):
        gap = hand + deep + d.real(0, 5)
        pieces += guard(d, gap, gap + d.real(14, 30), d.real(-2, 2), d.real(8, 20), width * 0.5)
    if d.chance(0.9):
        reach = long * d.pick(d.real(0.15, 0.6), d.real(0.5, 1.6))
        pieces += muzzles(d, long, tall * d.real(0.35, 0.75), reach, min(tall, width) * d.real(0.08, 0.5))
    if d.chance(0.65):
        pieces += fed_by(d, max(long * d.real(0.35, 0.8), hand + deep + 6), 2, tall, width)
    if d.chance(0.25):
        pieces += held_by(d, long * d.real(0.9, 1.2), tall * 0.3, d.real(18, 44), d.real(10, 20), width * 0.6)
    return [
        *pieces,
        *topped_by(d, 0, long, tall, width),
        *(ornament(d, 0, long, 0, tall, width) if d.chance(0.4) else []),
    ]


@family("long_gun", ANY_MM)
def gun_of_two_rods(d: Draw) -> list[Body]:
    """A gun prop that is little more than a bent piece of wood with a thin rod in front, as old and sawn ones are."""
    wood, tall, width = d.real(40, 110), d.real(12, 30), d.real(8, 26)
    reach, fat = wood * d.real(0.8, 2.4), tall * d.real(0.1, 0.32)
    drop, back = d.real(10, 60), d.real(16, 70)
    thick = tall * d.real(0.35, 0.6)
    handle = path(
        [(4, 0, tall * 0.4), (-back * 0.45, 0, tall * 0.1 - drop * 0.35), (-back, 0, -drop)],
        [thick, thick * d.real(0.7, 1.1), thick * d.real(0.8, 1.6)],
        max(8, d.sides()),
    ).scale((1, width / tall, 1))
    pieces = [
        *lump(d, -4, wood, 0, tall, width),
        handle,
        *muzzles(d, wood, tall * d.real(0.4, 0.9), reach, fat),
        *guard(d, d.real(2, 12), d.real(22, 40), 2, d.real(8, 18), width * 0.4),
    ]
    if d.chance(0.5):
        pieces.append(
            rod((wood * 0.4, 0, tall * 0.8), (wood + reach * d.real(0.6, 0.95), 0, tall * 0.8), fat, n=d.sides())
        )
    return pieces


@family("long_gun", ANY_MM)
def cannon_in_hand(d: Draw) -> list[Body]:
    """A game-art hand cannon: fat body of drums and cones, wide mouth, a handle or bow low at the rear."""
    long, fat, n = d.real(60, 120), d.real(14, 34), d.sides()
    pieces: list[Body] = []
    x = 0.0
    for _ in range(d.whole(2, 4)):
        step = long * d.real(0.2, 0.5)
        pieces += lump(d, x - 3, x + step, -fat * d.real(0.5, 1.1), fat * d.real(0.5, 1.1), fat * d.real(1.1, 2.2))
        x += step
    mouth = d.pick("cup", "prongs", "tubes", "none")
    if mouth == "cup":
        pieces.append(rod((x - 4, 0, 0), (x + d.real(10, 40), 0, 0), fat * d.real(0.4, 0.8), fat * d.real(0.6, 1.3), n))
    elif mouth == "prongs":
        prong = hull(ball(fat * 0.3, (x - 6, 0, fat * 0.6), 8), ball(fat * 0.12, (x + d.real(14, 44), 0, fat * 0.4), 8))
        pieces += [prong.rotate((a, 0, 0)) for a in d.pick((90, -90), (0, 120, 240), (0, 90, 180, 270))]
    elif mouth == "tubes":
        pieces += muzzles(d, x, 0, d.real(15, 60), fat * d.real(0.2, 0.5))
    pieces.append(rod((0, 0, 0), (x, 0, 0), fat * 0.3, n=8))
    pieces += held_by(
        d, x * d.real(-0.1, 0.4), -fat * 0.4, d.real(26, 60), d.real(14, 26), fat * d.real(0.6, 1.2), True
    )
    if d.chance(0.4):
        pieces += held_by(d, x * d.real(0.5, 0.9), -fat * 0.4, d.real(18, 44), d.real(10, 20), fat * d.real(0.5, 1))
    if d.chance(0.35):
        pieces += stock(d, 4, fat * 0.3, d.real(20, 70), fat * d.real(0.8, 1.6), fat * d.real(0.5, 1))
    if d.chance(0.4):
        pieces += fed_by(d, x * d.real(0.3, 0.7), -fat * 0.5, fat, fat)
    if d.chance(0.5):
        rib = strip([(px * fat * 1.4 + x * 0.4, pz * fat * 1.4) for px, pz in arc(1, 20, 160, 7)], fat * 0.2)
        pieces.append(side(rib, fat * 0.4))
    return [*pieces, *topped_by(d, 0, x, fat * 0.6, fat)]
