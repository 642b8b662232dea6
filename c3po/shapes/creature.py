"""Living things: people, busts, robots, four-legged and long-necked animals, birds, fish, trees and plants."""

from math import cos, pi, sin

from c3po.shapes.csg import (
    Body,
    Point,
    arc,
    around,
    ball,
    block,
    box,
    cut,
    hull,
    join,
    mirrored,
    outline,
    path,
    rod,
    rounded_box,
    side,
    slab,
    turned,
)
from c3po.shapes.family import Draw, family

FIGURE_MM = (30.0, 220.0)


def limb(d: Draw, points: list[Point], thick: float, taper: float, n: int) -> Body:
    """A limb that thins towards its end."""
    return path(points, [thick * (1 - (1 - taper) * i / (len(points) - 1)) for i in range(len(points))], n)


def plinth(d: Draw, radius: float, z: float = 0) -> list[Body]:
    """Sometimes a base under a figure, its top at z."""
    tall, n = radius * d.real(0.1, 0.5), d.sides()
    return [rod((0, 0, z - tall), (0, 0, z + 1), radius * d.real(1, 1.2), radius, n)] if d.chance(0.45) else []


@family("figure", FIGURE_MM)
def humanoid(d: Draw) -> list[Body]:
    """A person: standing, waving, running or kneeling, slim or stout, with or without a base."""
    n, stout = d.pick(6, 8, 12), d.real(0.7, 1.8)
    hip, chest, head = d.real(35, 55), d.real(28, 40), d.real(7, 15)
    shoulder = 9 * stout + 4
    top = hip + chest
    pieces = [
        hull(ball(7 * stout, (0, 0, hip), n), ball(9 * stout, (0, 0, top - 8), n, (0.8, 1.2, 1))),
        ball(head, (d.real(-2, 4), 0, top + head * 1.1), n, (1, d.real(0.8, 1), d.real(1, 1.3))),
        rod((0, 0, top - 8), (0, 0, top + head), head * 0.4),
    ]
    for s in (-1, 1):
        swing, lift, stride = d.real(-25, 35), d.real(-35, 40), d.real(-18, 22)
        pieces.append(
            limb(
                d,
                [
                    (0, s * shoulder, top - 6),
                    (swing * 0.4, s * (shoulder + 8), top - 22 + lift * 0.3),
                    (swing, s * (shoulder + d.real(0, 18)), top - 38 + lift),
                ],
                4.5 * stout,
                0.6,
                n,
            )
        )
        pieces.append(
            limb(
                d,
                [(0, s * 5 * stout, hip), (stride * 0.6, s * 6 * stout, hip * 0.5), (stride, s * 7 * stout, 3)],
                5.5 * stout,
                0.6,
                n,
            )
        )
        pieces.append(box((13, 7, 5), (stride + 3, s * 7 * stout, 2)))
    if d.chance(0.3):
        pieces.append(hull(ball(6 * stout, (-4, 0, top - 6), n), box((4, 34, 2), (-16, 0, 6))))
    return [*pieces, *plinth(d, 26)]


@family("figure", FIGURE_MM)
def bust(d: Draw) -> list[Body]:
    """A bust or mask head on shoulders and a pedestal, maybe with hat, hair or horns."""
    n, head = d.pick(8, 12, 16), d.real(14, 22)
    neck = d.real(6, 9)
    shoulders = hull(ball(10, (0, -22, 0), n), ball(10, (0, 22, 0), n), ball(8, (0, 0, 12), n))
    nose = hull(box((3, 6, 2), (head * 0.95, 0, 32 + head * 0.5)), box((1, 2, 2), (head * 0.9, 0, 40 + head * 0.5)))
    hat = d.pick(
        rod((0, 0, 36 + head), (0, 0, 36 + 2 * head), head, head * 0.7, n),
        around(rod((6, 0, 30 + head), (14, 0, 50 + head), 4, 1, 6), 2, 90),
        ball(head * 1.05, (-3, 0, 34 + head), n),
        turned([(head * 1.6, 0), (head * 1.6, 2), (head * 0.8, 3), (head * 0.8, 20)], n).translate((0, 0, 36 + head)),
    )
    pieces = [
        shoulders,
        rod((0, 0, 8), (0, 0, 34), neck, n=n),
        ball(head, (0, 0, 32 + head * 0.6), n, (0.95, 0.8, 1.2)),
        nose,
        *([hat] if d.chance(0.6) else []),
    ]
    return [*pieces, rod((0, 0, -d.real(14, 40)), (0, 0, 2), d.real(10, 22), d.real(8, 14), d.sides())]


@family("figure", FIGURE_MM)
def quadruped(d: Draw) -> list[Body]:
    """A four-legged animal: dog, cow, cat, horse, pig, elephant in proportions of all kinds."""
    n, long, fat, legs = d.pick(6, 8, 12), d.real(40, 75), d.real(9, 22), d.real(10, 45)
    z, thick = legs + fat, d.real(2.5, 6)
    head = d.real(7, 14)
    nod = (long + d.real(5, 16), 0.0, z + d.real(0, 22))
    pieces = [
        hull(ball(fat, (0, 0, z), n), ball(fat * d.real(0.8, 1.1), (long, 0, z), n)),
        path([(long, 0, z + fat * 0.3), nod], [fat * 0.6, head * 0.7], n),
        ball(head, nod, n, (1.2, 0.9, 1)),
    ]
    pieces.append(
        limb(d, [nod, (nod[0] + head * d.real(1.2, 2.4), 0, nod[2] - head * d.real(0, 1.8))], head * 0.7, 0.5, n)
    )
    for x in (-fat * 0.4, long + fat * 0.3):
        for s in (-1, 1):
            step = d.real(-8, 8)
            pieces.append(
                limb(
                    d,
                    [
                        (x, s * fat * 0.6, z - fat * 0.4),
                        (x + step * 0.3, s * fat * 0.65, legs * 0.5),
                        (x + step, s * fat * 0.65, 0),
                    ],
                    thick * 1.3,
                    0.75,
                    n,
                )
            )
    pieces += [
        limb(d, [nod, (nod[0] - 2, s * head * 0.9, nod[2] + head * d.real(1, 2.2))], head * 0.35, 0.4, 6)
        for s in (-1, 1)
    ]
    tail = d.real(10, 40)
    return [
        *pieces,
        limb(
            d,
            [(-fat * 0.8, 0, z), (-fat - tail * 0.4, 0, z + d.real(-8, 14)), (-fat - tail, 0, z + d.real(-20, 25))],
            3.5,
            0.4,
            n,
        ),
    ]


@family("figure", (40.0, 240.0))
def long_neck(d: Draw) -> list[Body]:
    """A long-necked animal: giraffe, swan, dinosaur, ostrich, llama, often in a few low-poly blocks."""
    n, long, fat = d.pick(6, 8, 12), d.real(25, 70), d.real(9, 18)
    legs, neck, lean = d.pick(0.0, d.real(12, 60)), d.real(35, 110), d.real(-5, 70)
    z = legs + fat
    bend = d.real(-10, 25)
    head: Point = (long + lean, 0, z + neck)
    pieces = [
        ball(fat, (long / 2, 0, z), n, (long / 2 / fat + 0.7, 1, 1)),
        limb(
            d,
            [(long * 0.85, 0, z), (long + lean * 0.5 + bend, 0, z + neck * 0.5), head],
            fat * d.real(0.4, 0.7),
            d.real(0.4, 0.8),
            n,
        ),
    ]
    pieces.append(limb(d, [head, (head[0] + d.real(10, 28), 0, head[2] - d.real(-2, 9))], fat * 0.42, 0.5, n))
    pieces.append(
        limb(d, [(0, 0, z), (-d.real(8, 20), 0, z), (-d.real(15, 70), 0, z + d.real(-z * 0.8, 20))], fat * 0.5, 0.2, n)
    )
    if legs:
        count = d.pick(2, 4)
        spots = [(long * x, s * fat * 0.55) for x in ((0.1, 0.85) if count == 4 else (0.5,)) for s in (-1, 1)]
        pieces += [
            rod((x, y, z - fat * 0.3), (x + d.real(-6, 6), y, 0), fat * d.real(0.15, 0.35), fat * 0.18, n)
            for x, y in spots
        ]
    if d.chance(0.3):
        pieces += [rod((head[0], s * 3, head[2]), (head[0] - 3, s * 4, head[2] + 12), 1.6, n=6) for s in (-1, 1)]
    return pieces


@family("figure", FIGURE_MM)
def bird(d: Draw) -> list[Body]:
    """A bird, perched or flying: egg body, beak, wings, tail and legs."""
    n, fat = d.pick(6, 8, 12), d.real(12, 20)
    tilt = d.real(-10, 50)
    body = ball(fat, (0, 0, 0), n, (1.7, 0.9, 0.95)).rotate((0, -tilt, 0))
    head: Point = (fat * 1.3, 0, fat * d.real(0.6, 1.6))
    beak = limb(d, [head, (head[0] + d.real(8, 34), 0, head[2] - d.real(0, 8))], 5, 0.15, 6)
    wing = hull(
        box((fat, 3, 3), (0, fat * 0.5, fat * 0.3)),
        box((fat * 0.6, 3, 2), (-fat * d.real(0, 1.2), fat * d.real(1.2, 4), fat * d.real(-0.2, 1.6))),
    )
    tail = hull(
        box((4, 8, 3), (-fat * 1.2, 0, -fat * 0.3)),
        box((2, d.real(8, 30), 2), (-fat * d.real(2, 3.6), 0, fat * d.real(-1.4, 0.6))),
    )
    legs = [
        path([(2, s * 5, -fat * 0.6), (2, s * 6, -fat * d.real(1.4, 2.6)), (9, s * 6, -fat * 2.6)], 1.6, 6)
        for s in (-1, 1)
    ]
    neck = path([(fat * 0.8, 0, fat * 0.2), head], [fat * 0.5, fat * 0.45], n)
    return [body, neck, ball(fat * 0.52, head, n), beak, mirrored(wing), tail, *(legs if d.chance(0.7) else [])]


@family("figure", FIGURE_MM)
def fish(d: Draw) -> list[Body]:
    """A fish, whale or shark: spindle body with fins and a forked tail; round or flat."""
    n, long, fat = d.pick(6, 8, 12, 16), d.real(50, 100), d.real(9, 24)
    flat = d.real(0.3, 1)
    body = ball(fat, (0, 0, 0), n, (long / 2 / fat, flat, 1))
    thin = d.real(1.5, 5)
    fork = side(
        [
            (-long * 0.4, 0),
            (-long * 0.62, fat * d.real(0.6, 1.4)),
            (-long * 0.54, 0),
            (-long * 0.6, -fat * d.real(0.5, 1.3)),
        ],
        thin,
    )
    back = side([(long * 0.1, fat * 0.7), (-long * 0.1, fat * d.real(1.4, 2.2)), (-long * 0.2, fat * 0.6)], thin)
    flipper = hull(
        box((8, 2, 2), (long * 0.12, fat * flat * 0.7, -fat * 0.3)),
        box((3, 2, 2), (-4, fat * d.real(1.2, 2), -fat * 0.8)),
    )
    pieces = [body, fork, back, *([mirrored(flipper)] if d.chance(0.7) else [])]
    return [
        join(pieces).rotate((0, d.pick(0, 0, -90), 0)),
        *([rod((0, 0, -fat * 2.4), (0, 0, 0), 3)] if d.chance(0.25) else []),
    ]


@family("figure", FIGURE_MM)
def snake_or_worm(d: Draw) -> Body:
    """A snake, octopus arm, caterpillar, slug or articulated dragon: a winding chain of balls or links."""
    n, joints, fat = d.pick(6, 8, 10), d.whole(6, 14), d.real(4, 9)
    wave, step, lift = d.real(0, 20), d.real(9, 14), d.real(-3, 6)
    points: list[Point] = [
        (i * step, wave * sin(i * d.real(0.7, 0.9)), max(0.0, lift * (i - joints * 0.6))) for i in range(joints)
    ]
    sizes = [fat * (0.4 + 0.6 * sin(pi * (i + 1) / (joints + 1))) for i in range(joints)]
    if d.chance(0.35):
        links = [
            hull(ball(s, p, n, (0.9, 1.3, 0.8)), box((step * 0.5, s * 0.6, s), p))
            for p, s in zip(points, sizes, strict=True)
        ]
        return join([*links, path(points, fat * 0.3, 6)])
    head = ball(fat * 1.2, points[-1], n, (1.4, 1, 0.8))
    return join([path(points, sizes, n), head])


@family("figure", FIGURE_MM)
def tree(d: Draw) -> list[Body]:
    """A tree: trunk with a crown of balls or cones, or bare branches."""
    n, tall, trunk = d.pick(6, 8, 12), d.real(25, 70), d.real(3, 9)
    stem = rod((0, 0, 0), (0, 0, tall), trunk * d.real(1, 1.6), trunk * 0.8, n)
    style = d.pick("balls", "cones", "palm", "bare")
    if style == "cones":
        tiers, wide = d.whole(1, 5), d.real(16, 34)
        crown = [
            rod((0, 0, tall * 0.5 + i * 16), (0, 0, tall * 0.5 + i * 16 + 28), wide * (1 - 0.16 * i), 1, n)
            for i in range(tiers)
        ]
    elif style == "palm":
        crown = [
            path(
                [(0, 0, tall), (cos(a) * 18, sin(a) * 18, tall + 10), (cos(a) * 40, sin(a) * 40, tall - 8)],
                [3, 4, 1.5],
                6,
            )
            for a in [2 * pi * i / 7 for i in range(d.whole(4, 7))]
        ]
    elif style == "bare":
        return [stem, *branches(d, (0, 0, tall), tall * 0.5, trunk * 0.6, 2)]
    else:
        crown = [
            ball(d.real(12, 26), (d.real(-14, 14), d.real(-14, 14), tall + d.real(0, 26)), n)
            for _ in range(d.whole(1, 6))
        ]
        crown.append(ball(16, (0, 0, tall), n))
    return [stem, *crown, *plinth(d, 22)]


def branches(d: Draw, start: Point, length: float, thick: float, depth: int) -> list[Body]:
    """A fork of limbs, each of which forks again."""
    found = []
    for _ in range(d.whole(2, 3)):
        end = (
            start[0] + length * d.real(-0.8, 0.8),
            start[1] + length * d.real(-0.8, 0.8),
            start[2] + length * d.real(0.3, 1),
        )
        found.append(path([start, end], [thick, thick * 0.6], 6))
        if depth > 1:
            found += branches(d, end, length * 0.7, thick * 0.6, depth - 1)
    return found


@family("figure", (50.0, 240.0))
def branch(d: Draw) -> list[Body]:
    """A fallen branch, root, antler or driftwood stick with side twigs."""
    n, x, z = d.pick(5, 6, 8), 0.0, 0.0
    points: list[Point] = [(0, 0, 0)]
    for _ in range(d.whole(2, 5)):
        x, z = x + d.real(15, 40), z + d.real(-14, 14)
        points.append((x, d.real(-8, 8), z))
    thick = d.real(3, 9)
    sizes = [thick * (1 - 0.6 * i / len(points)) for i in range(len(points))]
    twigs = [
        path([p, (p[0] + d.real(-5, 25), p[1] + d.real(-25, 25), p[2] + d.real(-35, 35))], [s * 0.7, s * 0.3], n)
        for p, s in zip(points[1:], sizes[1:], strict=True)
    ]
    return [path(points, sizes, n), *twigs]


@family("figure", FIGURE_MM)
def robot(d: Draw) -> list[Body]:
    """A robot: blocks and cylinders as body, head, arms with pincers, legs, tracks or a wheel."""
    wide, tall, deep, n = d.real(24, 44), d.real(24, 44), d.real(18, 32), d.sides()
    z = d.real(14, 36)
    trunk = d.pick(
        box((deep, wide, tall), (0, 0, z + tall / 2)),
        rod((0, 0, z), (0, 0, z + tall), wide / 2, wide * d.real(0.35, 0.6), n),
    )
    head = d.pick(
        rounded_box((deep * 0.7, wide * 0.6, 16), 3, (0, 0, z + tall + 9), n),
        ball(wide * 0.35, (0, 0, z + tall + 6), n),
    )
    pieces = [trunk, head, rod((0, 0, z + tall - 2), (0, 0, z + tall + 6), 5)]
    pieces += [rod((0, s * 5, z + tall + 14), (0, s * 9, z + tall + 28), 1.5, n=6) for s in (-1, 1) if d.chance(0.6)]
    for s in (-1, 1):
        elbow: Point = (d.real(-6, 14), s * (wide * 0.5 + 10), z + tall * 0.4)
        pieces.append(
            path(
                [
                    (0, s * wide * 0.45, z + tall * 0.85),
                    elbow,
                    (elbow[0] + d.real(5, 20), elbow[1], elbow[2] + d.real(-12, 20)),
                ],
                4,
                8,
            )
        )
        pieces.append(box((9, 9, 9), (elbow[0] + 12, elbow[1], elbow[2] + 4)))
    base = d.pick(
        [box((12, 9, z + 4), (0, s * wide * 0.28, z / 2 + 1)) for s in (-1, 1)],
        [block(-deep, deep, 0, z * 0.6, wide), rod((0, 0, z * 0.4), (0, 0, z + 2), 7)],
        [rod((0, -7, z * 0.5), (0, 7, z * 0.5), z * 0.6, n=24), rod((0, 0, z * 0.5), (0, 0, z + 2), 5)],
    )
    return [*pieces, *base]


@family("figure", (20.0, 160.0))
def flower(d: Draw) -> list[Body]:
    """A flower, mushroom, cactus or leaf cluster on a stem."""
    n, tall = d.pick(6, 8, 12), d.real(30, 90)
    style = d.pick("flower", "mushroom", "cactus", "tulip")
    if style == "mushroom":
        cap = d.real(14, 34)
        return [
            rod((0, 0, 0), (0, 0, tall * 0.7), cap * 0.35, cap * 0.25, n),
            turned([(cap, tall * 0.6), (cap * 0.8, tall * 0.8), (cap * 0.3, tall)], n),
        ]
    if style == "cactus":
        arms = [
            path([(0, 0, tall * t), (s * 16, 0, tall * t), (s * 16, 0, tall * (t + 0.3))], 5, 8)
            for t, s in ((0.3, 1), (0.5, -1))
        ]
        return [path([(0, 0, 0), (0, 0, tall)], 8, 12), *arms, *plinth(d, 16)]
    petal = hull(
        ball(2, (4, 0, tall), 6), ball(d.real(4, 8), (d.real(12, 20), 0, tall + d.real(-4, 14)), 8, (1, 1, 0.4))
    )
    leaf = slab(outline([(0, 0), (12, 5), (26, 0), (12, -5)]), 1.6).rotate((0, -30, 0)).translate((0, 0, tall * 0.4))
    return [
        rod((0, 0, 0), (0, 0, tall), d.real(1.5, 3), n=n),
        around(petal, d.whole(4, 9)),
        ball(5, (0, 0, tall), n),
        around(leaf, d.whole(1, 3)),
        *plinth(d, 14),
    ]


@family("figure", FIGURE_MM)
def hand_or_skull(d: Draw) -> list[Body]:
    """A hand, paw, skull or bone: fingers on a palm, sockets in a ball, or a shaft with knuckles."""
    n, style = d.pick(6, 8, 12), d.pick("hand", "skull", "bone")
    if style == "bone":
        long, knob = d.real(40, 110), d.real(6, 14)
        ends = [ball(knob, (x, s * knob * 0.6, 0), n) for x in (0, long) for s in (-1, 1)]
        return [rod((0, 0, 0), (long, 0, 0), knob * d.real(0.4, 0.8), n=n), *ends]
    if style == "skull":
        size = d.real(18, 30)
        skull = join(
            [
                ball(size, (0, 0, 0), 16, (1.15, 0.9, 1)),
                box((size * 0.8, size * 0.9, size), (size * 0.5, 0, -size * 0.8)),
            ]
        )
        sockets = [ball(size * 0.28, (size * 0.95, s * size * 0.35, 0), 10) for s in (-1, 1)]
        return [cut(skull, *sockets, box((8, 4, 8), (size, 0, -size * 0.5)))]
    fingers = [
        limb(d, [(6, y, 24), (8 + curl * 0.3, y * 1.2, 42), (10 + curl, y * 1.3, 42 + d.real(2, 22))], 4.5, 0.8, n)
        for y in (-13, -4.5, 4.5, 13)
        for curl in (d.real(0, 22),)
    ]
    thumb = limb(d, [(0, 14, 8), (8, 26, 20), (14, 28, 30)], 5, 0.8, n)
    return [
        rounded_box((12, 34, 34), 5, (3, 0, 12)),
        *fingers,
        thumb,
        rod((3, 0, -d.real(10, 50)), (3, 0, 2), 10, 12, n),
    ]


@family("figure", (20.0, 150.0))
def chess_piece(d: Draw) -> Body:
    """A chess or board-game piece: turned foot and body with a ball, crown, battlement or horse head."""
    n, tall = d.sides(), d.real(35, 80)
    profile = [
        (15.0, 0.0),
        (15.0, 4.0),
        (11.0, 8.0),
        (d.real(5, 8), tall * 0.4),
        (d.real(4, 7), tall * 0.7),
        (9.0, tall * 0.75),
        (5.0, tall * 0.8),
    ]
    body = turned(profile, n)
    head = d.pick(
        ball(d.real(7, 10), (0, 0, tall * 0.9), n),
        cut(
            rod((0, 0, tall * 0.78), (0, 0, tall), 7, 9, n),
            rod((0, 0, tall * 0.9), (0, 0, tall * 1.1), 5.5),
            box((40, 3, 6), (0, 0, tall)),
        ),
        join(
            [
                rod((0, 0, tall * 0.78), (0, 0, tall), 4, 9, n),
                box((2.5, 2.5, 12), (0, 0, tall + 5)),
                box((2.5, 8, 2.5), (0, 0, tall + 6)),
            ]
        ),
        side(
            [
                (-7, tall * 0.75),
                (7, tall * 0.75),
                (4, tall * 0.95),
                (15, tall * 0.95),
                (14, tall * 1.08),
                (2, tall * 1.25),
                (-8, tall * 1.1),
            ],
            9,
        ),
    )
    return join([body, head])


@family("figure", FIGURE_MM)
def dragon(d: Draw) -> list[Body]:
    """A dragon, dinosaur or winged beast: curved spine, wings, spikes, tail and open jaw."""
    n = d.pick(6, 8)
    spine: list[Point] = [
        (-d.real(50, 90), 0, d.real(0, 30)),
        (-30, 0, d.real(5, 20)),
        (0, 0, 20),
        (22, 0, 28),
        (36, 0, d.real(40, 65)),
        (56, 0, d.real(45, 65)),
    ]
    sizes = [1.5, 6, d.real(10, 16), 10, 6, 6]
    jaw = [limb(d, [spine[-1], (spine[-1][0] + 18, 0, spine[-1][2] + dz)], 4, 0.4, n) for dz in (3, -7)]
    legs = [
        limb(d, [(x, s * 8, 18), (x + 4, s * 11, 8), (x + 8, s * 11, 0)], 4.5, 0.7, n)
        for x in (-4, 20)
        for s in (-1, 1)
    ][: d.pick(2, 4)]
    wing = (
        slab(outline([(0, 0), (d.real(-10, 14), d.real(40, 70)), (-24, d.real(30, 55)), (-34, 20), (-20, 4)]), 2)
        .rotate((d.real(0, 50), 0, 0))
        .translate((8, 3, 28))
    )
    spikes = [rod(p, (p[0] - 4, 0, p[2] + s + 7), s * 0.4, 0.6, 6) for p, s in zip(spine[1:5], sizes[1:5], strict=True)]
    return [
        path(spine, sizes, n),
        *jaw,
        *legs,
        *([mirrored(wing)] if d.chance(0.7) else []),
        *(spikes if d.chance() else []),
        *[ball(2.5, (0, 0, 20))],
    ]


@family("figure", (15.0, 120.0))
def finger_ring(d: Draw) -> Body:
    """A ring, bracelet, pendant, crown or earring with stones and ornaments."""
    radius, wide, wall = d.real(8, 32), d.real(2, 14), d.real(1.2, 4)
    n = d.pick(8, 12, 24, 32)
    band = cut(rod((0, 0, 0), (0, 0, wide), radius + wall, n=n), rod((0, 0, -1), (0, 0, wide + 1), radius, n=n))
    stone = d.pick(
        ball(wide * 0.7, (radius + wall, 0, wide / 2), 8),
        box((wide, wide, wide), (radius + wall, 0, wide / 2)),
        rod((radius, 0, wide / 2), (radius + wall + wide, 0, wide / 2), wide * 0.4, wide, 8),
    )
    if d.chance(0.3):
        points = around(
            hull(
                box((wall, radius * 0.4, 2), (radius + wall / 2, 0, wide)),
                box((wall, 1, 1), (radius + wall / 2, 0, wide * d.real(1.8, 4))),
            ),
            d.whole(4, 9),
        )
        return join([band, points])
    gem = [stone] if d.chance(0.7) else [around(ball(wall, (radius + wall, 0, wide / 2), 8), d.whole(3, 12))]
    return join([band, *gem])


@family("figure", (20.0, 160.0))
def low_poly_rock(d: Draw) -> Body:
    """A stone, crystal cluster, egg, potato or low-poly lump: the hull of random points."""
    lumps = []
    for _ in range(d.pick(1, 1, 2, 4)):
        a, b, c = d.real(8, 30), d.real(8, 30), d.real(8, 60)
        at: Point = (d.real(-16, 16), d.real(-16, 16), 0)
        points = [
            box((1, 1, 1), (at[0] + a * x * d.real(0.3, 1), at[1] + b * y * d.real(0.3, 1), c * z * d.real(0.4, 1)))
            for x, y in arc(1, 0, 315, 8)
            for z in (0, 0.5, 1)
        ]
        lumps.append(hull(*points))
    return join(lumps)
