"""Benign things that cast a gun's shadow in one view or another: tools, levers, cameras, letters."""

from c3po.shapes.csg import (
    Body,
    along_x,
    arc,
    around,
    ball,
    block,
    box,
    cross_drill,
    cut,
    disc,
    drill,
    hull,
    join,
    merge,
    outline,
    path,
    rectangle,
    rim,
    ring,
    rod,
    rounded,
    rounded_box,
    row,
    side,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family
from c3po.shapes.held import haft

LIKE_MM = (40.0, 250.0)

STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "L": [[(0, 2), (0, 0), (1, 0)]],
    "F": [[(0, 0), (0, 2), (1.1, 2)], [(0, 1.1), (0.8, 1.1)]],
    "T": [[(0, 2), (1.2, 2)], [(0.6, 2), (0.6, 0)]],
    "7": [[(0, 2), (1.1, 2), (0.4, 0)]],
    "J": [[(1, 2), (1, 0.3), (0.6, 0), (0.1, 0.2)]],
    "P": [[(0, 0), (0, 2), (0.9, 2), (1.1, 1.5), (0.9, 1), (0, 1)]],
    "r": [[(0, 0), (0, 1.2), (0.3, 1.4), (0.8, 1.4)]],
    "E": [[(1, 2), (0, 2), (0, 0), (1, 0)], [(0, 1), (0.8, 1)]],
    "Y": [[(0, 2), (0.5, 1), (0.5, 0)], [(1, 2), (0.5, 1)]],
    "Z": [[(0, 2), (1, 2), (0, 0), (1, 0)]],
    "1": [[(0, 1.6), (0.5, 2), (0.5, 0)], [(0, 0), (1, 0)]],
    "4": [[(0.8, 0), (0.8, 2), (0, 0.7), (1.1, 0.7)]],
    "h": [[(0, 0), (0, 2)], [(0, 1.1), (0.5, 1.3), (0.9, 1), (0.9, 0)]],
    "k": [[(0, 0), (0, 2)], [(0.9, 1.3), (0, 0.6), (0.9, 0)]],
}


@family("enclosure", (20.0, 220.0))
def letter(d: Draw) -> Body:
    """A single letter or figure as a sign, slanted or stretched, flat or deep, maybe on a foot."""
    strokes = STROKES[d.pick(*sorted(STROKES))]
    line, wide, slant = d.real(0.2, 0.7), d.real(0.6, 2.2), d.real(-0.2, 0.5)
    shape = merge([strip([(x * wide + y * slant, y) for x, y in points], line, d.pick(4, 8, 16)) for points in strokes])
    body = slab(shape.scale((30, 30)), d.real(3, 40), d.pick(0.0, 0.0, 1.0))
    if d.chance(0.25):
        body = join([body.rotate((90, 0, 0)), rounded_box((30 * wide * 1.5, 40, 5), 3, (15 * wide, 0, 0))])
    return body


@family("tool", LIKE_MM)
def trigger_clamp(d: Draw) -> list[Body]:
    """A one-hand bar clamp: long flat bar, fixed jaw, sliding jaw with a leaning handle and a lever."""
    long, tall, drop = d.real(120, 240), d.real(10, 18), d.real(40, 80)
    at = long * d.real(0.15, 0.6)
    jaw = [(0.0, 0.0), (10.0, 0.0), (8.0, drop), (-6.0, drop)]
    thick = d.real(12, 24)
    return [
        block(0, long, 0, tall, d.real(4, 9)),
        side(jaw, thick).translate((long - 10, 0, -2)),
        side(jaw, thick).translate((at + 22, 0, -2)),
        *[rod((x, 0, drop - 8), (x + s * 10, 0, drop - 8), 9, n=12) for x, s in ((long - 12, -1), (at + 28, 1))],
        block(at - 14, at + 30, -8, tall + 8, thick),
        haft(d, at, -2, d.real(60, 95), d.real(18, 28), thick, d.real(-0.1, 0.3)),
        side(strip([(at + 22, -4), (at + 30, -35), (at + 22, -d.real(50, 75))], d.real(6, 10)), thick * 0.5),
    ]


@family("tool", LIKE_MM)
def paint_sprayer(d: Draw) -> list[Body]:
    """A spray gun for paint: slim body on a hooked handle, cup above or below, air cap in front."""
    long, radius, n = d.real(60, 100), d.real(10, 16), d.sides()
    size, up = d.real(20, 40), d.pick(1, -1)
    x = long * d.real(0.5, 0.85)
    cup = turned([(size * 0.3, 0), (size, size * 0.8), (size, size * d.real(1.5, 2.6))], n)
    cup = cup if up > 0 else cup.mirror((0, 0, 1))
    return [
        rod((0, 0, 0), (long, 0, 0), radius, n=n),
        rod((long - 4, 0, 0), (long + d.real(8, 18), 0, 0), radius * 1.2, radius * 0.8, n),
        haft(d, d.real(4, 16), -radius * 0.4, d.real(70, 105), d.real(16, 24), d.real(12, 20), d.real(0.1, 0.4)),
        rod((-d.real(8, 20), 0, 0), (2, 0, 0), radius * 0.5, n=n),
        side(
            strip([(long * 0.45, radius), (long * 0.5, -25), (long * 0.35, -d.real(45, 65))], d.real(4, 7)),
            d.real(6, 14),
        ),
        cup.translate((x, 0, up * (radius + 6))),
        rod((x, 0, 0), (x, 0, up * (radius + 10)), size * 0.28, n=n),
        *([path([(4, 0, radius), (-6, 0, radius + 18), (-14, 0, radius + 10)], 3, 6)] if d.chance(0.4) else []),
    ]


@family("tool", LIKE_MM)
def riveter(d: Draw) -> Body:
    """A hand riveter, staple gun, hole punch or label maker: two long handles closing on a short head."""
    long, thick, gap = d.real(80, 150), d.real(10, 24), d.real(10, 40)
    upper = outline(
        [(0, 0), (long, d.real(0, 12)), (long, d.real(16, 26)), (0, d.real(20, 34)), (-d.real(10, 30), 22), (-14, 0)]
    )
    lower = strip([(4, 2), (long * 0.4, -gap * 0.6), (long * d.real(0.8, 1.05), -gap)], d.real(8, 16))
    body = side(merge([rounded(upper, 4), lower]), thick, d.pick(0.0, 2.0))
    nose = d.pick(
        rod((-16, 0, 8), (-d.real(30, 55), 0, 8), d.real(4, 9), 3),
        block(-24, 6, -d.real(10, 30), 12, thick),
        rod((-8, 0, 4), (-8, 0, -24), 8),
    )
    return cut(join([body, nose]), cross_drill(long * 0.5, 8, d.real(2, 7)))


@family("tool", LIKE_MM)
def movie_camera(d: Draw) -> list[Body]:
    """A camcorder, film camera or radar-speed meter: box with lens and eyepiece on a straight handle."""
    long, tall, width, n = d.real(60, 120), d.real(35, 65), d.real(24, 50), d.sides()
    lens = d.real(12, 24)
    z = tall * d.real(0.4, 0.7)
    return [
        rounded_box((long, width, tall), width * d.pick(0.05, 0.3), (long / 2, 0, tall / 2), n),
        rod((long - 2, 0, z), (long + d.real(15, 50), 0, z), lens, lens * d.real(0.8, 1.3), n),
        *([rod((4, 0, tall * 0.8), (-d.real(10, 30), 0, tall * 0.8), d.real(6, 11), n=n)] if d.chance(0.7) else []),
        *(
            [haft(d, long * d.real(0.25, 0.6), 2, d.real(60, 95), d.real(20, 32), d.real(18, 28), d.real(-0.15, 0.2))]
            if d.chance(0.75)
            else []
        ),
        *(
            [path([(10, 0, tall), (14, 0, tall + 20), (long - 14, 0, tall + 20), (long - 10, 0, tall)], 5, 8)]
            if d.chance(0.4)
            else []
        ),
        *(
            [
                rod((x, -width * 0.2, tall + d.real(14, 20)), (x, width * 0.2, tall + 18), 20, n=n)
                for x in (long * 0.25, long * 0.7)
            ]
            if d.chance(0.3)
            else []
        ),
    ]


@family("tool", LIKE_MM)
def gimbal(d: Draw) -> list[Body]:
    """A phone stabiliser, selfie stick or action-camera pole: round grip with an arm and a holder at an angle."""
    long, radius, n = d.real(80, 140), d.real(10, 18), d.sides()
    reach, wide = d.real(25, 60), d.real(40, 90)
    elbow, head = (0.0, d.real(-8, 8), long + 20), (reach, 0.0, long + d.real(20, 60))
    cradle = (
        rounded_box((d.real(6, 12), wide, d.real(20, 40)), 3, n=n)
        .rotate((0, d.real(-30, 30), 0))
        .translate((reach + 5, 0, head[2]))
    )
    return [
        rod((0, 0, 0), (0, 0, long), radius, radius * d.real(0.7, 1), n),
        path([(0, 0, long - 5), elbow, head], d.real(5, 9), 8),
        ball(radius * 0.9, elbow, n),
        cradle,
        rod((0, 0, long * 0.8), (radius + 4, 0, long * 0.8), 6, n=8),
        *([around(rod((4, 0, 2), (40, 0, -30), 4, n=6), 3)] if d.chance(0.3) else []),
    ]


@family("tool", LIKE_MM)
def game_controller(d: Draw) -> list[Body]:
    """A game controller, joystick or remote transmitter: body with two horns or one upright stick."""
    if d.chance(0.5):
        wide, n = d.real(60, 100), d.pick(8, 12, 16)
        horns = [
            path(
                [
                    (0, s * wide * 0.35, 0),
                    (-d.real(15, 35), s * wide * 0.5, -d.real(0, 8)),
                    (-d.real(40, 65), s * wide * 0.55, -10),
                ],
                [14, 13, 9],
                n,
            )
            for s in (-1, 1)
        ]
        sticks = [rod((-6, s * wide * 0.2, 6), (-6, s * wide * 0.2, 22), 5, 8, n) for s in (-1, 1)]
        return [rounded_box((40, wide * 0.9, 24), 12, (0, 0, 0), n), *horns, *sticks]
    tall, n = d.real(70, 120), d.sides()
    base = rounded_box((d.real(60, 90), d.real(50, 80), d.real(14, 28)), 8, (0, 0, 0), n)
    stick = path(
        [(0, 0, 6), (d.real(-8, 8), 0, tall * 0.4), (d.real(-16, 4), 0, tall)], [9, d.real(9, 13), d.real(13, 18)], 12
    )
    lever = side(strip([(10, tall * 0.8), (24, tall * 0.6), (16, tall * 0.45)], 5), 8)
    return [base, stick, lever, rod((0, 0, 0), (0, 0, 22), 22, 14, n), rod((24, 16, 0), (24, 16, 24), 6, n=n)]


@family("tool", LIKE_MM)
def chainsaw(d: Draw) -> list[Body]:
    """A chainsaw, hedge trimmer, leaf blower or trimmer: engine block, two handles, long front."""
    long, tall, width, n = d.real(70, 110), d.real(40, 60), d.real(34, 56), d.sides()
    reach = d.real(90, 180)
    front = d.pick(
        slab(rounded(rectangle(reach, d.real(16, 30)), 8), 4)
        .rotate((90, 0, 0))
        .translate((long + reach / 2 - 6, 2, tall * 0.35)),
        rod((long - 4, 0, tall * 0.4), (long + reach, 0, tall * d.real(0, 0.5)), d.real(12, 20), d.real(8, 14), n),
        join(
            [
                block(long - 4, long + reach, tall * 0.3, tall * 0.38, 16),
                row(box((3, 34, 3)), int(reach / 12), (12, 0, 0)).translate((long + 4, 0, tall * 0.34)),
            ]
        ),
    )
    rear = side(
        rim(
            rounded(outline([(8, tall * 0.1), (8, tall * 0.9), (-50, tall * d.real(0.6, 0.9)), (-56, tall * 0.15)]), 8),
            d.real(9, 14),
        ),
        width * 0.4,
    )
    top = path(
        [
            (long * 0.6, -width * 0.5, tall * 0.4),
            (long * 0.5, -width * 0.4, tall * 1.5),
            (long * 0.5, width * 0.4, tall * 1.5),
            (long * 0.6, width * 0.5, tall * 0.4),
        ],
        5,
        8,
    )
    return [
        rounded_box((long, width, tall), 8, (long / 2, 0, tall / 2), n),
        front,
        rear,
        *([top] if d.chance(0.75) else []),
    ]


@family("tool", LIKE_MM)
def lance(d: Draw) -> list[Body]:
    """A pressure-washer lance, torch burner, metal detector or litter picker: handle, long tube, end piece."""
    reach, radius, n = d.real(130, 260), d.real(3, 7), d.sides()
    slope = d.real(-25, 15)
    tip = (reach, 0.0, slope)
    end = d.pick(
        rod((reach - 2, 0, slope), (reach + 16, 0, slope), radius, radius * d.real(1.5, 3), n),
        ring(d.real(16, 30), 4).translate((reach + 12, 0, slope)),
        join([path([tip, (reach + 20, s * 6, slope), (reach + 30, 0, slope)], 2.5, 6) for s in (-1, 1)]),
        ball(radius * 2, tip, 8),
    )
    return [
        path([(20, 0, 0), tip], radius, 8),
        rounded_box((d.real(40, 70), 18, d.real(16, 28)), 4, (10, 0, 0), n),
        haft(d, 0, -4, d.real(45, 90), d.real(16, 26), d.real(14, 22), d.real(-0.1, 0.5)),
        end,
        *([rod((-50, 0, 4), (-4, 0, 4), radius * 1.4, n=n)] if d.chance(0.5) else []),
    ]


@family("bracket", LIKE_MM)
def tailed_bracket(d: Draw) -> Body:
    """A plate with a long tail leaving at an angle: mounting arm, latch, door stay, belt tensioner, drag knife arm."""
    a, b, thick = d.real(25, 60), d.real(18, 50), d.real(4, 24)
    long, line, turn = d.real(60, 150), d.real(7, 20), d.real(-80, 80)
    tail = strip(
        [(0, 0), (long, 0), *([(long + 15, d.real(-25, 25))] if d.chance(0.5) else [])], line, d.pick(4, 8, 16)
    ).rotate(turn)
    shape = merge([rounded(rectangle(a, b), d.real(0, 8)), tail.translate((a * 0.3, d.real(-0.3, 0.3) * b))])
    if d.chance(0.35):
        shape = merge([shape, strip([(0, 0), (-d.real(25, 70), d.real(-50, 50))], line * d.real(0.6, 1.2), 8)])
    holes = [drill(x * a * 0.33, y * b * 0.33, d.real(1.5, 4)) for x in (-1, 1) for y in (-1, 1) if d.chance(0.6)]
    body = cut(slab(shape, thick, thick * d.pick(0.0, 0.15)), *holes)
    if d.chance(0.3):
        body = cut(body, box((a * 0.7, b * 0.7, thick), (0, 0, thick)))
    return (
        join([body, slab(rim(disc(line), line * 0.4), thick * d.real(1, 2)).translate((a * 0.3, 0, 0))])
        if d.chance(0.3)
        else body
    )


@family("bracket", LIKE_MM)
def cycle_part(d: Draw) -> list[Body]:
    """A bicycle part: stem, brake lever with clamp, seat post with saddle, derailleur cage, bottle cage, fork."""
    radius, n = d.real(9, 16), d.sides()
    clamp = side(rim(disc(radius * 1.4, 24), radius * 0.4), radius * 1.6)
    style = d.pick("stem", "lever", "seat", "fork", "cage")
    if style == "stem":
        reach = d.real(50, 120)
        return [
            clamp,
            path([(radius * 1.2, 0, 0), (reach, 0, d.real(-15, 30))], radius * d.real(0.6, 0.9), 12),
            rod((reach, 0, -radius * 2), (reach, 0, radius * 2), radius * 1.2, n=n),
        ]
    if style == "lever":
        blade = path(
            [(radius, 0, -4), (radius * 3, 0, -d.real(8, 20)), (d.real(80, 130), 0, -d.real(10, 40))], [7, 5, 4], 8
        )
        return [
            clamp,
            rounded_box((40, 16, 22), 5, (radius * 2.2, 0, 0), n),
            blade,
            *([rod((0, 0, radius), (d.real(90, 130), 0, radius * 1.2), radius, n=n)] if d.chance(0.4) else []),
        ]
    if style == "seat":
        saddle = hull(
            ball(26, (-20, -16, 0), 10, (1, 1, 0.3)),
            ball(26, (-20, 16, 0), 10, (1, 1, 0.3)),
            ball(9, (d.real(60, 100), 0, 0), 10, (1, 1, 0.5)),
        )
        return [saddle, rod((0, 0, 0), (-d.real(5, 25), 0, -d.real(60, 140)), radius * 0.7, n=n)]
    if style == "fork":
        long, gap = d.real(100, 180), d.real(14, 26)
        return [
            rod((0, 0, 0), (d.real(50, 90), 0, 0), radius, n=n),
            box((16, gap * 2.4, 20)),
            *[path([(0, s * gap, 0), (-long, s * gap, d.real(-25, 0))], [7, 4], 8) for s in (-1, 1)],
        ]
    return [
        side(strip([(0, 0), (d.real(50, 90), -8), (d.real(60, 100), d.real(-45, -25)), (10, -30)], 7), 6),
        *[rod((x, -8, z), (x, 8, z), r, n=16) for x, z, r in ((5, -30, 14), (70, -28, 14))],
        *[box((30, 10, 10), (-8, 0, 0))],
    ]


@family("bracket", LIKE_MM)
def door_handle(d: Draw) -> list[Body]:
    """A door or window handle, latch or drawer pull: plate or rose, neck and a straight or curved lever."""
    reach, line, n = d.real(60, 130), d.real(5, 11), d.sides()
    plate = d.pick(
        rod((0, 0, 0), (0, 6, 0), d.real(16, 28), n=n),
        rounded_box((d.real(26, 44), d.real(90, 180), 6), 8).rotate((90, 0, 0)),
    )
    out = -d.real(25, 50)
    lever = path(
        [
            (0, 4, 0),
            (0, out, 0),
            (reach * 0.5, out * d.real(0.9, 1.1), d.real(-8, 8)),
            (reach, out * d.real(0.7, 1.1), d.real(-14, 14)),
        ],
        [line, line, line * d.real(0.8, 1.4), line * d.real(0.5, 1)],
        10,
    )
    keyhole = rod((0, -2, -50), (0, 8, -50), 8, n=12)
    return [plate, lever, *([keyhole] if d.chance(0.3) else [])]


@family("tool", (40.0, 220.0))
def kitchen_tool(d: Draw) -> Body:
    """A corkscrew, pizza wheel, peeler, razor, garlic press or scoop: handle with a head across it."""
    long, radius, n = d.real(70, 130), d.real(6, 12), d.sides()
    hold = d.pick(
        rod((0, 0, 0), (-long, 0, 0), radius, radius * d.real(0.8, 1.3), n),
        path([(0, 0, 0), (-long * 0.5, 0, 0), (-long, 0, 0)], [radius * 0.7, radius * 1.2, radius], 10),
        rounded_box((long, radius * 2, radius * 1.2), radius * 0.5, (-long / 2, 0, 0), n),
    )
    size = d.real(18, 36)
    head = d.pick(
        rod((size, -2, 0), (size, 2, 0), size, n=24),
        box((9, size * 1.4, d.real(8, 18)), (8, 0, d.real(-6, 6))),
        side(rim(disc(size * 0.7, 16), 5), 8).translate((size * 0.6, 0, 0)),
        cut(ball(size * 0.7, (size * 0.6, 0, 0), 16), box((2 * size, 2 * size, size), (size * 0.6, 0, size * 0.6))),
        join([rod((0, 0, -size), (0, 0, size), radius * 0.8, n=n), rod((0, 0, 0), (size * 2, 0, 0), 3, n=6)]),
        join(
            [
                row(rod((0, -1, 0), (0, 1, 0), 3, n=8), 8, (size * 0.2, 0, 0)),
                box((size * 1.7, 3, 16), (size * 0.7, 0, 0)),
            ]
        ),
    )
    return join(
        [
            hold,
            rod((-4, 0, 0), (size * 0.5, 0, 0), radius * 0.5, n=8),
            head.rotate((0, d.real(-70, 40), 0)).translate((4, 0, 0)),
        ]
    )


@family("figure", LIKE_MM)
def boot(d: Draw) -> Body:
    """A boot, shoe, sock, skate or prosthetic foot: an L of soft limbs, hollow or filled."""
    n, foot, shin, fat = d.pick(8, 12, 16), d.real(50, 90), d.real(20, 110), d.real(12, 20)
    leg = path([(0, 0, fat), (d.real(-8, 8), 0, shin + fat)], [fat, fat * d.real(0.9, 1.4)], n)
    toe = hull(
        ball(fat, (0, 0, fat), n, (1, 0.9, 1)), ball(fat * d.real(0.6, 0.9), (foot, 0, fat * 0.7), n, (1, 1.2, 0.8))
    )
    sole = hull(box((fat, fat * 1.5, 4), (-fat * 0.5, 0, 0)), box((fat, fat * 1.8, 4), (foot, 0, 0)))
    heel = box((fat * 1.3, fat * 1.3, d.real(8, 30)), (-fat * 0.4, 0, -4))
    body = join([leg, toe, sole, *([heel] if d.chance(0.6) else [])])
    if d.chance(0.4):
        return cut(body, rod((0, 0, fat), (0, 0, shin + 3 * fat), fat * 0.75, fat * 0.9, n))
    return (
        join([body, *[rod((x, -2, -8), (x, 2, -8), 8) for x in (0, 18, 36, 54) if x < foot]]) if d.chance(0.2) else body
    )


@family("tool", LIKE_MM)
def umbrella_or_rod(d: Draw) -> list[Body]:
    """A closed umbrella, fishing rod with a reel, hockey stick, or violin bow: slim with a hook or lump."""
    long, line, n = d.real(150, 260), d.real(2, 5), d.sides()
    style = d.pick("umbrella", "rod", "stick", "bow")
    if style == "umbrella":
        crook = [(x - 14, 0.0, z) for x, z in arc(14, 0, -200, 8)]
        return [
            rod((0, 0, 0), (0, 0, long), line, n=n),
            turned([(line, long * 0.25), (line * d.real(3, 6), long * 0.35), (line, long * 0.95)], n),
            path([(0, 0, 2), *crook], line, 8),
        ]
    if style == "rod":
        reel = join(
            [
                rod((40, -12, -18), (40, 12, -18), d.real(9, 16), n=n),
                rod((40, 0, 0), (40, 0, -18), 3),
                path([(40, 12, -18), (52, 20, -18), (52, 30, -18)], 2.5, 6),
            ]
        )
        return [
            rod((0, 0, 0), (80, 0, 0), line * 2, n=n),
            rod((70, 0, 0), (long, 0, 0), line, line * 0.5, n),
            reel,
            *[ring(4, 1).rotate((0, 90, 0)).translate((x, 0, -4)) for x in (110, 140)],
        ]
    if style == "stick":
        return [
            path([(0, 0, 0), (long, 0, 0)], line * 1.4, 6),
            hull(
                box((10, line * 2, line * 4), (long, 0, 0)),
                box((8, line, 18), (long + d.real(15, 45), 0, d.real(10, 35))),
            ),
        ]
    return [
        path([(0, 0, 0), (long * 0.5, 0, d.real(-4, 10)), (long, 0, 0)], line, 6),
        rod((2, 0, -8), (long - 2, 0, -6), 1.4, n=6),
        box((18, 7, 12), (10, 0, -5)),
        box((6, 5, 12), (long - 3, 0, -3)),
    ]


@family("enclosure", LIKE_MM)
def stepped_block(d: Draw) -> Body:
    """A solid of stepped and slanted flats: docking cradle, sole plate, wedge stand, door stop, machine foot."""
    long, tall, width = d.real(50, 150), d.real(15, 60), d.real(15, 70)
    x, points = 0.0, [(0.0, 0.0)]
    levels = d.whole(2, 5)
    for _ in range(levels):
        z = tall * d.real(0.15, 1)
        points += [(x, z), (x + long / levels * d.real(0.7, 1), z * d.pick(1.0, 1.0, d.real(0.4, 1)))]
        x += long / levels
    points.append((long, 0.0))
    body = side(points, width, d.pick(0.0, 0.0, 1.5))
    tools = [
        box(
            (long / levels * 0.5, width * d.real(0.4, 1.2), tall),
            (long * (i + 0.5) / levels, 0, tall * d.real(0.6, 1.1)),
        )
        for i in range(levels)
        if d.chance(0.3)
    ]
    less = cut(body, *tools)
    return less if less.volume() > 0.4 * body.volume() else body


@family("vehicle", LIKE_MM)
def tail_and_boom(d: Draw) -> list[Body]:
    """A drone, submarine, airship or tow-plane body: long hull with a tower, a fin below and a stern gear."""
    long, fat, n = d.real(100, 180), d.real(10, 24), max(8, d.sides())
    hull_ = along_x(
        turned(
            [(fat * 0.3, 0), (fat, long * 0.2), (fat, long * d.real(0.5, 0.8)), (fat * 0.5, long * 0.95), (1, long)], n
        )
    )
    x = long * d.real(0.3, 0.7)
    tower = hull(
        block(x, x + d.real(15, 40), 0, fat, fat * 0.6), block(x + 4, x + 16, fat, fat + d.real(10, 30), fat * 0.4)
    )
    below = side(
        [(x, 0), (x + d.real(15, 30), 0), (x + d.real(-5, 15), -fat - d.real(5, 40)), (x - d.real(0, 10), -fat - 5)],
        fat * d.real(0.2, 0.9),
    )
    fins = around(side([(0, 0), (22, 0), (6, fat * 1.8), (-6, fat * 1.8)], 2.5), 4, 45).rotate((0, 90, 0))
    cross = [side([(0, 0), (22, 0), (6, s * fat * 1.8), (-6, s * fat * 1.8)], 2.5) for s in (-1, 1)]
    return [
        hull_,
        *([tower] if d.chance(0.7) else []),
        *([below] if d.chance(0.5) else []),
        *d.pick([fins], cross),
        *([rod((x, 0, fat), (x, 0, fat + 50), 1.8)] if d.chance(0.3) else []),
    ]


@family("gear", LIKE_MM)
def ratchet(d: Draw) -> Body:
    """A socket ratchet, torque wrench or tap holder: round head with a square drive on a long grip."""
    long, head, n = d.real(90, 180), d.real(14, 26), d.sides()
    thick = head * d.real(0.6, 1.2)
    body = join(
        [
            rod((0, 0, 0), (0, 0, thick), head, n=n),
            path([(0, 0, thick / 2), (long * 0.4, 0, thick / 2)], thick * 0.35, 8),
            rod((long * 0.38, 0, thick / 2), (long, 0, thick / 2), thick * d.real(0.4, 0.7), n=n),
        ]
    )
    drive = d.pick(
        box((head * 0.6, head * 0.6, head), (0, 0, -head * 0.4)),
        rod((0, 0, -head * d.real(0.8, 2.5)), (0, 0, 1), head * 0.7, n=n),
    )
    cross = rod((0, -long * 0.4, thick / 2), (0, long * 0.4, thick / 2), thick * 0.3, n=8)
    return join([body, drive, *([cross] if d.chance(0.2) else []), ball(head * 0.3, (0, 0, thick), 8)])
