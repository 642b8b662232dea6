"""Solid silhouettes of things held with two hands like a rifle. Filled blocks without function; see gun_parts.py."""

from c3po.shapes.csg import Body, block, cutout, rod, side
from c3po.shapes.family import Draw, family, member_of
from c3po.shapes.gun_parts import (
    barrel,
    bevel,
    bipod,
    grip,
    guard,
    magazine,
    ornament,
    rail,
    scope,
    shell,
    sights,
    stock,
)

PROP_MM = (60.0, 250.0)
PLAIN_LONG_GUNS = ("carbine", "smg", "bullpup", "rifle_wooden", "shotgun", "sniper", "rifle_scifi")


def front(d: Draw, x: float, z: float, tall: float, width: float, reach: float) -> list[Body]:
    """A fore-end of the given reach with a rod leaving it."""
    hand = reach * d.real(0.35, 0.75)
    return [
        *shell(d, x - 4, x + hand, z - tall * d.real(0.3, 0.5), z + tall * d.real(0.2, 0.5), width * d.real(0.7, 1.05)),
        *barrel(d, x, x + reach, z + tall * d.real(-0.1, 0.2), tall * d.real(0.1, 0.24)),
    ]


@family("long_gun", PROP_MM)
def carbine(d: Draw) -> list[Body]:
    """A carbine prop: stock, box, handle, slab and fore-end."""
    length, tall, width = d.real(90, 130), d.real(24, 40), d.real(12, 34)
    at = d.real(2, 20)
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        *stock(d, 0, tall * 0.6, d.real(60, 110), tall * d.real(0.9, 1.5), width * d.real(0.6, 1)),
        grip(d, at, 0, d.real(34, 52), d.real(16, 26), width * 0.8, d.real(0.15, 0.5)),
        *guard(d, at + 22, at + d.real(38, 50), 0, d.real(10, 18), width * 0.5),
        magazine(d, length * d.real(0.5, 0.75), 0, d.real(35, 75), d.real(18, 30), width * d.real(0.4, 0.8)),
        *front(d, length, tall * 0.55, tall, width, d.real(70, 160)),
        *sights(d, length * 0.2, length * 1.5, tall, width, d.real(4, 11)),
    ]
    if d.chance(0.35):
        pieces.append(rail(d, length * 0.1, length * 1.4, tall, width, tall * 0.15))
    if d.chance(0.4):
        pieces += scope(d, length * 0.5, tall, d.real(30, 80), tall * d.real(0.15, 0.3))
    if d.chance(0.2):
        pieces.append(grip(d, length * 1.35, tall * 0.3, d.real(20, 36), 14, width * 0.6, 0.05))
    return pieces


@family("long_gun", PROP_MM)
def smg(d: Draw) -> list[Body]:
    """A submachine-gun prop: compact box or tube with a slab and a short stock."""
    length, tall, width = d.real(110, 170), d.real(20, 38), d.real(14, 36)
    at = length * d.real(0.1, 0.35)
    pieces = [
        *(
            [rod((0, 0, tall / 2), (length, 0, tall / 2), tall / 2, n=d.sides())]
            if d.chance(0.3)
            else shell(d, 0, length, 0, tall, width)
        ),
        grip(d, at, 0, d.real(34, 54), d.real(17, 28), width * 0.8, d.real(0, 0.4)),
        *guard(d, at + 24, at + d.real(38, 52), 0, d.real(11, 18), width * 0.5),
        magazine(d, at + d.real(40, 70), 0, d.real(45, 95), d.real(14, 24), width * d.real(0.4, 0.7)),
        *barrel(d, length * 0.9, length + d.real(12, 60), tall * 0.5, tall * d.real(0.12, 0.35)),
        *sights(d, 10, length - 10, tall, width, d.real(3, 9)),
    ]
    if d.chance(0.7):
        pieces += stock(d, 0, tall * 0.6, d.real(35, 85), tall * d.real(0.8, 1.4), width * 0.7)
    if d.chance(0.3):
        pieces.append(grip(d, length * 0.8, 0, d.real(22, 40), 15, width * 0.6, 0.05))
    return pieces


@family("long_gun", PROP_MM)
def bullpup(d: Draw) -> list[Body]:
    """A bullpup prop: one deep body behind the handle, slab near the shoulder."""
    length, tall, width = d.real(150, 220), d.real(32, 56), d.real(16, 38)
    at = length * d.real(0.42, 0.58)
    rear = [
        (0, tall * d.real(-0.5, 0)),
        (0, tall),
        (length, tall),
        (length, tall * 0.35),
        (at, 0),
        (length * 0.2, tall * d.real(-0.4, 0.1)),
    ]
    return [
        side(rear, width, bevel(d, width)),
        grip(d, at, tall * 0.1, d.real(34, 52), d.real(17, 26), width * 0.8, d.real(0, 0.4)),
        *guard(d, at + 22, at + d.real(38, 56), tall * 0.1, d.real(12, 30), width * 0.5),
        magazine(d, length * d.real(0.12, 0.26), 0, d.real(40, 75), d.real(18, 30), width * 0.6),
        *barrel(d, length * 0.95, length + d.real(25, 100), tall * d.real(0.5, 0.75), tall * d.real(0.08, 0.16)),
        *(
            scope(d, length * 0.55, tall, d.real(40, 90), tall * 0.15)
            if d.chance(0.5)
            else sights(d, 40, length - 20, tall, width, 8)
        ),
    ]


@family("long_gun", PROP_MM)
def rifle_wooden(d: Draw) -> list[Body]:
    """A hunting-rifle prop: one flowing piece with a long thin rod."""
    reach, tall, width = d.real(150, 260), d.real(14, 26), d.real(10, 22)
    fore = reach * d.real(0.3, 0.85)
    top = side([(-40, -tall * 0.3), (0, -tall), (fore, -tall * 0.8), (fore + 8, 0), (-30, 0)], width, bevel(d, width))
    pieces = [
        top,
        *stock(d, -20, -tall * 0.3, d.real(80, 120), tall * d.real(1.2, 2), width),
        *barrel(d, -10, reach, tall * 0.15, tall * d.real(0.18, 0.34)),
        *guard(d, 2, d.real(20, 34), -tall, d.real(9, 16), width * 0.4),
        *sights(d, 30, reach - 8, tall * 0.3, width, d.real(2, 6)),
    ]
    if d.chance(0.4):
        pieces.append(rod((8, 0, 0), (8, width * 1.3, -d.real(2, 10)), tall * 0.16, n=6))
    if d.chance(0.35):
        pieces += scope(d, 20, tall * 0.3, d.real(50, 100), tall * d.real(0.25, 0.4))
    return pieces


@family("long_gun", PROP_MM)
def shotgun(d: Draw) -> list[Body]:
    """A pump or double shotgun prop: two stacked or paired rods, stock and sliding handle shape."""
    reach, tall, width = d.real(130, 230), d.real(20, 32), d.real(14, 28)
    radius = tall * d.real(0.22, 0.34)
    pair = d.chance(0.35)
    n = d.sides()
    shift = (0.0, radius, 0.0) if pair else (0.0, 0.0, -radius * 1.9)
    z = tall * 0.5
    tubes = [rod((20, s * shift[1], z), (reach, s * shift[1], z), radius, n=n) for s in ((-1, 1) if pair else (0,))]
    if not pair:
        tubes.append(rod((20, 0, z + shift[2]), (reach * d.real(0.7, 0.98), 0, z + shift[2]), radius * 0.95, n=n))
        tubes.append(block(reach * 0.6, reach * 0.64, z + shift[2], z, radius))
    pump_x = reach * d.real(0.35, 0.6)
    return [
        *tubes,
        *shell(d, 0, d.real(55, 85), -tall * 0.3, tall * 0.95, width),
        block(pump_x, pump_x + d.real(30, 60), z - radius * d.real(2.6, 3.6), z, width * d.real(0.8, 1.2)),
        block(40, pump_x + 2, z - radius * 1.2, z, radius),
        *(
            [grip(d, 4, 0, d.real(36, 55), d.real(16, 24), width * 0.8)]
            if d.chance(0.3)
            else stock(d, 4, tall * 0.4, d.real(80, 125), tall * d.real(1, 1.6), width)
        ),
        *guard(d, 16, d.real(36, 50), -tall * 0.3, d.real(10, 17), width * 0.4),
        *sights(d, 60, reach - 8, z + radius, width, d.real(2, 5)),
    ]


@family("long_gun", PROP_MM)
def sniper(d: Draw) -> list[Body]:
    """A sniper-rifle prop: very long, with a scope and maybe legs."""
    length, tall, width = d.real(80, 120), d.real(20, 34), d.real(12, 26)
    reach = d.real(120, 230)
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        *stock(d, 0, tall * 0.5, d.real(70, 120), tall * d.real(1, 1.7), width),
        grip(d, d.real(-4, 14), 0, d.real(32, 48), d.real(15, 24), width * 0.8, d.real(0.1, 0.5)),
        *guard(d, 28, d.real(42, 58), 0, d.real(10, 16), width * 0.4),
        *front(d, length, tall * 0.6, tall, width, reach),
        *scope(d, length * d.real(0.3, 0.6), tall, d.real(70, 130), tall * d.real(0.2, 0.42)),
    ]
    if d.chance(0.5):
        pieces.append(magazine(d, length * 0.6, 0, d.real(20, 45), d.real(18, 28), width * 0.6))
    if d.chance(0.45):
        pieces += bipod(d, length + reach * 0.28, tall * 0.5, d.real(45, 85), d.real(2.5, 5))
    return pieces


@family("long_gun", PROP_MM)
def machine_gun(d: Draw) -> list[Body]:
    """A machine-gun prop: heavy body, drum or box beneath, legs, carrying handle."""
    length, tall, width = d.real(110, 150), d.real(32, 50), d.real(20, 42)
    reach = d.real(80, 160)
    drum = d.real(20, 40)
    below = d.pick("drum", "box", "pan", "slab")
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        *stock(d, 0, tall * 0.5, d.real(60, 110), tall * d.real(0.8, 1.3), width * 0.8),
        grip(d, d.real(2, 18), 0, d.real(34, 48), d.real(16, 25), width * 0.7, d.real(0.1, 0.5)),
        *guard(d, 28, d.real(42, 54), 0, d.real(10, 17), width * 0.4),
        *front(d, length, tall * 0.5, tall, width, reach),
    ]
    x = length * d.real(0.5, 0.75)
    if below == "drum":
        pieces.append(rod((x, -width * 0.6, -drum * 0.7), (x, width * 0.6, -drum * 0.7), drum, n=d.sides()))
    elif below == "box":
        pieces.append(block(x - drum, x + drum, -drum * 1.6, 2, width * d.real(0.9, 1.6)))
    elif below == "pan":
        pieces.append(rod((x, 0, tall - 2), (x, 0, tall + 12), drum, n=d.sides()))
    else:
        pieces.append(magazine(d, x, 0, d.real(40, 75), 24, width * 0.6))
    if d.chance(0.7):
        pieces += bipod(d, length + reach * 0.3, tall * 0.5, d.real(45, 85), d.real(2.5, 5))
    if d.chance(0.5):
        pieces.append(
            side(
                [
                    (x, tall - 2),
                    (x + 8, tall + 20),
                    (x + 40, tall + 20),
                    (x + 40, tall + 13),
                    (x + 14, tall + 13),
                    (x + 10, tall - 2),
                ],
                6,
            )
        )
    return pieces


@family("long_gun", PROP_MM)
def rifle_scifi(d: Draw) -> list[Body]:
    """A science-fiction rifle: shells, fins, tanks, rings, wide and strange."""
    length, tall, width = d.real(120, 200), d.real(28, 64), d.real(18, 56)
    at = length * d.real(0.05, 0.4)
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        *shell(
            d, length * 0.6, length * d.real(1.1, 1.5), tall * 0.2, tall * d.real(0.6, 0.95), width * d.real(0.5, 0.9)
        ),
        grip(d, at, 0, d.real(36, 62), d.real(18, 30), width * d.real(0.5, 0.9)),
        *guard(d, at + 24, at + d.real(40, 60), 0, d.real(12, 22), width * 0.4),
        *barrel(d, length, length * d.real(1.3, 1.8), tall * 0.55, tall * d.real(0.1, 0.3)),
        *ornament(d, 0, length, 0, tall, width),
        *ornament(d, length * 0.4, length * 1.2, tall * 0.1, tall * 0.9, width),
    ]
    if d.chance(0.6):
        pieces += stock(d, 0, tall * 0.6, d.real(40, 100), tall * d.real(0.7, 1.3), width * 0.7)
    if d.chance(0.4):
        pieces += scope(d, length * 0.5, tall, d.real(40, 90), tall * 0.15)
    if d.chance(0.4):
        pieces.append(magazine(d, length * 0.7, 0, d.real(30, 60), d.real(20, 34), width * 0.5))
    if d.chance(0.25):
        pieces.append(grip(d, length * 0.85, tall * 0.1, d.real(25, 45), 18, width * 0.5, 0.1))
    return pieces


@family("long_gun", PROP_MM)
def launcher_tube(d: Draw) -> list[Body]:
    """A shoulder-tube prop: fat solid tube, handle and sight block."""
    length, radius = d.real(160, 240), d.real(14, 30)
    n = d.sides()
    at = length * d.real(0.3, 0.55)
    return [
        rod((0, 0, 0), (length, 0, 0), radius, n=n),
        rod((length * 0.9, 0, 0), (length * d.real(1.0, 1.2), 0, 0), radius, radius * d.real(1, 1.7), n),
        rod((0, 0, 0), (length * 0.12, 0, 0), radius * d.real(1, 1.6), radius, n),
        grip(d, at, -radius * 0.7, d.real(34, 58), d.real(16, 26), radius * d.real(0.6, 1.1), d.real(0, 0.4)),
        *([grip(d, at + d.real(40, 60), -radius * 0.7, d.real(30, 50), 17, radius * 0.8, 0)] if d.chance() else []),
        *guard(d, at + 22, at + 40, -radius * 0.8, d.real(12, 20), radius * 0.5),
        *(
            [block(at, at + d.real(15, 40), radius * 0.5, radius * d.real(1.5, 2.4), radius * 0.6)]
            if d.chance(0.7)
            else []
        ),
    ]


@family("long_gun", PROP_MM, PLAIN_LONG_GUNS)
def long_gun_cutout(d: Draw) -> Body:
    """The flat shadow of a long-gun prop, as a thin plate."""
    return cutout(member_of(d, PLAIN_LONG_GUNS), d.real(3, 14))


@family("long_gun", PROP_MM)
def carbine_chunky(d: Draw) -> list[Body]:
    """A game-art rifle prop of a dozen hard-edged blocks, thick in proportion."""
    length, tall, width = 100, d.real(28, 46), d.real(22, 46)
    pieces = [
        block(0, length, 0, tall, width),
        block(length * 0.8, length * d.real(1.3, 1.7), tall * 0.15, tall * d.real(0.7, 1), width * d.real(0.6, 1)),
        block(length * 1.2, length * d.real(1.7, 2.1), tall * 0.4, tall * 0.7, width * d.real(0.2, 0.5)),
        grip(d, d.real(4, 20), 0, d.real(35, 52), d.real(20, 32), width * 0.7, d.real(0, 0.4)),
        *guard(d, 36, 58, 0, d.real(12, 20), width * 0.5),
        *stock(d, 0, tall * 0.7, d.real(40, 95), tall * d.real(0.8, 1.2), width * d.real(0.6, 1)),
        *sights(d, 15, 90, tall, width, d.real(4, 10)),
    ]
    if d.chance(0.75):
        pieces.append(magazine(d, d.real(58, 74), 0, d.real(30, 65), d.real(20, 30), width * 0.6))
    if d.chance(0.4):
        pieces.append(block(25, 75, tall - 1, tall + d.real(10, 22), width * d.real(0.3, 0.6)))
    return pieces
