"""Boxes, trays, grills, lattices, plates with text and buildings: things with walls, windows and regular holes."""

import numpy as np

from c3po.shapes.csg import (
    Body,
    Outline,
    around,
    ball,
    block,
    box,
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

BOX_MM = (25.0, 220.0)


def base_shape(d: Draw, a: float, b: float) -> Outline:
    """The outline of a box seen from above."""
    return d.pick(
        rectangle(a, b),
        rounded(rectangle(a, b), d.real(0.05, 0.45) * min(a, b)),
        disc(b / 2, d.pick(6, 8)).scale((a / b, 1)),
    )


def cut_outs(d: Draw, a: float, b: float, tall: float) -> list[Body]:
    """Windows, vents and round holes through the walls."""
    tools = []
    for _ in range(d.whole(0, 4)):
        x, z = d.real(-0.35, 0.35) * a, d.real(0.3, 0.8) * tall
        size = d.real(0.08, 0.3) * tall
        tools.append(
            d.pick(
                box((size * d.real(1, 4), b * 0.6, size), (x, b * 0.5, z)),
                rod((x, 0, z), (x, b, z), size * 0.6, n=16),
                row(box((a * 0.02, b * 0.6, size * 2), (-a * 0.3, b * 0.5, z)), d.whole(3, 9), (a * 0.06, 0, 0)),
            )
        )
    return tools


def glyphs(d: Draw, count: int, size: float) -> Outline:
    """A line of random stroke letters, as raised or sunken text."""
    grid = [(x, y) for x in (0.0, 0.5) for y in (0.0, 0.5, 1.0)]
    letters = []
    for i in range(count):
        points = [grid[d.whole(0, 5)] for _ in range(d.whole(3, 5))]
        points = [p for p, q in zip(points, [*points[1:], (9.0, 9.0)], strict=True) if p != q]
        points = points if len(points) > 1 else [(0.0, 0.0), (0.0, 1.0)]
        letters.append(strip([((x + i * 0.8) * size, y * size) for x, y in points], size * 0.16, 6))
    return merge(letters).translate((-count * 0.4 * size, -size / 2))


@family("enclosure", BOX_MM)
def open_box(d: Draw) -> Body:
    """An open box or tray with thin walls, maybe with compartments."""
    a, b, tall, wall = d.real(30, 120), d.real(25, 90), d.real(8, 90), d.real(0.8, 4)
    shape = base_shape(d, a, b)
    body = cut(slab(shape, tall), slab(shape.offset(-wall), tall).translate((0, 0, wall)))
    if d.chance(0.4):
        walls = [box((wall, b, tall * 0.8), (a * (i / d.whole(2, 5) - 0.5), 0, tall * 0.45)) for i in range(1, 4)]
        walls += [box((a, wall, tall * 0.8), (0, d.real(-0.2, 0.2) * b, tall * 0.45))]
        body = join([body, *[w ^ slab(shape, tall) for w in walls]])
    return cut(body, *cut_outs(d, a, b, tall)) if d.chance(0.3) else body


@family("enclosure", BOX_MM)
def electronics_case(d: Draw) -> Body:
    """A case for a board: stand-offs, cut-outs, screw ears, maybe its lid beside it on the same plate."""
    a, b, tall, wall = d.real(45, 130), d.real(35, 90), d.real(12, 50), d.real(1.2, 3)
    shape = rounded(rectangle(a, b), d.real(0.5, 8))
    body = cut(slab(shape, tall), slab(shape.offset(-wall), tall).translate((0, 0, wall)))
    posts = [
        cut(rod((x * a, y * b, 0), (x * a, y * b, tall * d.real(0.2, 0.9)), 3.5), drill(x * a, y * b, 1.2))
        for x in (-0.4, 0.4)
        for y in (-0.36, 0.36)
    ]
    body = cut(join([body, *posts]), *cut_outs(d, a, b, tall))
    if d.chance(0.4):
        ear = cut(slab(rounded(rectangle(14, 14), 5), wall), drill(3, 0, 2))
        body = join([body, ear.translate((a / 2 + 3, 0, 0)), ear.rotate((0, 0, 180)).translate((-a / 2 - 3, 0, 0))])
    if d.chance(0.5):
        lid = join([slab(shape, wall), slab(rim(shape.offset(-wall * 1.2), wall), wall * 2)])
        lid = (
            cut(lid, row(box((a * 0.5, 2, 20)), d.whole(2, 8), (0, 5, 0)).translate((0, -b * 0.3, 0)))
            if d.chance()
            else lid
        )
        body = join([body, lid.translate((0, b * d.real(1.05, 1.2), 0))])
    return body


@family("enclosure", BOX_MM)
def lidded_box(d: Draw) -> Body:
    """A closed box, chest, drawer or suitcase with a lid line, knob, hinge or handle."""
    a, b, tall = d.real(35, 110), d.real(25, 80), d.real(20, 80)
    body = slab(base_shape(d, a, b), tall, 0)
    if d.chance(0.4):
        body = join([body, rod((-a / 2, 0, tall), (a / 2, 0, tall), b / 2, n=d.sides())])
    top = d.pick(
        ball(b * 0.12, (0, 0, tall + b * 0.1)),
        path(
            [
                (-a * 0.2, -b / 2, tall * 0.6),
                (-a * 0.2, -b * 0.65, tall * 0.6),
                (a * 0.2, -b * 0.65, tall * 0.6),
                (a * 0.2, -b / 2, tall * 0.6),
            ],
            b * 0.04,
            8,
        ),
        box((a * 0.15, b * 1.06, tall * 0.25), (0, 0, tall * 0.7)),
        join([box((a * 0.06, b * 1.04, tall * 1.02), (x * a, 0, tall / 2)) for x in (-0.3, 0.3)]),
    )
    seam = cut(box((a * 1.2, b * 1.2, tall * 0.04), (0, 0, tall * d.real(0.5, 0.8))), box((a * 0.95, b * 0.95, tall)))
    return cut(join([body, top]), seam)


@family("enclosure", BOX_MM)
def grill(d: Draw) -> Body:
    """A grill, vent cover or speaker mesh: frame with bars, holes or rings."""
    a, b, thick = d.real(35, 120), d.real(30, 100), d.real(1.5, 8)
    shape = d.pick(rectangle(a, b), rounded(rectangle(a, b), b * 0.15), disc(b / 2, 36))
    style, step, line = d.pick("bars", "holes", "rings", "cross"), d.real(4, 12), d.real(1.2, 3)
    count = int(a / step)
    bars = [rectangle(line, 2 * b).translate((step * (i - count / 2), 0)) for i in range(count + 1)]
    if style == "bars":
        inside = merge(bars)
    elif style == "holes":
        inside = shape - merge(
            [
                disc(step * 0.38, d.pick(6, 12)).translate((step * (i - 5 + 0.5 * (j % 2)), step * 0.87 * (j - 5)))
                for i in range(11)
                for j in range(11)
            ]
        )
    elif style == "rings":
        inside = merge(
            [
                *[disc(r, 32) - disc(r - line, 32) for r in (b * 0.12, b * 0.24, b * 0.36, b * 0.48)],
                rectangle(a, line),
                rectangle(line, b),
            ]
        )
    else:
        inside = merge([merge(bars).rotate(45), merge(bars).rotate(-45)])
    frame = rim(shape, d.real(2, 8))
    body = slab(merge([inside ^ shape, frame]), thick)
    if d.chance(0.4):
        body = join([body, slab(rim(shape, d.real(1, 2)), thick * d.real(2, 6))])
    return cut(body, *[drill(x * a * 0.46, y * b * 0.46, 1.6) for x in (-1, 1) for y in (-1, 1)])


@family("enclosure", BOX_MM)
def honeycomb(d: Draw) -> Body:
    """A honeycomb or hexagon-pocket panel, shelf or organiser, deep or flat."""
    size, wall, tall = d.real(6, 20), d.real(0.8, 3), d.real(2, 60)
    nx, ny = d.whole(2, 7), d.whole(2, 6)
    step = size * 3**0.5 + wall
    centres = [(step * (i + 0.5 * (j % 2)), step * 0.866 * j) for i in range(nx) for j in range(ny)]
    if d.chance(0.3):
        centres = [c for c in centres if d.chance(0.8)] or centres
    cells = [disc(size, 6).rotate(30).translate(c) for c in centres]
    outer = merge([c.offset(wall) for c in cells])
    holes = slab(merge(cells), tall * 2).translate((0, 0, d.pick(-1.0, wall)))
    return cut(slab(outer, tall), holes).rotate(d.pick((0, 0, 0), (90, 0, 0)))


@family("enclosure", BOX_MM)
def drawer(d: Draw) -> Body:
    """A drawer or bin: open box with a taller front, a handle or a label slot."""
    a, b, tall, wall = d.real(40, 130), d.real(30, 80), d.real(15, 60), d.real(1.2, 3)
    body = cut(block(0, a, 0, tall, b), block(wall, a - wall, wall, tall + 1, b - 2 * wall))
    front = block(-wall, wall, -d.real(0, 4), tall * d.real(1, 1.5), b * d.real(1, 1.15))
    pull = d.pick(
        path(
            [
                (0, -b * 0.2, tall * 0.5),
                (-15, -b * 0.2, tall * 0.5),
                (-15, b * 0.2, tall * 0.5),
                (0, b * 0.2, tall * 0.5),
            ],
            2.5,
            8,
        ),
        ball(6, (-6, 0, tall * 0.5)),
        side([(0, tall * 0.4), (-14, tall * 0.4), (0, tall * 0.7)], b * 0.4),
    )
    if d.chance(0.3):
        return side([(0, 0), (a, 0), (a, tall), (a * 0.3, tall), (0, tall * 0.4)], b) - side(
            [(wall, wall), (a - wall, wall), (a - wall, 99), (0, 99), (0, tall)], b - 2 * wall
        )
    return join([body, front, pull])


@family("enclosure", BOX_MM)
def text_plate(d: Draw) -> Body:
    """A name plate, key tag, sign or stencil with raised, sunken or cut-through letters."""
    size, count, thick = d.real(8, 25), d.whole(2, 10), d.real(1.2, 6)
    text = glyphs(d, count, size)
    a, b = count * 0.8 * size + size, size * d.real(1.3, 2.5)
    shape = base_shape(d, a, b)
    style = d.pick("raised", "sunken", "through", "bare", "stand")
    if d.chance(0.4):
        shape = shape + disc(b * 0.3).translate((-a / 2, 0)) - disc(b * 0.12).translate((-a / 2, 0))
    if style == "bare":
        return slab(merge([text, rectangle(a, size * 0.2).translate((0, -size / 2))]), thick)
    if style == "through":
        return slab(shape - text, thick)
    plate = slab(shape, thick)
    if style == "sunken":
        return cut(plate, slab(text, thick).translate((0, 0, thick * 0.6)))
    body = join([plate, slab(text, thick * d.real(1.2, 2.5))])
    return join([body.rotate((80, 0, 0)), rounded_box((a, b, 4), 2)]) if style == "stand" else body


@family("enclosure", BOX_MM)
def script_plate(d: Draw) -> Body:
    """A name in handwriting: one line that runs on in arches, loops and tails; alone, underlined or on a plate."""
    size, pen = d.real(8, 22), d.real(1.2, 3.6)
    slant, x = d.real(0.1, 0.5), 0.0
    points = [(0.0, 0.0)]
    for _ in range(d.whole(3, 9)):
        wide, tall = size * d.real(0.35, 0.9), size * d.pick(0.6, 0.6, 0.7, 1.5, 1.7)
        foot = -size * (d.real(0.5, 0.9) if d.chance(0.2) else 0.0)
        arch = [(t, np.sin(np.pi * t)) for t in np.linspace(0.1, 0.9, 6)]
        if d.chance(0.5):  # a loop: the line turns back over itself
            arch = [(0.5 + 0.55 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in np.linspace(0.4, 5.6, 9)]
        points += [(x + wide * px + slant * tall * pz, tall * pz) for px, pz in arch]
        points.append((x + wide + slant * foot, foot))
        x += wide * d.real(0.9, 1.2)
    word, thick = strip(points, pen, 8), d.real(1.6, 8)
    style = d.pick("bare", "bare", "underlined", "plate")
    if style == "underlined":
        word = merge([word, rectangle(x * d.real(0.9, 1.2), pen * d.real(1, 2)).translate((x / 2, 0))])
    if style == "plate":
        base = base_shape(d, x * 1.25, size * d.real(2.2, 3.4)).translate((x / 2, size * 0.4))
        return join([slab(base, thick), slab(word, thick * d.real(1.3, 2.2))])
    return slab(word, thick)


@family("enclosure", (15.0, 150.0))
def calibration(d: Draw) -> Body:
    """A calibration piece: cube with letters, temperature tower, overhang and bridge test, steps."""
    size = d.real(15, 30)
    style = d.pick("cube", "tower", "stairs", "bridge", "cones", "frame")
    if style == "cube":
        sign = slab(glyphs(d, 1, size * 0.5), 2)
        return join(
            [
                box((size,) * 3, (0, 0, size / 2)),
                sign.translate((0, 0, size - 1)),
                sign.rotate((90, 0, 0)).translate((0, -size / 2 + 1, size / 2)),
            ]
        )
    if style == "tower":
        floors = d.whole(4, 10)
        step = cut(
            block(0, size, 0, size * 0.5, size * 0.5), block(size * 0.3, size * 0.7, size * 0.1, size * 0.4, size)
        )
        fin = side([(size, size * 0.45), (size * 1.5, size * 0.45), (size, size * 0.1)], size * 0.4)
        return row(join([step, fin]), floors, (0, 0, size * 0.5))
    if style == "stairs":
        return join(
            [
                block(i * size * 0.4, (i + 1) * size * 0.4 + 0.1, 0, size * 0.25 * (i + 1), size)
                for i in range(d.whole(3, 8))
            ]
        )
    if style == "bridge":
        spans = d.whole(2, 6)
        posts = [block(i * size, i * size + 4, 0, size, size * 0.5) for i in range(spans + 1)]
        return join([*posts, block(0, spans * size + 4, size - 2, size + 1, size * 0.5)])
    if style == "cones":
        return join(
            [
                rounded_box((size * 3, size, 2), 2, (size, 0, 1)),
                *[
                    turned([(size * 0.3, 0), (0.8, d.real(1, 2.5) * size)], 16).translate((size * i, 0, 1))
                    for i in (0, 1, 2)
                ],
            ]
        )
    edge = d.real(1.5, 5)
    return cut(
        box((size,) * 3),
        box((size - edge, size - edge, 2 * size)),
        box((2 * size, size - edge, size - edge)),
        box((size - edge, 2 * size, size - edge)),
    )


@family("enclosure", BOX_MM)
def lattice(d: Draw) -> Body:
    """A lattice block: struts in a cubic, diagonal or tetrahedral grid, maybe between plates."""
    step, line = d.real(10, 25), d.real(0.8, 2.4)
    nx, ny, nz = d.whole(1, 4), d.whole(1, 3), d.whole(1, 4)
    a, b, c = nx * step, ny * step, nz * step
    bars = [box((a, line * 2, line * 2), (a / 2, j * step, k * step)) for j in range(ny + 1) for k in range(nz + 1)]
    bars += [box((line * 2, b, line * 2), (i * step, b / 2, k * step)) for i in range(nx + 1) for k in range(nz + 1)]
    bars += [box((line * 2, line * 2, c), (i * step, j * step, c / 2)) for i in range(nx + 1) for j in range(ny + 1)]
    if d.chance(0.4):
        bars += [
            rod((i * step, j * step, k * step), ((i + 1) * step, j * step, (k + 1) * step), line, n=6)
            for i in range(nx)
            for j in range(ny + 1)
            for k in range(nz)
        ]
    if d.chance(0.3):
        bars += [box((a, b, line * 2), (a / 2, b / 2, z)) for z in (0, c)]
    return join(bars)


@family("enclosure", (50.0, 240.0))
def truss(d: Draw) -> Body:
    """A truss, bridge, crane arm or pylon made of bars."""
    bays, step, tall, line = d.whole(3, 9), d.real(14, 28), d.real(14, 40), d.real(1.5, 4)
    taper = d.real(0.3, 1)
    long = bays * step

    def high(i: float) -> float:
        return tall * (1 + (taper - 1) * i / bays)

    lines = [[(0.0, 0.0), (long, 0.0)], [(0.0, high(0)), (long, high(bays))]]
    lines += [[(i * step, 0.0), (i * step, high(i))] for i in range(bays + 1)]
    lines += [
        [(i * step, 0.0), ((i + 1) * step, high(i + 1))] if i % 2 else [(i * step, high(i)), ((i + 1) * step, 0.0)]
        for i in range(bays)
    ]
    frame = side(merge([strip(p, line, 6) for p in lines]), line)
    wide = d.real(8, 40)
    if d.chance(0.35):
        return side(merge([strip(p, line, 6) for p in lines]), wide)
    ties = [
        block(i * step - line / 2, i * step + line / 2, z - line / 2, z + line / 2, wide + line)
        for i in range(bays + 1)
        for z in (0, high(i))
    ]
    deck = [block(0, long, -line, line, wide)] if d.chance(0.4) else []
    return join([frame.translate((0, -wide / 2, 0)), frame.translate((0, wide / 2, 0)), *ties, *deck]).rotate(
        (0, d.pick(0, -90), 0)
    )


@family("enclosure", (30.0, 220.0))
def building(d: Draw) -> Body:
    """A house, tower, church or castle: walls with windows and roofs of several kinds."""
    a, b, tall = d.real(25, 70), d.real(20, 60), d.real(15, 90)
    walls = block(0, a, 0, tall, b)
    lofty = d.real(0.2, 1) * b
    roof = d.pick(
        side([(-3, 0), (a + 3, 0), (a / 2, lofty)], b * 1.08).translate((0, 0, tall)),
        hull(block(-3, a + 3, tall, tall + 1, b + 6), box((2, 2, 2), (a / 2, 0, tall + lofty))),
        block(-2, a + 2, tall, tall + 4, b + 4),
        join(
            [box((a / 7, b / 7, 8), (a * (i + 0.5) / 4, y * b * 0.45, tall + 3)) for i in range(4) for y in (-1, 1)]
            + [block(0, a, tall - 1, tall + 1, b)]
        ),
    )
    tower = join(
        [
            rod((0, 0, 0), (0, 0, tall * 1.5), a * 0.2, n=d.sides()),
            rod((0, 0, tall * 1.5), (0, 0, tall * 1.5 + lofty), a * 0.26, 0.5, d.sides()),
        ]
    )
    pieces = [walls, roof, *([tower.translate((d.pick(0, a), d.pick(-b / 2, b / 2), 0))] if d.chance() else [])]
    windows = [
        box((a * 0.1, b * 1.5, tall * 0.12), (a * (i + 0.5) / 4, 0, tall * (j + 0.6) / 4))
        for i in range(4)
        for j in range(3)
    ]
    return cut(join(pieces), *(windows if d.chance(0.6) else []))


@family("enclosure", (50.0, 240.0))
def keyboard_case(d: Draw) -> Body:
    """A keyboard plate, keypad or button panel: grid of square holes or caps."""
    nx, ny, step = d.whole(3, 14), d.whole(2, 5), d.real(12, 20)
    a, b, thick = nx * step + 6, ny * step + 6, d.real(2, 6)
    plate = slab(rounded(rectangle(a, b), 3), thick)
    key = box((step * 0.75, step * 0.75, 40))
    cap = slab(rectangle(step * 0.85, step * 0.85), d.real(4, 9), top=0.75).translate((0, 0, thick - 0.5))
    spots = [(step * (i - (nx - 1) / 2), step * (j - (ny - 1) / 2), 0.0) for i in range(nx) for j in range(ny)]
    body = (
        join([plate, *[cap.translate(p) for p in spots]])
        if d.chance(0.4)
        else cut(plate, *[key.translate(p) for p in spots])
    )
    return (
        join([body, slab(rim(rounded(rectangle(a + 4, b + 4), 4), 3), thick * d.real(1.5, 4))]) if d.chance() else body
    )


@family("enclosure", (30.0, 200.0))
def organiser(d: Draw) -> Body:
    """A holder with rows of round or square pockets: bit stand, battery rack, pen block, egg tray."""
    nx, ny, step = d.whole(1, 7), d.whole(1, 4), d.real(8, 24)
    tall = d.real(8, 50)
    blank = slab(rounded(rectangle(nx * step + 5, ny * step + 5), d.real(0.5, 4)), tall)
    if d.chance(0.4):
        blank = side(
            [
                (-nx * step / 2 - 3, 0),
                (nx * step / 2 + 3, 0),
                (nx * step / 2 + 3, tall),
                (-nx * step / 2 - 3, tall * 0.4),
            ],
            ny * step + 5,
        )
    pocket = d.pick(
        rod((0, 0, 0), (0, 0, 90), step * d.real(0.25, 0.44), n=d.sides()),
        box((step * 0.75, step * 0.75, 90), (0, 0, 45)),
    )
    lift = d.real(-2, tall * 0.5)
    return cut(
        blank,
        *[
            pocket.translate((step * (i - (nx - 1) / 2), step * (j - (ny - 1) / 2), lift))
            for i in range(nx)
            for j in range(ny)
        ],
    )


@family("enclosure", (30.0, 200.0))
def thin_sheet(d: Draw) -> Body:
    """A thin plate of odd outline, flat, folded or curved: template, gasket, card, shield, stencil."""
    size, thick = d.real(40, 100), d.real(0.6, 2.4)
    corners = [
        (size * d.real(0.4, 1) * x, size * d.real(0.4, 1) * y)
        for x, y in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))
        if d.chance(0.75)
    ]
    shape = outline(corners) if len(corners) > 2 else rectangle(size, size)
    for _ in range(d.whole(0, 4)):
        shape -= (
            d.pick(disc(size * 0.12, d.sides()), rectangle(size * 0.5, size * 0.06))
            .rotate(d.real(0, 90))
            .translate((size * d.real(-0.4, 0.4), size * d.real(-0.4, 0.4)))
        )
    if d.chance(0.3):
        return slab(rim(shape, d.real(3, 9)), thick)
    sheet = slab(shape, thick)
    return (
        join([sheet, box((size * 0.7, thick, size * d.real(0.2, 0.6)), (0, 0, size * 0.1))]) if d.chance(0.4) else sheet
    )


@family("enclosure", (40.0, 200.0))
def card_rack(d: Draw) -> Body:
    """A row of upright dividers on a base: file rack, toast rack, heat sink, record stand, radiator."""
    fins, step, thick = d.whole(3, 14), d.real(4, 14), d.real(1, 4)
    deep, tall = d.real(15, 70), d.real(10, 70)
    shape = d.pick(
        rectangle(deep, tall).translate((0, tall / 2)),
        disc(tall, d.sides()) ^ rectangle(2 * tall, tall).translate((0, tall / 2)),
        outline([(-deep / 2, 0), (deep / 2, 0), (-deep / 2, tall)]),
        rim(rectangle(deep, tall).translate((0, tall / 2)), 4),
    )
    fin = slab(shape, thick).rotate((90, 0, 90))
    x0, y0, _, x1, y1, _ = fin.bounding_box()
    base = box((fins * step, y1 - y0, d.real(2, 6)), ((fins - 1) * step / 2 + (x0 + x1) / 2, (y0 + y1) / 2, 1))
    return join([row(fin, fins, (step, 0, 0)), base])


@family("enclosure", (30.0, 200.0))
def cable_chain(d: Draw) -> Body:
    """Repeated cells along a line: drag chain, LED rail, pill box, ice tray, plug strip."""
    count, step, wide, tall = d.whole(3, 10), d.real(12, 25), d.real(14, 35), d.real(8, 22)
    cell = cut(
        rounded_box((step * 0.94, wide, tall), 2, (0, 0, tall / 2)),
        d.pick(
            box((step * 2, wide * 0.7, tall * 0.6), (0, 0, tall / 2)),
            box((step * 0.75, wide * 0.8, tall), (0, 0, tall * 0.65)),
            rod((0, 0, tall * 0.3), (0, 0, 90), step * 0.35),
        ),
    )
    tie = box((count * step, wide * d.real(0.3, 0.9), 2), ((count - 1) * step / 2, 0, 1))
    bend = d.real(0, 16) if d.chance(0.3) else 0
    cells = [
        cell.translate((step * 0.5, 0, 0))
        .rotate((0, -bend * i, 0))
        .translate((step * i * 0.9, 0, step * i * i * bend * 0.008))
        for i in range(count)
    ]
    return join([*cells, *([tie] if not bend else [])])


@family("enclosure", (40.0, 200.0))
def handled_case(d: Draw) -> Body:
    """A lunch box, camera, radio or tool case: block with a handle on top and things on its face."""
    a, b, tall = d.real(50, 120), d.real(18, 50), d.real(30, 80)
    body = rounded_box((a, b, tall), d.real(0.5, 0.4 * b), (0, 0, tall / 2), d.sides())
    grip = path(
        [(-a * 0.3, 0, tall), (-a * 0.25, 0, tall * 1.3), (a * 0.25, 0, tall * 1.3), (a * 0.3, 0, tall)],
        d.real(2.5, 6),
        8,
    )
    face = d.pick(
        rod(
            (a * 0.1, 0, tall * 0.5), (a * 0.1, -b * d.real(0.6, 2), tall * 0.5), tall * d.real(0.2, 0.42), n=d.sides()
        ),
        box((a * 0.6, b * 1.1, tall * 0.4), (0, 0, tall * 0.5)),
        around(rod((6, 0, 0), (7, 0, 30), 3), 5).rotate((90, 0, 0)).translate((0, 0, tall * 0.5)),
    )
    knobs = [rod((x * a, 0, tall), (x * a, 0, tall + 6), 6) for x in (-0.4, 0.4) if d.chance()]
    return join([body, *([grip] if d.chance(0.7) else []), face, *knobs])
