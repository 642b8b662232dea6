"""Blunt solid silhouettes of blades: film-prop outlines, no edge thinner than a nozzle."""

from math import cos, pi, sin

from c3po.shapes.csg import Body, Outline, arc, box, disc, merge, outline, path, rectangle, rod, rounded, slab
from c3po.shapes.family import Draw, family, member_of


def flat_blade(d: Draw, shape: Outline, thickness: float) -> Body:
    """A blade outline made solid: plain plate or with a bevelled rim."""
    return slab(shape, thickness, thickness * d.pick(0.0, 0.3, 0.45)).translate((0, 0, -thickness / 2))


def handle(d: Draw, length: float, radius: float) -> list[Body]:
    """A hilt running to -x with a pommel and sometimes a cross guard."""
    n = d.sides()
    pieces = [rod((-length, 0, 0), (2, 0, 0), radius * d.real(0.8, 1.1), radius, n)]
    if d.chance(0.6):
        pieces.append(
            d.pick(
                rod((-length, 0, -radius), (-length, 0, radius), radius * 1.5, n=n),
                box((radius * 2,) * 3, (-length, 0, 0)),
            )
        )
    if d.chance(0.7):
        span = length * d.real(0.3, 1.1)
        pieces.append(
            path(
                [(d.real(-6, 8), -span, 0), (0, 0, 0), (d.real(-6, 8), span, 0)],
                [radius * 0.5, radius, radius * 0.5],
                8,
            )
        )
    if d.chance(0.3):
        pieces += [rod((-length * t, 0, 0), (-length * t - 2, 0, 0), radius * 1.25, n=n) for t in (0.2, 0.5, 0.8)]
    return pieces


@family("blade", (70.0, 250.0))
def dagger(d: Draw) -> list[Body]:
    """A dagger prop: short pointed plate on a hilt."""
    length, half, thick = d.real(60, 130), d.real(8, 20), d.real(3, 8)
    waist = half * d.real(0.6, 1.2)
    points = [
        (0, -waist),
        (length * d.real(0.5, 0.8), -half),
        (length, 0),
        (length * 0.6, half * d.real(0.7, 1)),
        (0, waist),
    ]
    return [flat_blade(d, outline(points), thick), *handle(d, d.real(40, 70), d.real(5, 9))]


@family("blade", (90.0, 250.0))
def sword(d: Draw) -> list[Body]:
    """A sword prop: long straight plate on a hilt."""
    length, half, thick = d.real(150, 280), d.real(5, 20), d.real(3, 10)
    points = [
        (0, -half),
        (length * d.real(0.75, 0.96), -half * d.real(0.6, 1.1)),
        (length, 0),
        (length * 0.9, half * d.real(0.6, 1.1)),
        (0, half),
    ]
    return [flat_blade(d, outline(points), thick), *handle(d, d.real(35, 90), d.real(5, 10))]


@family("blade", (90.0, 250.0))
def sabre(d: Draw) -> list[Body]:
    """A curved sword prop: scimitar, katana, cutlass."""
    length, bend, half = d.real(140, 260), d.real(0.05, 0.3), d.real(5, 16)
    widen = d.real(0.6, 1.8)
    steps = [i / 10 for i in range(11)]
    spine = [(length * t, bend * length * t * t) for t in steps]
    wide = [half * (1 + (widen - 1) * t) * (1 if t < 0.9 else 0.4) for t in steps]
    points = [(x, y - w) for (x, y), w in zip(spine, wide, strict=True)]
    points += [(x, y + w) for (x, y), w in reversed(list(zip(spine, wide, strict=True)))]
    return [flat_blade(d, outline(points), d.real(3, 8)), *handle(d, d.real(40, 80), d.real(5, 9))]


@family("blade", (80.0, 250.0))
def machete(d: Draw) -> list[Body]:
    """A machete or kitchen-knife prop: broad plate with a straight back and a slab handle."""
    length, wide, thick = d.real(90, 200), d.real(22, 55), d.real(3, 7)
    nose = d.real(0.5, 1)
    points = [
        (0, 0),
        (length * 0.5, -wide * d.real(0.7, 1)),
        (length * nose, -wide),
        (length, -wide * d.real(0, 0.5)),
        (length * 0.95, 0),
    ]
    grip = slab(rounded(rectangle(d.real(45, 80), d.real(16, 26)), 7), thick * d.real(1.2, 3), 1).translate(
        (-30, -12, -thick * 0.6)
    )
    return [flat_blade(d, outline(points), thick), grip, box((20, 12, thick), (0, -8, 0))]


@family("blade", (60.0, 250.0))
def axe(d: Draw) -> list[Body]:
    """An axe prop: one or two flared heads on a shaft."""
    length, radius, flare = d.real(90, 240), d.real(4, 9), d.real(22, 60)
    reach = d.real(28, 60)
    curve = [(px, reach * 0.35 + pz) for px, pz in arc(reach * 0.75, 35, 145, 7)]
    head = outline(
        [
            (-flare * 0.2, 0),
            (flare * 0.2, 0),
            (flare, reach * 0.8),
            *[(x * flare / reach, z) for x, z in curve],
            (-flare, reach * 0.8),
        ]
    )
    blade = slab(head, d.real(4, 12), 1.5).translate((length * 0.88, 0, -3))
    twin = (
        [blade.mirror((0, 1, 0))]
        if d.chance(0.4)
        else [box((flare * 0.5, reach * 0.5, 12), (length * 0.88, -reach * 0.1, 0))]
    )
    return [rod((0, 0, 0), (length, 0, 0), radius, n=d.sides()), blade, *twin]


@family("blade", (50.0, 160.0))
def karambit(d: Draw) -> list[Body]:
    """A claw-shaped knife prop with a ring at its end."""
    radius, thick = d.real(30, 55), d.real(4, 10)
    outer = arc(radius, 0, d.real(95, 140), 12)
    inner = [(x * 1 + radius * d.real(0.12, 0.2), y * 0.92) for x, y in arc(radius * 0.62, 5, 110, 12)]
    claw = outline([*outer, *reversed(inner)])
    hold = rounded(rectangle(radius * 0.5, radius * 1.6), radius * 0.1).translate((radius * 0.85, -radius * 0.7))
    loop = (disc(radius * 0.34) - disc(radius * 0.2)).translate((radius * 0.85, -radius * 1.65))
    return [slab(merge([claw, hold, loop]), thick, thick * 0.25)]


@family("blade", (40.0, 160.0))
def throwing_star(d: Draw) -> list[Body]:
    """A star-shaped plate with a hole: film prop of a throwing star."""
    count, outer, inner = d.whole(3, 8), d.real(30, 50), d.real(8, 22)
    twist = d.real(-0.3, 0.3)
    points = []
    for i in range(count):
        a, b = 2 * pi * i / count, 2 * pi * (i + 0.5) / count + twist
        points += [(outer * cos(a), outer * sin(a)), (inner * cos(b), inner * sin(b))]
    return [slab(outline(points) - disc(inner * d.real(0.2, 0.5)), d.real(3, 8), 0.8)]


@family("blade", (90.0, 250.0))
def spear(d: Draw) -> list[Body]:
    """A polearm prop: long shaft with a leaf, fork or hooked head."""
    length, radius = d.real(180, 320), d.real(3, 7)
    leaf, half = d.real(35, 80), d.real(8, 22)
    heads = [outline([(0, -half * 0.4), (leaf * 0.35, -half), (leaf, 0), (leaf * 0.35, half), (0, half * 0.4)])]
    style = d.pick("leaf", "fork", "halberd")
    if style == "fork":
        heads = [outline([(0, dy - 3), (leaf, dy - 1), (leaf, dy + 1), (0, dy + 3)]) for dy in (-half, 0, half)]
        heads.append(rectangle(8, 2 * half + 6))
    elif style == "halberd":
        heads.append(outline([(-10, 0), (-25, half * 2.4), (18, half * 2.6), (6, 0)]))
    blade = slab(merge(heads), d.real(4, 8), 1.2).translate((length - 4, 0, -3))
    return [rod((0, 0, 0), (length, 0, 0), radius, n=d.sides()), blade]


@family("blade", (70.0, 250.0))
def folding_knife_shape(d: Draw) -> list[Body]:
    """A pocket-knife prop: fat rounded handle with a plate leaving one end."""
    length, deep, thick = d.real(70, 110), d.real(18, 30), d.real(8, 18)
    grip = slab(rounded(rectangle(length, deep), deep * d.real(0.2, 0.45)), thick, thick * 0.2).translate(
        (-length / 2, 0, -thick / 2)
    )
    reach = d.real(60, 100)
    points = [(-8, -deep * 0.4), (reach * 0.7, -deep * 0.42), (reach, deep * d.real(0, 0.3)), (-8, deep * 0.35)]
    return [grip, flat_blade(d, outline(points), thick * d.real(0.25, 0.45))]


PLAIN_BLADES = ("dagger", "sword", "sabre", "machete")


@family("blade", (80.0, 250.0), PLAIN_BLADES)
def blade_cutout(d: Draw) -> Body:
    """The flat outline of a blade prop with its hilt: letter opener, sign, ornament."""
    body = member_of(d, PLAIN_BLADES)
    return slab(body.project().simplify(0.05), d.real(3, 8), 0.6)
