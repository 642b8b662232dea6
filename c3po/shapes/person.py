"""People as figure makers print them: in proportion, standing, sitting or busy, in clothes, on a base."""

from math import cos, radians, sin

from c3po.shapes.creature import FIGURE_MM
from c3po.shapes.csg import Body, Point, ball, box, hull, path, ring, rod, turned
from c3po.shapes.family import Draw, family

HIP, SHOULDER = 88.0, 138.0
"""Heights of the joints of a person of 170, before anybody is made taller or stouter."""


def at_angle(start: Point, reach: float, ahead_deg: float, aside_deg: float) -> Point:
    """Where a limb of this length ends: hanging down at 0, raised ahead by the first angle, aside by the second."""
    ahead, aside = radians(ahead_deg), radians(aside_deg)
    drop = cos(ahead) * cos(aside)
    return (start[0] + reach * sin(ahead), start[1] + reach * cos(ahead) * sin(aside), start[2] - reach * drop)


def arm(d: Draw, s: int, stout: float, n: int, pose: str) -> tuple[list[Body], Point]:
    """One arm and where its hand is; ``s`` is -1 for the right and 1 for the left."""
    shoulder: Point = (0, s * (15 * stout + 3), SHOULDER - 2)
    ahead, aside, bend = {
        "down": (d.real(-8, 12), s * d.real(2, 14), d.real(0, 20)),
        "akimbo": (d.real(-20, 0), s * d.real(35, 50), d.real(20, 60)),
        "forward": (d.real(40, 95), s * d.real(0, 20), d.real(0, 80)),
        "raised": (d.real(120, 175), s * d.real(0, 30), d.real(0, 40)),
        "spread": (d.real(-10, 20), s * d.real(60, 95), d.real(-5, 20)),
    }[pose]
    elbow = at_angle(shoulder, 29, ahead, aside)
    inward = -aside if pose == "akimbo" else aside * d.real(0.4, 1.0)
    hand = at_angle(elbow, 27, ahead + bend, inward)
    thick = 4.6 * stout**0.6
    return [path([shoulder, elbow, hand], [thick, thick * 0.8, thick * 0.6], n), ball(thick * 0.9, hand, n)], hand


def leg(d: Draw, s: int, stout: float, n: int, thigh_deg: float, shin_deg: float) -> list[Body]:
    """One leg, its thigh and shin leaning ahead by these angles, with a foot."""
    hip: Point = (0, s * 8.5 * stout, HIP)
    knee = at_angle(hip, 42, thigh_deg, s * d.real(0, 6))
    ankle = at_angle(knee, 42, shin_deg, s * d.real(-2, 4))
    foot = box((25, 9, 8), (ankle[0] + 7, ankle[1], ankle[2] - 1))
    thick = 7.5 * stout**0.7
    return [path([hip, knee, ankle], [thick, thick * 0.75, thick * 0.5], n), foot]


def trunk_and_head(d: Draw, stout: float, n: int) -> list[Body]:
    """Body, neck, head, and hair, a hat or a hood on it."""
    waist = d.real(0.75, 1.05)
    pieces = [
        hull(
            ball(12 * stout, (0, 0, SHOULDER - 12), n, (0.75, 1.25, 0.9)),
            ball(10 * stout * waist, (0, 0, 108), n, (0.8, 1.2, 1)),
        ),
        hull(
            ball(10 * stout * waist, (0, 0, 108), n, (0.8, 1.2, 1)),
            ball(11 * stout, (0, 0, HIP), n, (0.9, 1.35, 0.9)),
        ),
        rod((0, 0, SHOULDER - 8), (1, 0, SHOULDER + 14), 5.5, n=n),
        ball(d.real(9.5, 14), (2, 0, SHOULDER + 20), n, (1.0, 0.82, 1.22)),
    ]
    head: Point = (2, 0, SHOULDER + 20)
    hat = d.pick("none", "none", "hair", "long hair", "cap", "brim", "cone", "hood")
    if hat == "hair":
        pieces.append(ball(13.5, (0, 0, head[2] + 3), n, (1, 0.9, 1.05)))
    elif hat == "long hair":
        pieces.append(
            hull(ball(13, (0, 0, head[2] + 2), n), box((8, 22, 4), (-9 * stout, 0, SHOULDER - d.real(0, 30))))
        )
    elif hat == "cap":
        pieces += [ball(13, (1, 0, head[2] + 5), n, (1, 0.9, 0.9)), box((14, 18, 2.5), (15, 0, head[2] + 6))]
    elif hat == "brim":
        pieces += [rod((2, 0, head[2] + 6), (2, 0, head[2] + 9), d.real(16, 26), n=n)]
        pieces += [rod((2, 0, head[2] + 8), (2, 0, head[2] + d.real(18, 28)), 11, d.real(7, 11), n)]
    elif hat == "cone":
        pieces.append(rod((2, 0, head[2] + 4), (d.real(-12, 4), 0, head[2] + d.real(26, 55)), 13, 1, n))
    elif hat == "hood":
        pieces.append(hull(ball(15, (0, 0, head[2] + 2), n), ball(14, (-5, 0, SHOULDER), n, (0.8, 1.5, 0.5))))
    return pieces


def clothes(d: Draw, stout: float, n: int) -> list[Body]:
    """A skirt, a coat, a cloak, a pack or nothing."""
    worn = d.pick("none", "none", "skirt", "coat", "cloak", "pack")
    hem = d.real(4, 70)
    if worn == "skirt":
        return [rod((0, 0, hem), (0, 0, 108), d.real(15, 34) * stout, 11 * stout, n).scale((0.8, 1.0, 1.0))]
    if worn == "coat":
        return [
            hull(
                ball(13 * stout, (0, 0, SHOULDER - 12), n, (0.85, 1.3, 0.9)),
                box((22 * stout, 34 * stout, 4), (0, 0, hem)),
            )
        ]
    if worn == "cloak":
        return [
            hull(box((8, 36 * stout, 6), (-8, 0, SHOULDER)), box((6, d.real(36, 64), 4), (-d.real(12, 34), 0, hem)))
        ]
    if worn == "pack":
        return [box((d.real(10, 22), 28, d.real(26, 48)), (-9 * stout - 7, 0, 118))]
    return []


def held_thing(d: Draw, hand: Point, n: int) -> list[Body]:
    """What a hand holds: a ball, a box, a staff, a bag or nothing."""
    thing = d.pick("none", "none", "ball", "box", "staff", "bag", "disc")
    x, y, z = hand
    if thing == "ball":
        return [ball(d.real(5, 12), hand, n)]
    if thing == "box":
        return [box((d.real(10, 34), d.real(10, 26), d.real(4, 24)), hand)]
    if thing == "staff":
        lean = d.real(-20, 20)
        return [
            rod((x + 2, y, 0), (x + 2 + lean, y, d.real(120, 210)), d.real(1.6, 3), n=8),
            *([ball(d.real(4, 9), (x + 2 + lean, y, 150), n)] if d.chance(0.3) else []),
        ]
    if thing == "bag":
        return [box((d.real(14, 26), 8, d.real(18, 30)), (x, y, z - 18))]
    if thing == "disc":
        return [rod((x, y + 3, z), (x, y + 7, z), d.real(14, 26), n=d.pick(4, 6, 16))]
    return []


def base(d: Draw, n: int) -> list[Body]:
    """Often a round or square base, as under a miniature."""
    if d.chance(0.5):
        return []
    wide, low = d.real(28, 48), d.real(4, 14)
    return [rod((0, 0, -low), (0, 0, 2), wide, wide * d.real(0.85, 1), d.pick(4, 6, n, 24))]


@family("figure", FIGURE_MM)
def person_any(d: Draw) -> list[Body]:
    """A person on their feet, arms down, raised, folded out or spread, in clothes, holding something or nothing."""
    n, stout = d.pick(6, 8, 12), d.real(0.75, 1.5)
    pieces = trunk_and_head(d, stout, n)
    pose = d.pick("down", "down", "down", "akimbo", "forward", "raised", "spread")
    for s in (-1, 1):
        own = pose if d.chance(0.7) else d.pick("down", "akimbo", "forward", "raised")
        limb, hand = arm(d, s, stout, n, own)
        stride = d.pick(0.0, 0.0, d.real(-30, 30))
        pieces += [*limb, *leg(d, s, stout, n, stride, stride - abs(stride) * d.real(0, 1.2))]
        pieces += held_thing(d, hand, n) if d.chance(0.5) else []
    return [*pieces, *clothes(d, stout, n), *base(d, n)]


@family("figure", FIGURE_MM)
def person_seated(d: Draw) -> list[Body]:
    """A person who sits, kneels or squats, on a chair, a block or nothing."""
    n, stout = d.pick(6, 8, 12), d.real(0.75, 1.5)
    pieces = trunk_and_head(d, stout, n)
    thigh, shin = d.pick((d.real(75, 95), d.real(-10, 15)), (d.real(80, 125), d.real(-80, -40)), (d.real(60, 90), 88.0))
    for s in (-1, 1):
        limb, hand = arm(d, s, stout, n, d.pick("down", "forward", "forward", "akimbo"))
        pieces += [*limb, *leg(d, s, stout, n, thigh + d.real(-6, 6), shin + d.real(-6, 6))]
        pieces += held_thing(d, hand, n) if d.chance(0.3) else []
    seat = d.pick("none", "block", "chair", "stool")
    if seat in ("block", "chair"):
        pieces.append(box((40, 44, 40), (4, 0, HIP - 28)))
    if seat == "chair":
        pieces.append(box((6, 44, d.real(50, 90)), (-17, 0, HIP + 18)))
    if seat == "stool":
        pieces += [rod((2, 0, HIP - 12), (2, 0, HIP - 8), 20, n=n), rod((2, 0, HIP - 52), (2, 0, HIP - 10), 5, n=n)]
    return [*pieces, *(clothes(d, stout, n) if d.chance(0.3) else [])]


@family("figure", FIGURE_MM)
def person_draped(d: Draw) -> list[Body]:
    """A robed figure: statue, saint, wizard, chess queen; a cone of cloth with shoulders, head, sleeves, a plinth."""
    n, stout = d.pick(6, 8, 12, 16), d.real(0.8, 1.5)
    profile = [(d.real(22, 44), 0.0), (d.real(16, 30), 50.0), (d.real(11, 18) * stout, 100.0), (16 * stout, 130.0)]
    pieces = [
        turned([*profile, (5.0, SHOULDER + 6)], n).scale((d.real(0.6, 1), 1, 1)),
        *trunk_and_head(d, stout, n),
    ]
    pose = d.pick("down", "forward", "forward", "akimbo", "raised")
    for s in (-1, 1):
        limb, hand = arm(d, s, stout * 1.3, n, pose)
        pieces += [*limb, *(held_thing(d, hand, n) if d.chance(0.4) else [])]
    if d.chance(0.25):
        pieces.append(ring(d.real(16, 24), 2, (-10, 0, 0)).rotate((0, 90, 0)).translate((-6, 0, SHOULDER + 24)))
    if d.chance(0.25):
        pieces += [
            hull(box((3, 4, 40), (-14, 0, 120)), box((3, 4, 70), (-20, s * d.real(30, 70), 130))) for s in (-1, 1)
        ]
    return [*pieces, *base(d, n)]
