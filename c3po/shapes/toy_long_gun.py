"""Toys, game art, display pieces and sculptures in the shape of a long gun: filled blocks in many hands' styles."""

from c3po.shapes.csg import (
    Body,
    around,
    block,
    box,
    cross_drill,
    cut,
    cutout,
    hull,
    join,
    outline,
    path,
    rod,
    rounded,
    rounded_box,
    side,
    slab,
    strip,
)
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
from c3po.shapes.long_gun import PLAIN_LONG_GUNS, front

LONG_MM = (50.0, 250.0)


@family("long_gun", LONG_MM)
def blaster_rifle(d: Draw) -> list[Body]:
    """A two-handed toy blaster: very wide blocks, fat barrel, drum or slab, stubby stock, carrying handle."""
    long, tall, width, n = d.real(100, 150), d.real(34, 64), d.real(30, 72), d.sides()
    reach = d.real(40, 110)
    x = long * d.real(0.55, 0.85)
    below = d.pick(
        [rod((x, -width * 0.5, -10), (x, width * 0.5, -10), d.real(18, 36), n=n)],
        [magazine(d, x - 12, 2, d.real(35, 70), d.real(22, 36), width * d.real(0.4, 0.8))],
        [grip(d, x, 2, d.real(28, 50), d.real(18, 28), width * 0.5, d.real(-0.1, 0.2))],
        [block(x - 30, x + 30, -d.real(14, 26), 2, width * 0.8)],
    )
    handle = strip(
        [(long * 0.2, tall - 2), (long * 0.25, tall + 22), (long * 0.7, tall + 22), (long * 0.75, tall - 2)], 8
    )
    return [
        *shell(d, 0, long, 0, tall, width),
        *barrel(d, long * 0.95, long + reach, tall * d.real(0.4, 0.65), tall * d.real(0.18, 0.45)),
        grip(d, d.real(4, 26), 2, d.real(34, 54), d.real(20, 32), width * d.real(0.4, 0.7), d.real(0, 0.4)),
        *guard(d, 38, d.real(54, 66), 2, d.real(10, 20), width * 0.3),
        *below,
        *(
            stock(d, 2, tall * 0.7, d.real(30, 90), tall * d.real(0.7, 1.1), width * d.real(0.3, 0.8))
            if d.chance(0.75)
            else []
        ),
        *([side(handle, width * 0.3)] if d.chance(0.35) else sights(d, 15, long - 10, tall, width, d.real(5, 14))),
        *ornament(d, 0, long, 0, tall, width),
    ]


@family("long_gun", LONG_MM)
def rotary_gun(d: Draw) -> list[Body]:
    """A rotary-cannon prop: bundle of solid rods with rings in front of a fat body."""
    long, radius, n = d.real(70, 120), d.real(18, 32), d.sides()
    reach, count = d.real(80, 170), d.whole(4, 8)
    rods = around(rod((radius * 0.55, 0, 0), (radius * 0.55, 0, reach), radius * d.real(0.14, 0.24), n=8), count)
    bundle = rods.rotate((0, 90, 0)).translate((long - 2, 0, 0))
    rings = [
        rod((long + reach * t, 0, 0), (long + reach * t + 5, 0, 0), radius * d.real(0.75, 1), n=n)
        for t in (0.05, 0.5, 0.95)
    ]
    core = rod((long - 4, 0, 0), (long + reach * 0.96, 0, 0), radius * 0.35, n=8)
    hold = d.pick(
        [grip(d, long * 0.1, -radius * 0.6, d.real(35, 55), 22, radius * 0.8)],
        [
            path(
                [
                    (long * 0.2, 0, radius * 0.8),
                    (long * 0.2, 0, radius * 1.9),
                    (long * 0.8, 0, radius * 1.9),
                    (long * 0.8, 0, radius * 0.8),
                ],
                5,
                8,
            )
        ],
        [block(-25, 4, -radius * 0.4, radius * 0.4, radius)],
    )
    box_ = block(long * 0.3, long * 0.8, -radius * d.real(1.6, 2.6), -radius * 0.5, radius * d.real(1, 2))
    return [rod((0, 0, 0), (long, 0, 0), radius, n=n), bundle, core, *rings, *hold, *([box_] if d.chance(0.6) else [])]


@family("long_gun", LONG_MM)
def rifle_one_piece(d: Draw) -> Body:
    """A thin rifle drawn as one even outline: toy, target or training dummy of one slab."""
    long, tall, line = d.real(150, 240), d.real(16, 30), d.real(4, 9)
    hand = long * d.real(0.28, 0.42)
    butt = d.real(18, 40)
    body = outline(
        [
            (0, tall * d.real(0.3, 0.9)),
            (0, tall - butt),
            (hand * d.real(0.7, 0.92), d.real(-4, 5)),
            (hand * 0.94, -d.real(0, 3)),
            (hand, -d.real(20, 42)),
            (hand + d.real(14, 22), -d.real(20, 42)),
            (hand + 18, 0),
            (long * 0.6, -d.real(0, 4)),
            (long * d.real(0.6, 0.8), tall - line),
            (long, tall - line),
            (long, tall),
            (hand, tall + d.real(0, 5)),
        ]
    )
    if d.chance(0.6):
        body = rounded(body, line * 0.3)
    pieces = [side(body, d.real(5, 22), d.pick(0.0, 1.2))]
    if d.chance(0.5):
        pieces.append(magazine(d, long * d.real(0.5, 0.56), 2, d.real(18, 44), d.real(12, 20), 6))
    return join([*pieces, *guard(d, hand + 20, hand + 38, 0, d.real(8, 14), 6)])


@family("long_gun", LONG_MM, PLAIN_LONG_GUNS)
def rifle_skeleton(d: Draw) -> Body:
    """A rifle prop with windows through stock, body and fore-end: competition and science-fiction frames."""
    body = member_of(d, PLAIN_LONG_GUNS)
    x0, _, z0, x1, _, z1 = body.bounding_box()
    tall = z1 - z0
    tools = []
    for _ in range(d.whole(3, 9)):
        x, z = d.real(x0 + 0.05 * (x1 - x0), x1), z1 - tall * d.real(0.15, 0.6)
        tools.append(
            d.pick(
                cross_drill(x, z, tall * d.real(0.02, 0.06), d.sides()),
                box((tall * d.real(0.1, 0.4), 400, tall * d.real(0.03, 0.08)), (x, 0, z)),
            )
        )
    return cut(body, *tools)


@family("long_gun", LONG_MM, PLAIN_LONG_GUNS)
def gun_on_mount(d: Draw) -> list[Body]:
    """A long-gun prop on a tripod, pintle, display stand or base plate."""
    body = member_of(d, PLAIN_LONG_GUNS)
    x0, _, z0, x1, _, z1 = body.bounding_box()
    long, tall = x1 - x0, z1 - z0
    x, drop = x0 + long * d.real(0.35, 0.6), tall * d.real(0.4, 1.4)
    floor = z0 - drop
    mount = d.pick("tripod", "stand", "plate", "pintle")
    post = rod((x, 0, floor), (x, 0, z1 - tall * 0.4), long * d.real(0.012, 0.03), n=8)
    if mount == "tripod":
        legs = [
            path([(x, 0, z0), (x + long * a, long * b, floor)], long * 0.012, 6)
            for a, b in ((0.25, 0), (-0.15, 0.2), (-0.15, -0.2))
        ]
        return [body, *legs, post]
    plate = rounded_box((long * d.real(0.3, 0.8), long * d.real(0.12, 0.3), tall * 0.06), 4, (x, 0, floor), d.sides())
    if mount == "stand":
        forks = [block(p - 3, p + 3, floor, z1 - tall * 0.4, 14) for p in (x0 + long * 0.3, x0 + long * 0.65)]
        return [body, plate, *forks]
    if mount == "plate":
        return [body.translate((0, 0, floor - z0)), plate]
    return [body, post, rod((x, 0, floor - 4), (x, 0, floor + 4), long * d.real(0.06, 0.14), n=d.sides())]


@family("long_gun", LONG_MM, PLAIN_LONG_GUNS)
def long_gun_half(d: Draw) -> Body:
    """One half of a long-gun prop split along its length, flat on its back."""
    body = member_of(d, PLAIN_LONG_GUNS)
    return body.split_by_plane((0, 1, 0), d.real(-1, 1))[0].rotate((-90, 0, 0))


@family("long_gun", LONG_MM)
def musket(d: Draw) -> list[Body]:
    """A musket, lever-action or flintlock prop: long slim wood with bands, loop lever or cock."""
    reach, tall, width = d.real(170, 260), d.real(10, 18), d.real(8, 16)
    radius, n = tall * d.real(0.25, 0.4), d.sides()
    fore = reach * d.real(0.6, 0.98)
    wood = hull(block(-20, 0, -tall, tall * 0.2, width), block(fore - 5, fore, -tall * 0.4, 0, width * 0.6))
    drop, back = d.real(14, 40), d.real(60, 110)
    butt = [
        hull(block(-30, -10, -tall, tall * 0.1, width), block(-back, -back + 8, -tall - drop, -d.real(2, 12), width))
    ]
    bands = [
        rod((reach * t, 0, -tall * 0.1), (reach * t + 5, 0, -tall * 0.1), tall * 0.62, n=n)
        for t in (0.3, 0.55, 0.8)[: d.whole(0, 3)]
        if reach * t < fore
    ]
    lever = side(
        strip([(2, -tall), (6, -tall - 16), (-14, -tall - 20), (-32, -tall - 10), (-26, -tall + 2)], 3), width * 0.5
    )
    cock = side([(-16, 0), (-6, 0), (-10, 16), (-18, 18), (-22, 12)], width * 0.4)
    spike = rod((reach - 4, 0, -tall * 0.5), (reach + d.real(20, 60), 0, -tall * 0.5), 2, 1, 6)
    return [
        wood,
        *butt,
        *barrel(d, -10, reach, tall * 0.2, radius),
        *bands,
        *d.pick([lever], guard(d, -14, 8, -tall, 12, 5)),
        *([cock] if d.chance(0.7) else []),
        *([spike] if d.chance(0.2) else []),
    ]


@family("long_gun", LONG_MM)
def drum_launcher(d: Draw) -> list[Body]:
    """A launcher prop with a fat drum amidships, short wide tube and stock."""
    long, tall, width, n = d.real(70, 120), d.real(18, 30), d.real(16, 30), d.sides()
    fat, at = d.real(22, 40), long * d.real(0.5, 0.8)
    return [
        *shell(d, 0, long, 0, tall, width),
        rod((at, 0, tall * 0.3), (at + fat * d.real(1, 1.8), 0, tall * 0.3), fat, fat * d.real(0.85, 1), n),
        rod((at + fat, 0, tall * 0.7), (at + fat + d.real(50, 110), 0, tall * 0.7), d.real(9, 18), n=n),
        grip(d, d.real(4, 18), 0, d.real(34, 50), d.real(17, 26), width * 0.8, d.real(0.1, 0.4)),
        *guard(d, 28, 44, 0, d.real(10, 16), width * 0.4),
        *(stock(d, 2, tall * 0.6, d.real(50, 110), tall * d.real(1, 1.6), width * 0.8) if d.chance(0.8) else []),
        *([grip(d, at + fat + 55, tall * 0.4, d.real(28, 40), 16, width * 0.6, 0)] if d.chance(0.5) else []),
        *sights(d, 10, long, tall, width, d.real(5, 12)),
    ]


@family("long_gun", LONG_MM)
def rifle_big_scope(d: Draw) -> list[Body]:
    """A game-art rifle under an oversized scope, with rails, legs and a short thick front."""
    long, tall, width = d.real(110, 160), d.real(22, 40), d.real(16, 40)
    return [
        *shell(d, 0, long, 0, tall, width),
        *front(d, long, tall * 0.5, tall, width, d.real(50, 140)),
        *stock(d, 0, tall * 0.6, d.real(50, 110), tall * d.real(0.9, 1.5), width * 0.8),
        grip(d, d.real(2, 24), 0, d.real(32, 50), d.real(16, 26), width * 0.7, d.real(0, 0.45)),
        *guard(d, 30, d.real(44, 56), 0, d.real(10, 18), width * 0.4),
        *scope(d, long * d.real(0.3, 0.7), tall, long * d.real(0.6, 1.3), tall * d.real(0.3, 0.7)),
        *(
            [magazine(d, long * d.real(0.5, 0.7), 0, d.real(25, 60), d.real(18, 32), width * 0.6)]
            if d.chance(0.7)
            else []
        ),
        *(bipod(d, long * 1.2, tall * 0.4, d.real(40, 70), d.real(2.5, 6)) if d.chance(0.3) else []),
        *([rail(d, long * 0.1, long * 1.2, 0, width, tall * 0.2)] if d.chance(0.3) else []),
    ]


@family("long_gun", LONG_MM)
def rifle_soft(d: Draw) -> list[Body]:
    """A smooth sculpted long gun of swelling limbs: cartoon, clay or alien style."""
    n, fat = d.pick(8, 12, 16), d.real(8, 17)
    long, back = d.real(90, 160), d.real(50, 100)
    spine = path(
        [(-back, 0, -d.real(5, 26)), (-back * 0.3, 0, 0), (0, 0, 0), (long * 0.5, 0, d.real(-2, 4)), (long, 0, 0)],
        [fat * d.real(0.9, 1.7), fat * 0.7, fat, fat * d.real(0.7, 1.2), fat * d.real(0.3, 0.9)],
        n,
    )
    handle = path(
        [(fat * 0.5, 0, 0), (-fat * d.real(0, 1.2), 0, -d.real(34, 50))], [fat * 0.7, fat * d.real(0.5, 0.8)], n
    )
    extras = [
        path([(long * t, 0, 0), (long * t + d.real(-5, 15), 0, -d.real(20, 50))], fat * d.real(0.4, 0.7), n)
        for t in (0.3, 0.55)
        if d.chance(0.6)
    ]
    lump = hull(
        box((long * 0.3, fat, fat), (long * 0.15, 0, fat * 0.6)),
        box((long * 0.1, fat * 0.6, 2), (long * 0.15, 0, fat * d.real(1.4, 2.6))),
    )
    return [join([spine, handle, *extras, *([lump] if d.chance(0.5) else [])]).scale((1, d.real(0.7, 1.4), 1))]


@family("long_gun", (40.0, 220.0), PLAIN_LONG_GUNS)
def long_gun_relief(d: Draw) -> Body:
    """A flat long gun with a thinner rim, eye or second storey around it: fob, sign, fridge magnet."""
    body = member_of(d, PLAIN_LONG_GUNS)
    flat = cutout(body, 1).project().simplify(0.3)
    thick = d.real(3, 12)
    rim_ = slab(flat.offset(d.real(1, 6)), thick * d.real(0.3, 0.7)) if d.chance(0.5) else slab(flat, thick * 0.5)
    inner = flat.offset(-d.real(0.5, 2))
    return join([rim_, slab(flat, thick), *([slab(inner, thick * 1.4)] if not inner.is_empty() and d.chance() else [])])


@family("long_gun", LONG_MM)
def sawn_shotgun(d: Draw) -> list[Body]:
    """A short double-rod shotgun prop with a pistol-like wooden handle."""
    long, radius, width, n = d.real(70, 130), d.real(6, 10), d.real(14, 24), d.sides()
    tubes = [rod((0, s * radius, 0), (long, s * radius, 0), radius, n=n) for s in (-1, 1)]
    if d.chance(0.4):
        tubes = [rod((0, 0, z), (long, 0, z), radius, n=n) for z in (0, -radius * 1.8)]
    wood = side(
        outline(
            [
                (-26, -radius),
                (long * d.real(0.3, 0.6), -radius * 2.4),
                (long * 0.6, -radius * 0.5),
                (4, radius * 0.8),
                (-18, radius),
            ]
        ),
        width,
        bevel(d, width),
    )
    return [
        *tubes,
        wood,
        grip(d, -32, -radius * 0.4, d.real(30, 55), d.real(17, 26), width * 0.9, d.real(0.4, 0.9)),
        *guard(d, -4, d.real(14, 24), -radius * 1.4, d.real(9, 14), width * 0.3),
    ]
