"""Things that turn or drive: gears, pulleys, racks, wheels, propellers, couplings, cams and threads."""

from math import cos, pi, sin

from c3po.shapes.csg import (
    Body,
    Outline,
    arc,
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
    rectangle,
    ring,
    rod,
    rounded,
    rounded_box,
    slab,
    strip,
    turned,
)
from c3po.shapes.family import Draw, family

GEAR_MM = (15.0, 160.0)


def toothed(radius: float, teeth: int, depth: float, lean: float = 0, sharp: float = 0.5) -> Outline:
    """A wheel outline with trapezoid teeth outside its radius; negative depth points inwards."""
    points = []
    step = 2 * pi / teeth
    for i in range(teeth):
        for t, r in (
            (0.0, 0.0),
            (0.22 + 0.1 * sharp + lean, depth),
            (0.42 - 0.1 * sharp + 0.1 + lean, depth),
            (0.62, 0.0),
        ):
            a = step * (i + t)
            points.append(((radius + r) * cos(a), (radius + r) * sin(a)))
    return outline(points)


def bore(d: Draw, radius: float) -> Outline:
    """The hole in the middle: round, D-shaped, square, six-sided or keyed."""
    hole = disc(radius, 20)
    return d.pick(
        hole,
        hole - rectangle(2 * radius, 2 * radius).translate((0, 1.6 * radius)),
        rectangle(2 * radius, 2 * radius),
        disc(radius, 6),
        hole + rectangle(radius * 0.5, radius * 2.6),
    )


def windows(d: Draw, inner: float, outer: float) -> list[Outline]:
    """What lightens a wheel's web: round holes, spokes' gaps or nothing."""
    if outer - inner < 6 or d.chance(0.35):
        return []
    count, mid = d.whole(3, 8), (inner + outer) / 2
    if d.chance():
        size = min((outer - inner) * 0.4, pi * mid / count * 0.75)
        return [disc(size).translate(p) for p in arc(mid, 0, 360 - 360 / count, count)]
    span = 360 / count * d.real(0.5, 0.8)
    gap = outline([*arc(outer * 0.94, 0, span, 6), *arc(inner * 1.1, span * 0.9, span * 0.1, 5)])
    return [gap.rotate(360 / count * i) for i in range(count)]


def wheel_body(d: Draw, shape: Outline, radius: float, thick: float) -> Body:
    """An outline made a wheel: bore, hub and windows."""
    hole = bore(d, radius * d.real(0.06, 0.22))
    hub = radius * d.real(0.25, 0.4)
    for window in windows(d, hub, radius * 0.88):
        shape -= window
    body = slab(shape, thick, thick * d.pick(0.0, 0.0, 0.12))
    if d.chance():
        body = join([body, rod((0, 0, 0), (0, 0, thick + d.real(2, 20)), hub * d.real(0.7, 1), n=d.sides())])
    return cut(body, slab(hole, 400).translate((0, 0, -200)))


@family("gear", GEAR_MM)
def spur_gear(d: Draw) -> Body:
    """A spur, helical or double gear with a bore, hub and windows."""
    radius, teeth, thick = d.real(12, 50), d.whole(8, 60), d.real(3, 25)
    depth = radius * d.real(1.2, 2.6) / teeth * 2
    body = wheel_body(d, toothed(radius, teeth, depth, d.pick(0.0, 0.0, 0.1)), radius, thick)
    if d.chance(0.25):
        body = slab(toothed(radius, teeth, depth), thick, twist_deg=d.real(-40, 40))
    if d.chance(0.25):
        small = radius * d.real(0.3, 0.6)
        body = join([body, slab(toothed(small, max(8, teeth // 2), depth), thick).translate((0, 0, thick * 0.98))])
    return body


@family("gear", (30.0, 180.0))
def gear_with_arm(d: Draw) -> Body:
    """A gear or sector with a lever growing out of it."""
    radius, teeth, thick = d.real(12, 35), d.whole(8, 32), d.real(3, 16)
    reach, wide = radius * d.real(1.6, 5), radius * d.real(0.25, 0.8)
    arm = strip(
        [(0, 0), (reach * 0.6, reach * d.real(-0.2, 0.2)), (reach, reach * d.real(-0.4, 0.4))], wide, d.pick(4, 8, 16)
    )
    wheel = toothed(radius, teeth, radius * 4 / teeth)
    if d.chance(0.4):
        wheel = (wheel - rectangle(4 * radius, 4 * radius).translate((2 * radius, 0)).rotate(d.real(-60, 60))) + disc(
            radius * 0.6
        )
    shape = merge([wheel, arm]) - bore(d, radius * d.real(0.15, 0.35))
    body = slab(shape, thick)
    if d.chance(0.4):
        body = join([body, slab(arm, thick * d.real(1.2, 2.5))])
    return cut(body, drill(reach, 0, wide * 0.25)) if d.chance() else body


@family("gear", GEAR_MM)
def pulley(d: Draw) -> Body:
    """A belt pulley, spool or bobbin: flanges around a plain, toothed or V-shaped groove."""
    radius, wide, lip = d.real(8, 35), d.real(4, 50), d.real(1.5, 14)
    rim_ = d.real(1, 4)
    n = d.sides()
    if d.chance(0.3):
        core: Body = turned([(radius + lip, 0), (radius, wide / 2), (radius + lip, wide)], n)
    else:
        core = slab(toothed(radius, d.whole(12, 40), radius * 0.08) if d.chance() else disc(radius, n), wide)
    flanges = [rod((0, 0, z), (0, 0, z + rim_), radius + lip, n=max(n, 12)) for z in (-rim_, wide)]
    body = join([core, *flanges])
    if d.chance(0.4):
        body = join([body, rod((0, 0, -d.real(5, 14)), (0, 0, 1), radius * 0.8, n=n)])
    return cut(body, slab(bore(d, radius * d.real(0.15, 0.8)), 400).translate((0, 0, -200)))


@family("gear", (30.0, 220.0))
def rack(d: Draw) -> Body:
    """A toothed rack, ratchet strip or saw-like bar, with a guide or end plate."""
    teeth, step, thick = d.whole(6, 40), d.real(3, 9), d.real(4, 20)
    tall, bar = step * d.real(0.4, 0.9), d.real(4, 18)
    lean = d.pick(0.5, 0.5, 0.05, 0.95)
    long = teeth * step
    points = [
        (0.0, -bar),
        *[(x, z) for i in range(teeth) for x, z in ((i * step, 0.0), ((i + lean) * step, tall))],
        (long, 0.0),
        (long, -bar),
    ]
    body = slab(outline(points), thick)
    if d.chance(0.5):
        body = join([body, box((d.real(6, 20), bar * d.real(1.5, 4), thick), (0, -bar * 0.6, thick / 2))])
    return cut(body, *[drill(long * t, -bar * 0.6, bar * 0.2) for t in (0.2, 0.8)]) if d.chance() else body


@family("gear", GEAR_MM)
def bevel_gear(d: Draw) -> Body:
    """A bevel gear or crown wheel: teeth on a cone or a face, with a hub."""
    radius, teeth, tall = d.real(12, 40), d.whole(8, 36), d.real(6, 20)
    cone = slab(toothed(radius, teeth, radius * 4 / teeth), tall, top=d.real(0.45, 0.8))
    hub = rod((0, 0, -d.real(3, 15)), (0, 0, 1), radius * d.real(0.4, 0.9), n=d.sides())
    if d.chance(0.3):
        tooth = box((radius * 0.3, radius * 3 / teeth, tall * 0.5), (radius * 0.85, 0, tall * 0.4))
        cone = join([rod((0, 0, 0), (0, 0, tall * 0.3), radius, n=24), around(tooth, teeth)])
    return cut(join([cone, hub]), slab(bore(d, radius * d.real(0.12, 0.3)), 300).translate((0, 0, -150)))


@family("gear", (15.0, 180.0))
def screw_thread(d: Draw) -> Body:
    """A screw, worm, bolt, nut or auger: a twisted thread with a head or a flange."""
    radius, long = d.real(4, 16), d.real(15, 110)
    lobe = merge([disc(radius, 16), disc(radius * d.real(0.7, 0.95), 12).translate((radius * d.real(0.25, 0.6), 0))])
    turns = d.whole(2, 9)
    body = lobe.extrude(long, turns * 14, 360 * turns)
    head = radius * d.real(1.4, 2.4)
    top = d.pick(
        slab(disc(head, 6), radius * 1.2),
        slab(toothed(head, 24, head * 0.08), radius),
        turned([(radius, 0), (head, radius), (head, radius * 1.3)], 24),
        rod((0, 0, 0), (0, 0, radius * 3), radius * 0.5),
    )
    return join([body, top.translate((0, 0, long - 0.5))])


@family("gear", GEAR_MM)
def sprocket(d: Draw) -> Body:
    """A chain wheel, ratchet or saw-toothed wheel: few deep or leaning teeth, often windowed."""
    radius, teeth, thick = d.real(15, 50), d.whole(6, 36), d.real(2, 8)
    shape = toothed(radius, teeth, radius * d.real(2, 5) / teeth, d.pick(0.0, 0.2, 0.35), 1)
    if d.chance(0.5):
        shape -= merge(
            [disc(radius * 1.6 / teeth, 10).translate(p) for p in arc(radius * 1.02, 0, 360 - 360 / teeth, teeth)]
        )
    return wheel_body(d, shape, radius, thick)


@family("gear", (20.0, 180.0))
def wheel(d: Draw) -> Body:
    """A wheel with a tyre and spokes, treads, or a caster fork."""
    radius, wide, n = d.real(15, 60), d.real(5, 40), max(12, d.sides())
    tyre = slab(disc(radius, n) - disc(radius * d.real(0.6, 0.85), n), wide, wide * d.pick(0.0, 0.2))
    hub = rod((0, 0, -d.real(0, 6)), (0, 0, wide + d.real(0, 6)), radius * d.real(0.15, 0.3), n=n)
    count = d.whole(3, 12)
    spoke = block(0, radius * 0.8, wide * 0.3, wide * 0.7, radius * d.real(0.06, 0.25))
    web = around(spoke, count) if d.chance(0.7) else rod((0, 0, wide * 0.3), (0, 0, wide * 0.6), radius * 0.8, n=n)
    pieces = [tyre, hub, web]
    if d.chance(0.3):
        pieces.append(around(box((radius * 0.12, radius * 0.12, wide), (radius, 0, wide / 2)), d.whole(12, 28)))
    body = cut(join(pieces), drill(0, 0, radius * 0.07))
    if d.chance(0.2):
        fork = strip([(0, 0), (radius * 1.2, 0), (radius * 1.2, wide * 2)], 6)
        body = join(
            [
                body,
                slab(fork, radius * 0.3).rotate((90, 0, 0)).translate((0, radius * 0.15, wide + 4)),
                rod((0, 0, 0), (0, 0, wide + 5), radius * 0.07),
            ]
        )
    return body


@family("gear", (40.0, 220.0))
def propeller(d: Draw) -> Body:
    """A propeller, wind-turbine rotor or impeller with twisted blades on a hub, maybe in a ring."""
    radius, blades, hub = d.real(25, 90), d.whole(2, 7), d.real(4, 12)
    wide, pitch, thin = radius * d.real(0.08, 0.3), d.real(10, 50), d.real(1.2, 4)
    root = box((2, wide * d.real(0.4, 1), thin * 1.6)).rotate((pitch, 0, 0)).translate((hub * 0.6, 0, 0))
    tip = box((2, wide * d.real(0.3, 1), thin)).rotate((pitch * 0.4, 0, 0)).translate((radius, 0, 0))
    blade = hull(root, tip)
    body = join(
        [around(blade, blades), rod((0, 0, -hub * d.real(0.4, 1.5)), (0, 0, hub * d.real(0.4, 1.5)), hub, n=d.sides())]
    )
    if d.chance(0.25):
        body = join([body, slab(disc(radius + 3, 36) - disc(radius - 1, 36), wide).translate((0, 0, -wide / 2))])
    return cut(body, drill(0, 0, hub * 0.3)) if d.chance(0.8) else body


@family("gear", (25.0, 180.0))
def impeller(d: Draw) -> Body:
    """A fan or pump impeller: upright curved vanes on a disc with a hub, maybe shrouded."""
    radius, vanes, tall = d.real(20, 60), d.whole(5, 20), d.real(6, 30)
    start, line = radius * d.real(0.2, 0.6), d.real(1, 3)
    sweep = d.real(-60, 60)
    vane = slab(
        strip(
            [
                (start * cos(0), 0),
                *[
                    (r * cos(a * pi / 180), r * sin(a * pi / 180))
                    for r, a in ((start + (radius - start) * 0.5, sweep * 0.4), (radius * 0.98, sweep))
                ],
            ],
            line,
        ),
        tall,
    )
    pieces = [
        rod((0, 0, -2), (0, 0, 1), radius, n=36),
        rod((0, 0, -2), (0, 0, tall * d.real(0.4, 1.1)), radius * 0.18, n=d.sides()),
        around(vane, vanes),
    ]
    if d.chance(0.3):
        pieces.append(slab(disc(radius, 36) - disc(radius * 0.6, 36), 2).translate((0, 0, tall - 1)))
    return cut(join(pieces), drill(0, 0, radius * 0.08))


@family("gear", (10.0, 120.0))
def bearing(d: Draw) -> Body:
    """A bearing, spacer, washer, bushing or ring cage."""
    outer, tall, n = d.real(6, 45), d.real(1.5, 40), max(8, d.sides())
    wall = outer * d.real(0.08, 0.5)
    body = slab(disc(outer, n) - disc(outer - wall, n), tall, min(tall, wall) * d.pick(0.0, 0.2))
    style = d.pick("plain", "balls", "flange", "grooved")
    if style == "balls":
        inner = slab(disc(outer * 0.5, n) - disc(outer * 0.35, n), tall)
        race = around(ball(outer * 0.2, (outer * 0.68, 0, tall / 2), 8), d.whole(6, 10))
        body = join(
            [
                slab(disc(outer, n) - disc(outer * 0.84, n), tall),
                inner,
                race,
                slab(disc(outer * 0.86, n) - disc(outer * 0.48, n), tall * 0.1).translate((0, 0, tall * 0.45)),
            ]
        )
    elif style == "flange":
        body = join([body, slab(disc(outer * d.real(1.2, 1.8), n) - disc(outer - wall, n), tall * 0.2)])
    elif style == "grooved":
        body = cut(body, ring(outer, wall * 0.3, (0, 0, tall / 2), 24))
    return body


@family("gear", (15.0, 120.0))
def coupling(d: Draw) -> Body:
    """A shaft coupling or adapter: stepped sleeve with clamp slots, jaws or set-screw holes."""
    radius, tall, n = d.real(8, 25), d.real(15, 60), d.sides()
    step = radius * d.real(0.5, 1.3)
    body = join([rod((0, 0, 0), (0, 0, tall / 2), radius, n=n), rod((0, 0, tall / 2 - 1), (0, 0, tall), step, n=n)])
    if d.chance():
        jaw = box((radius, radius * 0.6, tall * 0.3), (radius * 0.5, 0, tall * 1.05))
        body = join([body, around(jaw, d.whole(2, 4)) ^ rod((0, 0, tall * 0.8), (0, 0, tall * 1.3), step, n=24)])
    tools = [rod((0, 0, -1), (0, 0, tall * 2), min(radius, step) * d.real(0.25, 0.6))]
    tools += [box((2 * radius, radius * 0.1, tall * 0.4), (radius, 0, tall * 0.15))] * d.chance()
    tools += [rod((0, 0, tall * t), (50, 0, tall * t), radius * 0.15) for t in (0.25, 0.75)]
    return cut(body, *tools)


@family("gear", (20.0, 180.0))
def cam_lever(d: Draw) -> Body:
    """A cam, toggle, rocker or connecting rod: eccentric discs joined by limbs."""
    big, thick = d.real(10, 30), d.real(4, 18)
    knots, x, y = [(0.0, 0.0, big)], 0.0, 0.0
    for _ in range(d.whole(1, 3)):
        x, y = x + big * d.real(0.6, 3.5), y + big * d.real(-1.5, 1.5)
        knots.append((x, y, big * d.real(0.25, 0.9)))
    circles = [disc(r, d.pick(8, 24)).translate((px, py)) for px, py, r in knots]
    webs = [
        a.batch_hull([a, b]) if d.chance(0.6) else strip([(p[0], p[1]), (q[0], q[1])], min(p[2], q[2]))
        for (a, p), (b, q) in zip(
            zip(circles, knots, strict=True), list(zip(circles, knots, strict=True))[1:], strict=False
        )
    ]
    body = slab(merge([*circles, *webs]), thick, thick * d.pick(0.0, 0.2))
    bosses = [rod((px, py, 0), (px, py, thick * d.real(1, 2)), r * 0.7, n=16) for px, py, r in knots if d.chance(0.4)]
    return cut(join([body, *bosses]), *[drill(px, py, r * d.real(0.25, 0.55)) for px, py, r in knots if d.chance(0.8)])


@family("gear", (20.0, 200.0))
def turned_part(d: Draw) -> Body:
    """A random lathe piece: steps, cones, grooves and balls about one axis, solid or hollow."""
    n, z, profile = d.sides(), 0.0, []
    for _ in range(d.whole(2, 7)):
        r, rise = d.real(4, 30), d.real(3, 35)
        profile += [(r, z), (r * d.pick(1.0, 1.0, d.real(0.4, 1.4)), z + rise)]
        z += rise
    body = turned(profile, n)
    if d.chance(0.45):
        body = cut(body, drill(0, 0, min(r for r, _ in profile) * d.real(0.3, 0.85), n))
    if d.chance(0.3):
        body = cut(body, *[box((200, 4, z * 0.2), (0, s * 14, z * 0.8)) for s in (-1, 1)])
    return body.rotate((d.pick(0, 90), 0, 0))


@family("gear", (25.0, 200.0))
def chain_or_spring(d: Draw) -> Body:
    """A spring or a length of chain: a wound wire with flat or hooked ends, or linked rings."""
    radius, wire = d.real(6, 25), d.real(1.2, 4)
    if d.chance(0.65):
        turns, rise = d.whole(3, 10), d.real(2.4, 6)
        turn_deg = 720 / rise  # what of the coil one level cuts, so that the wire is as tall as it is wide
        coil = strip(arc(radius, 0, min(turn_deg, 330), 16), 2 * wire)
        long = rise * wire * turns
        body = coil.extrude(long, turns * d.pick(8, 12), 360 * turns)
        ends = [rod((0, 0, z), (0, 0, z + wire), radius + wire, n=16) for z in (-wire / 2, long - wire / 2)]
        return join([body, *ends]) if d.chance(0.3) else body
    link = ring(radius, wire * 1.3, n=16).scale((1.5, 1, 1))
    step = radius * 3 - 3.2 * wire
    return join([link.rotate((90 * (i % 2), 0, 0)).translate((i * step, 0, 0)) for i in range(d.whole(2, 7))])


@family("gear", (25.0, 200.0))
def gearbox_plate(d: Draw) -> Body:
    """Several wheels on one plate or shaft, as printed assemblies and puzzles have them."""
    thick, x = d.real(3, 10), 0.0
    pieces, last = [], 0.0
    for _ in range(d.whole(2, 4)):
        radius = d.real(8, 26)
        x += last + radius * 1.08
        teeth = max(8, int(radius * d.real(0.6, 1.2)))
        pieces.append(slab(toothed(radius, teeth, radius * 0.15) - disc(radius * 0.2), thick).translate((x, 0, 2)))
        last = radius
    plate = rounded_box((x + 2 * last, d.real(14, 50), 3), 4, (x / 2, 0, 1.5))
    posts = [rod((t, 0, 0), (t, 0, thick + 8), 2.5) for t in (0, x)]
    bar = slab(rounded(rectangle(x, 10), 4), 4).translate((x / 2, 0, thick + 1))
    return join([*pieces, plate, *posts, *([bar] if d.chance() else [])])
