"""Furniture, street things, instruments and game-art props: ladders, banners, lamps, guitars, crates and the like."""

from c3po.shapes.csg import (
    Body,
    arc,
    around,
    ball,
    block,
    box,
    cut,
    disc,
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

PROP_MM = (30.0, 240.0)


@family("figure", PROP_MM)
def chair(d: Draw) -> list[Body]:
    """A chair, bench, stool or throne: seat, legs and a back of slats or a panel."""
    wide, deep, tall, line = d.real(30, 90), d.real(28, 45), d.real(15, 45), d.real(2, 5)
    seat = rounded_box((deep, wide, d.real(3, 8)), d.real(0.1, 8), (0, 0, tall), d.sides())
    legs = [
        rod(
            (x * deep * 0.44, y * wide * 0.44, 0),
            (x * deep * 0.4, y * wide * 0.42, tall),
            line * d.real(0.6, 1),
            line,
            d.pick(4, 8),
        )
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    high = d.real(20, 70)
    x = -deep * 0.44
    posts = [
        rod((x, s * wide * 0.42, tall), (x - high * 0.15, s * wide * 0.42, tall + high), line, n=6) for s in (-1, 1)
    ]
    slats = [
        box((line, wide * 0.86, high * 0.12), (x - high * 0.15 * t, 0, tall + high * t)) for t in (0.35, 0.65, 0.95)
    ]
    panel = hull(
        box((line, wide * 0.86, 2), (x, 0, tall + 2)), box((line, wide * 0.86, 2), (x - high * 0.15, 0, tall + high))
    )
    return [seat, *legs, *d.pick([*posts, *slats], [panel], [])]


@family("figure", PROP_MM)
def table(d: Draw) -> list[Body]:
    """A table, desk, shelf or bed: plates on legs, a column or side walls."""
    a, b, tall, thick = d.real(50, 120), d.real(30, 80), d.real(15, 80), d.real(2, 6)
    top = slab(d.pick(rectangle(a, b), disc(b / 2, d.sides()), rounded(rectangle(a, b), b * 0.2)), thick).translate(
        (0, 0, tall)
    )
    style = d.pick("legs", "column", "walls", "shelf")
    if style == "column":
        return [top, turned([(b * 0.35, 0), (b * 0.3, 4), (b * 0.06, 8), (b * 0.06, tall + 1)], d.sides())]
    if style == "walls":
        return [
            top,
            *[box((thick, b * 0.9, tall), (s * a * 0.42 if a > b else 0, 0, tall / 2)) for s in (-1, 1)],
            box((a * 0.5, thick, tall), (0, 0, tall / 2)),
        ]
    inset = 0.22 if style == "legs" else 0.46
    legs = [box((thick, thick, tall + 1), (x * a * inset, y * b * inset, tall / 2)) for x in (-1, 1) for y in (-1, 1)]
    boards = [
        box((a * 2 * inset, b * 2 * inset, thick * 0.8), (0, 0, tall * t))
        for t in ((0.1, 0.4, 0.7) if style == "shelf" else (0.2,))
    ]
    return [top, *legs, *boards]


@family("figure", (50.0, 250.0))
def ladder(d: Draw) -> Body:
    """A ladder, railing, track or fence: two long rails with many rungs, straight or leaning apart."""
    rungs, step, wide, line = d.whole(4, 16), d.real(10, 18), d.real(14, 40), d.real(1.5, 4)
    long, taper = rungs * step, d.real(0.5, 1)
    rails = [path([(0, s * wide / 2, 0), (long, s * wide / 2 * taper, 0)], line, d.pick(4, 8)) for s in (-1, 1)]
    bars = [
        rod((step * (i + 0.5), -wide / 2, 0), (step * (i + 0.5), wide / 2, 0), line * d.real(0.5, 0.9), n=6)
        for i in range(rungs)
    ]
    body = join([*rails, *[b ^ hull(*rails) for b in bars]])
    return join([body, body.rotate((0, d.real(15, 40), 0))]) if d.chance(0.25) else body


@family("figure", (50.0, 250.0))
def banner(d: Draw) -> list[Body]:
    """A banner, flag, signpost or weather vane: cloth or board on a pole."""
    tall, line = d.real(80, 200), d.real(1.5, 5)
    a, b, thin = d.real(25, 80), d.real(20, 90), d.real(1.2, 4)
    cloth = outline(
        d.pick(
            [(0, 0), (a, 0), (a, -b), (a / 2, -b * 0.8), (0, -b)],
            [(0, 0), (a, -b * 0.3), (0, -b * 0.6)],
            [(0, 0), (a, 0), (a * 1.25, -b * 0.2), (a, -b * 0.4), (0, -b * 0.4)],
            [(0, 0), (a, -4), (a * 0.8, -b * 0.3), (a, -b * 0.6), (0, -b * 0.6)],
        )
    )
    pole = rod((0, 0, 0), (0, 0, tall), line, n=d.sides())
    flag = side(cloth, thin).translate((-d.pick(0.0, a / 2), 0, tall * d.real(0.85, 0.98)))
    arm = rod((-a * 0.6, 0, tall * 0.95), (a, 0, tall * 0.95), line * 0.8, n=6)
    foot = d.pick(
        rod((0, 0, 0), (0, 0, 5), line * 5, n=d.sides()),
        box((line * 9, line * 9, 4), (0, 0, 2)),
        around(box((line * 10, line, line), (line * 5, 0, line / 2)), 4),
    )
    return [
        pole,
        flag,
        ball(line * 1.6, (0, 0, tall), 8),
        *([arm] if d.chance(0.6) else []),
        *([foot] if d.chance(0.7) else []),
    ]


@family("figure", PROP_MM)
def lamp(d: Draw) -> list[Body]:
    """A lamp: desk lamp with joints, lamp post, lantern, candlestick or chandelier."""
    tall, line, n = d.real(50, 130), d.real(2, 5), d.sides()
    style, shade = d.pick("desk", "post", "lantern", "candle", "arms"), d.real(12, 30)
    foot = rod((0, 0, 0), (0, 0, 5), shade * d.real(0.8, 1.4), shade, n)
    cone = rod((0, 0, 0), (0, 0, shade * d.real(0.8, 1.8)), shade, shade * d.real(0.2, 0.7), n)
    if style == "desk":
        out, back = d.real(30, 80), d.real(-30, 10)
        knots = [(0.0, 0.0, 0.0), (back, 0.0, tall * 0.6), (out, 0.0, tall)]
        return [
            foot,
            path(knots, line, 8),
            *[ball(line * 1.7, k, 8) for k in knots[1:]],
            cone.rotate((0, d.real(-40, 20), 0)).translate((out, 0, tall - shade)),
        ]
    stem = rod((0, 0, 0), (0, 0, tall), line, n=n)
    if style == "post":
        return [foot, stem, cone.translate((0, 0, tall - 2))]
    if style == "lantern":
        return [
            foot,
            around(box((line, line, tall * 0.6), (shade * 0.8, 0, tall * 0.3)), 4),
            cone.translate((0, 0, tall * 0.6)),
            ring(shade * 0.5, line * 0.5).rotate((90, 0, 0)).translate((0, 0, tall * 0.6 + shade * 1.5)),
            rod((0, 0, tall * 0.6), (0, 0, tall * 0.6 + shade * 1.3), line),
        ]
    arm = path(
        [(0, 0, tall * 0.7), (shade, 0, tall * 0.5), (shade * 1.5, 0, tall * 0.75), (shade * 1.5, 0, tall)],
        line * 0.8,
        6,
    )
    return [
        foot,
        stem,
        around(arm, d.whole(2, 6))
        if style == "arms"
        else turned([(shade * 0.5, tall * 0.6), (shade * 0.7, tall * 0.65), (line, tall * 0.7)], n),
    ]


@family("figure", (50.0, 250.0))
def guitar(d: Draw) -> Body:
    """A guitar, violin, banjo or ukulele: waisted or angular body, long neck, head with pegs."""
    big, small, gap = d.real(22, 36), d.real(15, 26), d.real(18, 34)
    neck, line, thick = d.real(60, 120), d.real(4, 8), d.real(5, 20)
    bodies = d.pick(
        merge([disc(big), disc(small).translate((gap, 0)), rectangle(gap, small * 1.4).translate((gap / 2, 0))]),
        outline(
            [
                (-big, 0),
                (-big * 0.4, -big),
                (gap, -small),
                (gap * 2, -small * 1.2),
                (gap, -line),
                (gap, line),
                (gap * 1.7, small),
                (-big * 0.4, big),
            ]
        ),
        disc(big, d.sides()),
    )
    body = slab(bodies, thick, thick * d.pick(0.0, 0.2))
    if d.chance(0.6):
        body = cut(body, rod((gap * 0.8, 0, thick * 0.3), (gap * 0.8, 0, 99), small * 0.4))
    x = gap + neck
    fret = block(0, x, thick * 0.5, thick * 0.5 + line * 0.9, line * 2)
    head = slab(
        outline([(x - 2, -line), (x + 24, -line * 1.6), (x + 24, line * 1.6), (x - 2, line)]), line * 0.8
    ).translate((0, 0, thick * 0.45))
    pegs = [
        rod((x + 6 * i + 4, -line * 2.4, thick * 0.5 + 2), (x + 6 * i + 4, line * 2.4, thick * 0.5 + 2), 1.5, n=6)
        for i in range(3)
    ]
    bridge = box((6, small, 5), (-big * 0.2, 0, thick + 1))
    return join([body, fret, head, *pegs, bridge])


@family("figure", PROP_MM)
def crate_or_barrel(d: Draw) -> list[Body]:
    """A crate, barrel, chest, pot or coin stack of game art, alone or piled up."""
    size, n = d.real(25, 45), d.sides()
    planks = join(
        [
            box((size, size, size), (0, 0, size / 2)),
            *[box((size * 1.08, size * 0.14, size * 1.06), (0, s * size * 0.46, size / 2)) for s in (-1, 1)],
            *[box((size * 0.14, size * 1.08, size * 1.06), (s * size * 0.46, 0, size / 2)) for s in (-1, 1)],
        ]
    )
    barrel = join(
        [
            turned([(size * 0.4, 0), (size * 0.52, size * 0.6), (size * 0.4, size * 1.2)], n),
            *[rod((0, 0, size * t), (0, 0, size * (t + 0.08)), size * 0.53, n=n) for t in (0.25, 0.85)],
        ]
    )
    coins = join(
        [
            rod((d.real(-3, 3), d.real(-3, 3), i * 5), (d.real(-3, 3), d.real(-3, 3), i * 5 + 5.5), size * 0.4, n=n)
            for i in range(d.whole(2, 8))
        ]
    )
    one = d.pick(planks, barrel, coins, barrel.rotate((90, 0, 0)).translate((0, 0, size * 0.5)))
    if d.chance(0.3):
        return [
            one,
            d.pick(planks, barrel).rotate((0, 0, 30)).translate((size * 0.95, 0, 0)),
            one.translate((size * 0.4, 0, size * 0.98)),
        ]
    return [one]


@family("figure", (40.0, 240.0))
def fence_or_gate(d: Draw) -> list[Body]:
    """A fence, gate, portal, arch or grave stone on a base."""
    wide, tall, thick = d.real(50, 140), d.real(30, 110), d.real(4, 16)
    style = d.pick("pickets", "arch", "stone", "bars")
    if style == "pickets":
        count = d.whole(4, 12)
        step = wide / count
        picket = side(
            [(0, 0), (step * 0.7, 0), (step * 0.7, tall * 0.8), (step * 0.35, tall), (0, tall * 0.8)], thick * 0.5
        )
        return [
            row(picket, count, (step, 0, 0)),
            *[block(0, wide - step * 0.3, tall * t, tall * (t + 0.1), thick) for t in (0.2, 0.6)],
        ]
    if style == "arch":
        inner = wide * d.real(0.5, 0.8)
        shape = merge(
            [rectangle(wide, tall).translate((0, tall / 2)), disc(wide / 2, d.sides()).translate((0, tall))]
        ) - merge(
            [rectangle(inner, tall + 2).translate((0, tall / 2 - 1)), disc(inner / 2, d.sides()).translate((0, tall))]
        )
        return [
            side(shape, thick),
            *[box((wide * 0.35, thick * 1.5, tall * 0.12), (s * wide * 0.38, 0, tall * 0.06)) for s in (-1, 1)],
            block(-wide * 0.55, wide * 0.55, -4, 1, thick * 2),
        ]
    if style == "stone":
        top = merge(
            [rectangle(wide * 0.5, tall).translate((0, tall / 2)), disc(wide * 0.25, d.sides()).translate((0, tall))]
        )
        return [side(top, thick, thick * 0.15), block(-wide * 0.4, wide * 0.4, -6, 1, thick * 2)]
    return [
        row(rod((0, 0, 0), (0, 0, tall), 2.2, n=6), 8, (wide / 8, 0, 0)),
        *[block(0, wide * 0.88, z, z + 4, 4) for z in (tall * 0.1, tall * 0.85)],
        *[box((6, 6, tall * 1.1), (x, 0, tall * 0.55)) for x in (0, wide * 0.88)],
    ]


@family("figure", (40.0, 240.0))
def toy_catapult(d: Draw) -> list[Body]:
    """A catapult, well, windmill or seesaw: timber frame with a long arm across."""
    long, wide, tall, line = d.real(60, 120), d.real(25, 50), d.real(25, 60), d.real(2, 5)
    beams = [block(0, long, 0, line * 2, line * 2).translate((0, s * wide / 2, 0)) for s in (-1, 1)]
    ties = [block(x, x + line * 2, 0, line * 2, wide) for x in (0, long - line * 2)]
    frame = side(strip([(long * 0.25, line), (long * 0.5, tall), (long * 0.75, line)], line * 1.6), line * 1.6)
    axle = rod((long * 0.5, -wide * 0.6, tall), (long * 0.5, wide * 0.6, tall), line, n=8)
    tilt = d.real(-0.7, 0.7)
    reach = long * d.real(0.5, 0.9)
    arm = path(
        [(long * 0.5 - reach, 0, tall - reach * tilt), (long * 0.5 + reach * 0.4, 0, tall + reach * 0.4 * tilt)],
        line,
        6,
    )
    end = (long * 0.5 + reach * 0.4, 0.0, tall + reach * 0.4 * tilt)
    load = d.pick(
        box((14, 14, 14), end),
        ball(9, end, 8),
        around(box((reach * 0.8, 8, 2), (reach * 0.4, 0, 0)), 4).rotate((90, 0, 0)).translate((long * 0.5, 0, tall)),
    )
    return [*beams, *ties, *[frame.translate((0, s * wide / 2, 0)) for s in (-1, 1)], axle, arm, load]


@family("figure", (40.0, 220.0))
def instrument_stand(d: Draw) -> list[Body]:
    """A telescope, microscope or security camera: tube on a fork, tripod or arm."""
    long, radius, n = d.real(50, 130), d.real(7, 18), d.sides()
    pitch, tall = d.real(-50, 25), d.real(30, 90)
    barrel = join(
        [
            rod((-long * 0.4, 0, 0), (long * 0.6, 0, 0), radius, n=n),
            rod((long * 0.45, 0, 0), (long * 0.62, 0, 0), radius * d.real(1.05, 1.5), n=n),
            rod((-long * 0.55, 0, 0), (-long * 0.35, 0, 0), radius * 0.6, n=n),
        ]
    )
    tube = barrel.rotate((0, pitch, 0)).translate((0, 0, tall))
    foot = d.pick(
        [path([(0, 0, tall), (x, y, 0)], d.real(2, 4), 6) for x, y in arc(tall * 0.5, 0, 240, 3)],
        [rod((0, 0, 0), (0, 0, tall), radius * 0.4), rounded_box((50, 36, 5), 4, (0, 0, 2))],
        [
            path([(0, 0, tall), (-long * 0.3, 0, tall * 0.5), (-long * 0.25, 0, 0)], radius * 0.6, 8),
            rounded_box((long * 0.8, 36, 6), 4, (0, 0, 2)),
            box((36, 36, 3), (8, 0, tall * 0.35)),
            rod((-long * 0.26, 0, tall * 0.35), (0, 0, tall * 0.35), 4),
        ],
    )
    return [tube, *foot]


@family("figure", (30.0, 200.0))
def toy_block_model(d: Draw) -> Body:
    """A blocky low-poly thing of voxels or bricks: pixel figure, heart, letter, space invader, tower."""
    step, nx, nz = d.real(5, 12), d.whole(4, 9), d.whole(4, 9)
    fill = d.real(0.5, 0.85)
    half = [(i, j) for i in range((nx + 1) // 2) for j in range(nz) if d.chance(fill)]
    cells = {(i, j) for i, j in half} | ({(nx - 1 - i, j) for i, j in half} if d.chance(0.7) else set())
    cells |= {(nx // 2, j) for j in range(nz)} | {(i, nz // 2) for i in range(nx)}
    deep = step * d.real(0.5, 3)
    body = join([box((step * 1.01, deep, step * 1.01), (i * step, 0, j * step)) for i, j in sorted(cells)])
    studs = [
        rod((i * step, 0, j * step), (i * step, deep * 0.5 + step * 0.2, j * step), step * 0.3, n=8)
        for i, j in sorted(cells)
    ]
    return join([body, *studs]) if d.chance(0.25) else body


@family("figure", (30.0, 200.0))
def flat_ornament(d: Draw) -> Body:
    """A flat cut-out: star, heart, cloud, snowflake, animal or letter as a cookie cutter, medal or decoration."""
    style, size = d.pick("star", "heart", "cloud", "flake", "arrow", "moon"), d.real(20, 50)
    count = d.whole(4, 9)
    star = outline(
        [
            p
            for i in range(count)
            for p in (
                *arc(size, 360 / count * i, 360 / count * i, 1),
                *arc(size * 0.45, 360 / count * (i + 0.5), 360 / count * (i + 0.5), 1),
            )
        ]
    )
    flake = merge(
        [strip([(0, 0), (size, 0)], 4).rotate(60 * i) for i in range(6)]
        + [
            strip([(size * 0.75, size * 0.2), (size * 0.55, 0), (size * 0.75, -size * 0.2)], 3).rotate(60 * i)
            for i in range(6)
        ]
    )
    shape = {
        "star": star,
        "heart": merge(
            [disc(size * 0.5).translate((s * size * 0.42, size * 0.2)) for s in (-1, 1)]
            + [outline([(-size * 0.88, 0), (0, -size), (size * 0.88, 0), (0, size * 0.4)])]
        ),
        "cloud": merge(
            [
                disc(size * d.real(0.3, 0.5)).translate((size * x, size * d.real(-0.1, 0.2)))
                for x in (-0.6, -0.2, 0.2, 0.6)
            ]
        ),
        "flake": flake,
        "arrow": outline([(0, -5), (size, -5), (size, -16), (size * 1.7, 0), (size, 16), (size, 5), (0, 5)]),
        "moon": disc(size) - disc(size * 0.85).translate((size * 0.5, 0)),
    }[style]
    if d.chance(0.3):
        return slab(rim(shape, d.real(1, 2.5)), d.real(8, 20))
    body = slab(shape, d.real(1.5, 10), d.pick(0.0, 0.7))
    hang = slab(rim(disc(6), 2), 2).translate((shape.bounds()[0] + 1, 0, 0))
    return join([body, hang]) if d.chance(0.3) else body


@family("figure", (30.0, 200.0))
def trophy(d: Draw) -> list[Body]:
    """A trophy, hourglass, bell, crown stand or globe: turned body with arms on a plinth."""
    n, tall, wide = d.sides(), d.real(50, 110), d.real(14, 30)
    style = d.pick("trophy", "hourglass", "bell", "globe")
    foot = slab(d.pick(rectangle(wide * 2, wide * 2), disc(wide, n)), d.real(5, 16))
    if style == "trophy":
        cup = turned([(4, 4), (4, tall * 0.4), (wide, tall * 0.6), (wide * d.real(0.9, 1.2), tall)], n)
        ears = [
            path(
                [(s * wide * 0.9, 0, tall * 0.9), (s * wide * 1.7, 0, tall * 0.85), (s * wide * 0.8, 0, tall * 0.55)],
                2.5,
                6,
            )
            for s in (-1, 1)
        ]
        return [foot, cup, *ears]
    if style == "hourglass":
        glass = turned(
            [(wide * 0.8, 4), (wide * 0.8, tall * 0.3), (3, tall * 0.5), (wide * 0.8, tall * 0.7), (wide * 0.8, tall)],
            n,
        )
        return [
            foot,
            glass,
            foot.translate((0, 0, tall)),
            around(rod((wide * 0.9, 0, 0), (wide * 0.9, 0, tall + 2), 2), 3),
        ]
    if style == "bell":
        return [
            turned(
                [(wide * 1.2, 0), (wide, 6), (wide * 0.6, tall * 0.4), (wide * 0.4, tall * 0.55), (4, tall * 0.6)], n
            ),
            path([(0, 0, tall * 0.55), (0, 0, tall)], d.real(3, 6), 8),
            ball(6, (0, 0, 2)),
        ]
    return [
        foot,
        ball(wide, (0, 0, tall * 0.6), n),
        rod((0, 0, 2), (0, 0, tall * 0.4), 3),
        ring(wide * 1.15, 2).rotate((90 + d.real(-25, 25), 0, 0)).translate((0, 0, tall * 0.6)),
        rod((0, 0, tall * 0.2), (0, 0, tall * 0.6 + wide * 1.2), 2.2),
    ]
