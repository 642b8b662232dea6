"""Random constructive geometry and random assemblies: benign shapes nobody had in mind, for breadth.

Each style keeps to one way of making parts (plates, lathe work, boxes, welded bars), so that together they cover what
people draw without naming it. A random solid is labelled after the way it is made.
"""

from c3po.shapes.csg import (
    Body,
    Outline,
    Point,
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
    mirrored,
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
from c3po.shapes.family import Draw, family, member_of

ANY_MM = (20.0, 220.0)
HALF_TURNS = (0, 90, 180, 270)


def random_outline(d: Draw) -> Outline:
    """A union and difference of a few rectangles, discs, strips and polygons around the origin."""
    size = d.real(20, 50)

    def piece() -> Outline:
        kind = d.pick("box", "box", "disc", "strip", "corner")
        if kind == "box":
            shape = rectangle(size * d.real(0.15, 1.6), size * d.real(0.1, 0.8)).rotate(
                d.pick(0.0, 90.0, 0.0, d.real(0, 180))
            )
        elif kind == "disc":
            shape = disc(size * d.real(0.08, 0.5), d.sides())
        elif kind == "strip":
            points = [(size * d.real(-1, 1), size * d.real(-0.7, 0.7)) for _ in range(d.whole(2, 4))]
            shape = strip(points, size * d.real(0.1, 0.4), 8)
        else:
            shape = outline([(0, 0), (size * d.real(0.3, 1.2), 0), (0, size * d.real(0.3, 1.2))]).rotate(
                float(d.pick(*HALF_TURNS))
            )
        return shape.translate((size * d.real(-0.8, 0.8), size * d.real(-0.5, 0.5)))

    shape = merge(
        [rectangle(size * d.real(0.6, 2.6), size * d.real(0.2, 1.2)), *[piece() for _ in range(d.whole(1, 5))]]
    )
    for _ in range(d.whole(0, 4)):
        less = shape - piece()
        shape = less if less.area() > 0.35 * shape.area() else shape
    return rounded(shape, size * 0.06) if d.chance(0.4) else shape


def random_holes(d: Draw, body: Body) -> Body:
    """The body with a few round holes along the axes, if most of it remains."""
    x0, y0, z0, x1, y1, z1 = body.bounding_box()
    small = min(x1 - x0, y1 - y0, z1 - z0)
    for _ in range(d.whole(0, 5)):
        radius = small * d.real(0.06, 0.4)
        x, y, z = d.real(x0, x1), d.real(y0, y1), d.real(z0, z1)
        less = cut(
            body, d.pick(drill(x, y, radius), cross_drill(x, z, radius), rod((x0 - 9, y, z), (x1 + 9, y, z), radius))
        )
        body = less if less.volume() > 0.5 * body.volume() else body
    return without_crumbs(body)


def without_crumbs(body: Body) -> Body:
    """The body without loose pieces of less than a tenth of it."""
    return join([piece for piece in body.decompose() if piece.volume() > 0.1 * body.volume()])


@family("bracket", ANY_MM)
def random_plate(d: Draw) -> Body:
    """A random flat outline extruded, maybe with a second storey, bosses or a raised rim."""
    shape, thick = random_outline(d), d.real(1.2, 30)
    body = slab(shape, thick, min(thick, 6) * d.pick(0.0, 0.0, 0.2))
    extra = d.pick("none", "rim", "storey", "boss")
    if extra == "rim":
        body = join([body, slab(rim(shape, d.real(1, 3)), thick * d.real(1.2, 4))])
    elif extra == "storey":
        body = join([body, slab(shape ^ random_outline(d), thick * d.real(1.2, 4))])
    elif extra == "boss":
        body = join(
            [
                body,
                *[
                    rod((d.real(-15, 15), d.real(-10, 10), 0), (0, 0, thick + d.real(1, 20)), d.real(3, 9))
                    for _ in range(2)
                ],
            ]
        )
    return random_holes(d, body)


@family("bracket", ANY_MM)
def random_bent_sheet(d: Draw) -> Body:
    """A random folded sheet: a line that turns several times, wide or narrow, with holes and lugs."""
    points, x, z = [(0.0, 0.0)], 0.0, 0.0
    for _ in range(d.whole(2, 6)):
        step, way = d.real(10, 60), d.pick(0, 1, 2)
        x, z = x + step * (way != 1) * d.pick(1.0, 1.0, -0.4), z + step * (way != 0) * d.pick(1, -1)
        points.append((x, z))
    wide = d.real(6, 90)
    return random_holes(d, side(strip(points, d.real(1.5, 10), d.pick(4, 8, 16)), wide))


@family("gear", ANY_MM)
def random_turned(d: Draw) -> Body:
    """A random lathe profile with flats, cross holes and one or two side arms."""
    n, z = d.sides(), 0.0
    profile = []
    for _ in range(d.whole(2, 8)):
        r = d.real(3, 32)
        profile += [(r, z), (r * d.real(0.6, 1.3), z + d.real(2, 30))]
        z = profile[-1][1] + d.pick(0.0, 0.01)
    body = turned(profile, n)
    arms = [
        rod(
            (0, 0, z * d.real(0.1, 0.9)),
            (d.real(-70, 70), d.real(-70, 70), z * d.real(0, 1)),
            d.real(2, 9),
            n=d.sides(),
        )
        for _ in range(d.pick(0, 0, 1, 2))
    ]
    body = random_holes(d, join([body, *arms]))
    return cut(body, block(d.real(2, 20), 200, -1, z * d.real(0.2, 0.6), 200)) if d.chance(0.3) else body


@family("enclosure", ANY_MM)
def random_boxes(d: Draw) -> Body:
    """A random heap of joined cuboids with sharp or rounded corners, pockets and holes."""
    at: Point = (0, 0, 0)
    boxes, hollows = [], []
    for _ in range(d.whole(2, 9)):
        size = (d.real(6, 70), d.real(4, 40), d.real(4, 50))
        boxes.append(rounded_box(size, min(size[:2]) * d.pick(0.0, 0.2, 0.45), at, d.sides()))
        if d.chance(0.3):
            hollows.append(box((size[0] * 0.7, size[1] * 0.7, size[2]), (at[0], at[1], at[2] + size[2] * 0.2)))
        at = (
            at[0] + size[0] * d.real(-0.5, 0.55),
            at[1] + size[1] * d.real(-0.4, 0.4),
            at[2] + size[2] * d.real(-0.4, 0.55),
        )
    body = join(boxes)
    less = cut(body, *hollows)
    body = less if less.volume() > 0.3 * body.volume() else body
    return random_holes(d, mirrored(body) if d.chance(0.25) else body)


@family("figure", ANY_MM)
def random_lumps(d: Draw) -> Body:
    """A random chain of balls, hulls and tapered limbs, as sculpted and organic shapes have them."""
    n, at = d.pick(5, 6, 8, 12), (0.0, 0.0, 0.0)
    parts = []
    for _ in range(d.whole(2, 9)):
        to = (at[0] + d.real(-35, 45), at[1] + d.real(-18, 18), at[2] + d.real(-25, 35))
        a, b = d.real(3, 16), d.real(2, 16)
        parts.append(path([at, to], [a, b], n) if d.chance(0.7) else hull(ball(a, at, n), box((b, b * 2, b), to)))
        at = d.pick(at, to, to)
    return join(parts)


@family("bracket", ANY_MM)
def random_bars(d: Draw) -> Body:
    """A random welded frame of straight bars and rods at right or odd angles."""
    knots: list[Point] = [(0.0, 0.0, 0.0)]
    line, bars = d.real(2, 9), []
    for _ in range(d.whole(3, 9)):
        start = knots[d.whole(0, len(knots) - 1)]
        reach = d.pick(1.0, -1.0) * d.real(15, 80)
        way = d.pick(0, 0, 1, 2)
        end = (start[0] + reach * (way == 0), start[1] + reach * (way == 1) * 0.6, start[2] + reach * (way == 2))
        if d.chance(0.25):
            end = (end[0] + d.real(-20, 20), end[1], end[2] + d.real(-20, 20))
        bars.append(path([start, end], line * d.real(0.6, 1.2), d.pick(4, 6, 8)))
        knots.append(end)
    return join(bars)


@family("tool", ANY_MM)
def random_angled(d: Draw) -> Body:
    """A random long body with one to three limbs leaving it at angles: what a handled thing is in general."""
    long, tall, width = d.real(50, 140), d.real(6, 50), d.real(6, 50)
    spine = d.pick(
        rounded_box((long, width, tall), min(width, tall) * d.pick(0.0, 0.3), (long / 2, 0, 0), d.sides()),
        rod((0, 0, 0), (long, 0, 0), tall / 2, tall * d.real(0.2, 0.7), d.sides()),
        side([(0, -tall / 2), (long, -tall * d.real(0, 0.5)), (long, tall * d.real(0, 0.5)), (0, tall / 2)], width),
    )
    limbs = []
    for _ in range(d.whole(1, 3)):
        x, turn, reach = long * d.real(0, 1), d.real(-70, 70), d.real(20, 120)
        limb = d.pick(
            rounded_box((d.real(6, 34), d.real(5, 40), reach), 3, (0, 0, -reach / 2), d.sides()),
            rod((0, 0, 0), (0, 0, -reach), d.real(3, 15), d.real(3, 18), d.sides()),
            box((d.real(3, 12), d.real(20, 60), reach), (0, 0, -reach / 2)),
        )
        limbs.append(limb.rotate((d.pick(0, 0, 0, 90, 180, d.real(0, 360)), turn, 0)).translate((x, 0, 0)))
    ends = [
        d.pick(
            ball(tall * d.real(0.5, 1.1), (x, 0, 0), d.sides()),
            box((d.real(4, 30), width * d.real(0.5, 2), tall * d.real(0.5, 2)), (x, 0, 0)),
            rod((x, -width, 0), (x, width, 0), tall * d.real(0.3, 0.9), n=d.sides()),
        )
        for x in (0.0, long)
        if d.chance(0.4)
    ]
    body = join([spine, *limbs, *ends])
    return random_holes(d, body) if d.chance(0.4) else body


@family("gear", ANY_MM)
def random_symmetric(d: Draw) -> Body:
    """A random outline repeated around an axis or mirrored: rosette, star knob, spoke, cross."""
    count, shape = d.whole(2, 8), random_outline(d)
    shape = shape.translate((d.real(10, 40), 0))
    whole = merge([*[shape.rotate(360 / count * i) for i in range(count)], disc(d.real(6, 30), d.sides())])
    body = slab(whole, d.real(2, 40), 0, d.pick(1.0, 1.0, d.real(0.4, 1)), d.pick(0.0, 0.0, d.real(-60, 60)))
    return without_crumbs(cut(body, drill(0, 0, d.real(1, 6))) if d.chance(0.6) else body)


@family("enclosure", ANY_MM)
def random_array(d: Draw) -> Body:
    """A random small thing repeated in a row or grid on a base, or cut out of it."""
    nx, ny, step = d.whole(2, 6), d.whole(1, 4), d.real(8, 22)
    unit = slab(random_outline(d).simplify(1.5), 1).scale((step / 140, step / 140, d.real(4, 30)))
    grid = row(row(unit, nx, (step, 0, 0)), ny, (0, step, 0))
    base = box((nx * step, ny * step, d.real(2, 6)), ((nx - 1) * step / 2, (ny - 1) * step / 2, 1))
    less = cut(base, grid.translate((0, 0, -2)))
    return less if d.chance(0.4) and less.volume() > 0 else join([base, grid])


MEMBERS = (
    *(
        "cordless_drill",
        "glue_gun",
        "spray_bottle",
        "scanner",
        "handgrip",
        "wrench",
        "hammer",
        "pliers",
        "clamp",
        "hook",
    ),
    *("knob", "crank", "l_bracket", "bent_arm", "eared_plate", "motor_mount", "bearing_holder", "u_bracket", "clip"),
    *(
        "robot_arm_link",
        "spur_gear",
        "gear_with_arm",
        "pulley",
        "wheel",
        "propeller",
        "cam_lever",
        "turned_part",
        "cup",
    ),
    *("bottle", "pipe_elbow", "tube", "faucet", "open_box", "grill", "lattice", "truss", "text_plate", "organiser"),
    *(
        "car",
        "plane",
        "rocket",
        "humanoid",
        "quadruped",
        "long_neck",
        "bird",
        "tree",
        "robot",
        "ladder",
        "lamp",
        "chair",
    ),
    *("random_plate", "random_boxes", "random_bars", "random_angled", "random_turned"),
)


def benign_member(d: Draw) -> Body:
    """A member of a benign family, its longest side 1, lying on any side."""
    body = member_of(d, MEMBERS)
    x0, y0, z0, x1, y1, z1 = body.bounding_box()
    size = 1 / max(x1 - x0, y1 - y0, z1 - z0)
    centred = body.translate((-(x0 + x1) / 2, -(y0 + y1) / 2, -(z0 + z1) / 2)).scale((size, size, size))
    return centred.rotate((d.pick(0, 0, 90, 180), d.pick(0, 0, 90), float(d.pick(*HALF_TURNS))))


@family("bracket", (40.0, 240.0), MEMBERS)
def assembly(d: Draw) -> Body:
    """Two to four members of benign families stuck into one another."""
    parts, reach = [benign_member(d)], 0.0
    for _ in range(d.whole(1, 3)):
        size = d.real(0.3, 1)
        reach += d.real(0.15, 0.5)
        parts.append(
            benign_member(d).scale((size, size, size)).translate((reach, d.real(-0.15, 0.15), d.real(-0.3, 0.3)))
        )
    return join(parts)


@family("enclosure", (60.0, 240.0), MEMBERS)
def assembly_on_base(d: Draw) -> Body:
    """A member of a benign family standing on a plate, a plinth or inside a frame."""
    body = benign_member(d)
    x0, y0, z0, x1, y1, _ = body.bounding_box()
    a, b, thick = (x1 - x0) * d.real(0.6, 1.4), (y1 - y0) * d.real(0.8, 1.8) + 0.1, d.real(0.02, 0.15)
    base = d.pick(
        slab(rounded(rectangle(a, b), min(a, b) * 0.2), thick),
        rod((0, 0, 0), (0, 0, thick * 2), max(a, b) * 0.5, n=d.sides()),
    )
    foot = base.translate((0, 0, z0 - thick * 0.7))
    frame = (
        [box((a * 1.1, 0.04, 0.9), (0, y1, 0)), box((0.06, y1 - y0 + 0.1, 0.06), (0, (y0 + y1) / 2, 0))]
        if d.chance(0.25)
        else []
    )
    return join([body, foot, *frame])
