"""Solid silhouettes of things held in one hand like a pistol. Filled blocks without function; see gun_parts.py."""

from c3po.shapes.csg import Body, block, box, cutout, hull, join, rod, side
from c3po.shapes.family import Draw, family, member_of
from c3po.shapes.gun_parts import barrel, bevel, grip, groove, guard, magazine, ornament, rail, scope, shell, sights

PROP_MM = (45.0, 240.0)
PLAIN_HANDGUNS = ("pistol", "pistol_chunky", "revolver", "pistol_antique", "blaster_compact", "blaster_toy")


@family("handgun", PROP_MM)
def pistol(d: Draw) -> list[Body]:
    """A slab-sided pistol prop: bar on a leaning handle."""
    length, tall, width = 100, d.real(14, 28), d.real(9, 30)
    deep = d.real(20, 36)
    top = shell(d, 0, length, 0, tall, width)
    frame = block(d.real(2, 10), length * d.real(0.55, 1), -tall * d.real(0.2, 0.6), tall * 0.3, width * d.real(0.7, 1))
    handle = grip(d, d.real(-4, 8), 0, d.real(40, 85), deep, width * d.real(0.75, 1.05))
    loop = guard(d, deep + 4, deep + d.real(24, 42), -tall * 0.2, d.real(14, 24), width * 0.6)
    pieces = [*top, frame, handle, *loop, *sights(d, 5, length - 6, tall, width, d.real(2, 5))]
    if d.chance(0.3):
        pieces += barrel(d, length - 15, length + d.real(5, 40), tall * 0.5, tall * d.real(0.2, 0.45))
    if d.chance(0.25):
        pieces.append(rail(d, length * 0.55, length * 0.95, -tall * 0.3, width, tall * 0.2))
    body = join(pieces)
    return [groove(d, body, 4, length * 0.6, 0, tall, width) if d.chance(0.4) else body]


@family("handgun", PROP_MM)
def pistol_chunky(d: Draw) -> list[Body]:
    """A game-art pistol prop: few thick blocks and hard edges."""
    length, tall, width = 100, d.real(24, 42), d.real(20, 42)
    pieces = [
        block(0, length, 0, tall, width),
        block(
            -d.real(0, 12), length * d.real(0.4, 0.9), -tall * d.real(0.1, 0.5), tall * 0.5, width * d.real(0.8, 1.15)
        ),
        grip(d, d.real(0, 12), 0, d.real(38, 70), d.real(24, 40), width * d.real(0.7, 1.1), d.real(0, 0.35)),
        *guard(d, 38, d.real(56, 76), 0, d.real(14, 26), width * 0.7),
        *sights(d, 6, 94, tall, width, d.real(3, 9)),
    ]
    if d.chance():
        pieces.append(block(length - 2, length + d.real(4, 18), tall * 0.25, tall * 0.8, width * d.real(0.3, 0.7)))
    return pieces


@family("handgun", PROP_MM)
def revolver(d: Draw) -> list[Body]:
    """A revolver prop: rod, fat drum and curved handle in one lump."""
    reach, radius = d.real(35, 110), d.real(4, 8)
    drum, n = d.real(11, 19), d.sides()
    width = drum * d.real(0.8, 1.4)
    z = drum * d.real(0.5, 0.9)
    long = d.real(24, 42)
    pieces = [
        *barrel(d, long * 0.5, long + reach, z + radius * 0.4, radius),
        rod((0, 0, z - drum * 0.3), (long, 0, z - drum * 0.3), drum, n=n),
        side(
            [(-14, -drum), (long + 6, -drum), (long + 6, z + radius), (-4, z + radius), (-16, z - 6)],
            width * 0.7,
            bevel(d, width),
        ),
        grip(d, -22, -drum * 0.4, d.real(38, 68), d.real(16, 26), width * d.real(0.7, 1), d.real(0.3, 0.8)),
        *guard(d, 0, d.real(22, 34), -drum, d.real(12, 20), width * 0.5),
        *sights(d, 2, long + reach - 6, z + radius, width, d.real(2, 5)),
    ]
    if d.chance(0.6):
        pieces.append(
            rod(
                (long * 0.8, 0, z - radius * 1.2),
                (long + reach * d.real(0.3, 0.95), 0, z - radius * 1.2),
                radius * 0.7,
                n=n,
            )
        )
    if d.chance(0.7):
        pieces.append(
            side([(-14, z - 4), (-6, z - 2), (-16, z + d.real(6, 13)), (-24, z + d.real(4, 11))], width * 0.4)
        )
    return pieces


@family("handgun", PROP_MM)
def pistol_antique(d: Draw) -> list[Body]:
    """A pirate-film pistol prop: long wooden curve with a thin rod on top."""
    reach, radius, width = d.real(80, 150), d.real(4, 9), d.real(10, 22)
    knob = d.real(8, 15)
    drop, back = d.real(28, 55), d.real(25, 50)
    mid = join(
        [
            hull(
                block(reach * d.real(0.4, 0.8), reach * 0.85, -radius * 2, 0, width * 0.6), block(-8, 0, -14, 0, width)
            ),
            hull(block(-10, 2, -15, 0, width), box((14, width * 0.9, 12), (-back * 0.6, 0, -drop * 0.5))),
            hull(
                box((14, width * 0.9, 12), (-back * 0.6, 0, -drop * 0.5)),
                rod((-back, -width / 2, -drop), (-back, width / 2, -drop), knob, n=d.sides()),
            ),
        ]
    )
    pieces = [
        mid,
        *barrel(d, -6, reach, radius * 0.3, radius),
        *guard(d, 0, d.real(20, 32), -10, d.real(10, 18), width * 0.4),
    ]
    if d.chance(0.7):
        pieces.append(side([(-8, 0), (6, 0), (2, 14), (-4, 16), (-14, 9)], width * 0.4))
    return pieces


@family("handgun", PROP_MM)
def blaster_compact(d: Draw) -> list[Body]:
    """A science-fiction hand blaster: soft shell, rings, lenses and a fat handle."""
    length, tall, width = d.real(70, 130), d.real(22, 48), d.real(18, 46)
    z = tall * d.real(0.4, 0.6)
    return [
        *shell(d, 0, length, 0, tall, width),
        grip(d, length * d.real(0.02, 0.3), 0, d.real(40, 75), d.real(20, 36), width * d.real(0.5, 0.95)),
        *guard(d, length * 0.4, length * d.real(0.55, 0.75), 0, d.real(12, 24), width * 0.5),
        *barrel(d, length * 0.9, length * d.real(1.05, 1.5), z, tall * d.real(0.15, 0.5)),
        *ornament(d, 0, length, 0, tall, width),
        *(scope(d, length * 0.45, tall, length * d.real(0.3, 0.6), tall * 0.14) if d.chance(0.35) else []),
    ]


@family("handgun", (60.0, 240.0))
def blaster_toy(d: Draw) -> list[Body]:
    """A chunky toy blaster: wide body, two handles, fat front."""
    length, tall, width = d.real(100, 170), d.real(30, 62), d.real(26, 62)
    front = length * d.real(0.6, 0.85)
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        grip(
            d, length * d.real(0.02, 0.25), 0, d.real(42, 75), d.real(22, 38), width * d.real(0.45, 0.9), d.real(0, 0.4)
        ),
        *barrel(d, length * 0.9, length * d.real(1.05, 1.35), tall * d.real(0.35, 0.65), tall * d.real(0.2, 0.5)),
        *ornament(d, 0, length, 0, tall, width),
        *ornament(d, length * 0.3, length, 0, tall, width),
        *sights(d, length * 0.1, length * 0.9, tall, width, tall * d.real(0.1, 0.3)),
    ]
    second = d.pick("handle", "magazine", "pump", "none")
    if second == "handle":
        pieces.append(grip(d, front, 0, d.real(25, 60), d.real(16, 30), width * d.real(0.4, 0.8), d.real(-0.1, 0.25)))
    elif second == "magazine":
        pieces.append(magazine(d, front - 20, 0, d.real(30, 70), d.real(18, 34), width * d.real(0.4, 0.7)))
    elif second == "pump":
        pieces.append(
            block(
                front - length * 0.2,
                front + length * 0.2,
                -tall * d.real(0.3, 0.5),
                tall * 0.2,
                width * d.real(0.6, 1.1),
            )
        )
    if d.chance(0.3):
        pieces.append(
            block(
                -length * d.real(0.1, 0.5), length * 0.05, tall * 0.2, tall * d.real(0.5, 1), width * d.real(0.3, 0.9)
            )
        )
    return pieces


@family("handgun", PROP_MM, ("pistol",))
def pistol_long(d: Draw) -> list[Body]:
    """A target or suppressed-look pistol prop: a long front and maybe a scope on a pistol."""
    width = d.real(10, 24)
    tall = d.real(14, 24)
    reach = d.real(40, 110)
    return [
        *pistol(d),
        *barrel(d, 80, 100 + reach, tall * 0.55, d.real(5, 12)),
        *(scope(d, 45, tall, d.real(40, 90), d.real(5, 9)) if d.chance(0.4) else []),
        *(ornament(d, 10, 100, 0, tall, width) if d.chance(0.3) else []),
    ]


@family("handgun", PROP_MM, PLAIN_HANDGUNS)
def pistol_cutout(d: Draw) -> Body:
    """The flat shadow of a handgun prop, as a thin plate: a sign, a rubber-band toy, a target."""
    return cutout(member_of(d, PLAIN_HANDGUNS), d.real(3, 14))


@family("handgun", PROP_MM)
def machine_pistol(d: Draw) -> list[Body]:
    """A boxy machine-pistol prop: short box, long slab in or before the handle, stub in front."""
    length, tall, width = d.real(85, 140), d.real(22, 40), d.real(16, 34)
    at = length * d.real(0.15, 0.4)
    deep = d.real(20, 30)
    pieces = [
        *shell(d, 0, length, 0, tall, width),
        grip(d, at, 0, d.real(40, 60), deep, width * 0.85, d.real(0, 0.25)),
        *guard(d, at + deep, at + deep + d.real(20, 32), 0, d.real(13, 20), width * 0.5),
        *barrel(d, length * 0.95, length * d.real(1.05, 1.5), tall * 0.55, tall * d.real(0.12, 0.3)),
        *sights(d, 8, length - 8, tall, width, d.real(3, 6)),
    ]
    if d.chance(0.5):
        pieces.append(magazine(d, at + deep * 0.12, -35, d.real(30, 80), deep * 0.7, width * 0.55))
    if d.chance(0.4):
        pieces.append(magazine(d, length * 0.7, 0, d.real(30, 80), deep * 0.8, width * 0.55))
    return pieces
