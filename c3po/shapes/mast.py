"""Tall and bent things of town and yard: cranes, pylons, street furniture, taps."""

from math import cos, sin

from c3po.shapes.csg import Body, Point, around, ball, block, box, path, ring, rod
from c3po.shapes.family import Draw, family
from c3po.shapes.gun_grammar import ANY_MM


def truss(d: Draw, start: Point, end: Point, wide: float) -> list[Body]:
    """A lattice beam or a plain one between two points in the plane of x and z."""
    if d.chance(0.5):
        return [rod(start, end, wide * 0.7, n=4)]
    dx, dz = end[0] - start[0], end[2] - start[2]
    long = (dx * dx + dz * dz) ** 0.5
    across = (-dz / long * wide / 2, dx / long * wide / 2)
    rails = []
    for s in (-1, 1):
        low = (start[0] + s * across[0], start[2] + s * across[1])
        rails += [
            rod((low[0], y, low[1]), (low[0] + dx, y, low[1] + dz), wide * 0.12, n=6) for y in (-wide / 2, wide / 2)
        ]
    count = d.whole(4, 9)
    rungs = []
    for i in range(count):
        a, b = i / count, (i + 1) / count
        s = 1 if i % 2 else -1
        low = (start[0] + dx * a + s * across[0], start[2] + dz * a + s * across[1])
        high = (start[0] + dx * b - s * across[0], start[2] + dz * b - s * across[1])
        rungs += [rod((low[0], y, low[1]), (high[0], y, high[1]), wide * 0.09, n=5) for y in (-wide / 2, wide / 2)]
        rungs.append(box((wide * 0.16, wide, wide * 0.16), (low[0], 0, low[1])))
    return [*rails, *rungs]


@family("vehicle", ANY_MM)
def crane_any(d: Draw) -> list[Body]:
    """A crane: a mast or a carriage, a long jib, a counterweight, a cabin, a hook on its rope."""
    tall, jib, back, wide = d.real(30, 170), d.real(70, 190), d.real(0, 70), d.real(7, 18)
    rise = d.real(-10, 110)
    pieces = [*truss(d, (0, 0, 0), (0, 0, tall), wide), *truss(d, (0, 0, tall), (jib, 0, tall + rise), wide * 0.8)]
    if back > 15:
        pieces += truss(d, (0, 0, tall), (-back, 0, tall + d.real(-4, 10)), wide * 0.8)
        pieces.append(box((d.real(12, 30), wide * 1.4, d.real(12, 30)), (-back, 0, tall - 6)))
    if d.chance(0.6):
        pieces.append(box((d.real(14, 36), wide * d.real(1.2, 2.2), d.real(14, 30)), (6, wide * 0.4, tall - 8)))
    if d.chance(0.5):
        reach = jib * d.real(0.5, 1.0)
        drop = d.real(20, tall + 10)
        z = tall + rise * reach / jib
        pieces += [
            rod((reach, 0, z - drop), (reach, 0, z), d.real(1, 2), n=6),
            ball(d.real(3, 8), (reach, 0, z - drop), 8),
        ]
    foot = d.pick("slab", "wheels", "cross", "none")
    if foot == "slab":
        pieces.append(box((d.real(30, 70), d.real(30, 60), d.real(4, 16)), (0, 0, 0)))
    elif foot == "wheels":
        pieces.append(box((d.real(50, 110), 30, 16), (-10, 0, 2)))
        pieces += [rod((x, -18, -8), (x, 18, -8), d.real(8, 12), n=12) for x in (-45, -10, 25)]
    elif foot == "cross":
        pieces.append(around(box((d.real(40, 80), 6, 5), (0, 0, 2)), 4, 45))
    return pieces


@family("figure", ANY_MM)
def pylon_any(d: Draw) -> list[Body]:
    """A pylon, signal, signpost, street lamp or camera pole: a post with cross arms and boxes near its top."""
    tall, fat, n = 200.0, d.real(3, 9), d.sides()
    pieces = (
        truss(d, (0, 0, 0), (0, 0, tall), fat * 3)
        if d.chance(0.4)
        else [rod((0, 0, 0), (0, 0, tall), fat, fat * 0.7, n)]
    )
    for _ in range(d.whole(1, 4)):
        z, reach = tall * d.real(0.5, 1.0), d.real(20, 80)
        left = d.pick(0.0, reach, reach * d.real(0.1, 0.6))
        pieces.append(block(-left, reach, z - d.real(2, 5), z + d.real(2, 5), d.real(3, 8)))
        hung = d.pick("none", "box", "ball", "drops", "lamp")
        if hung == "box":
            pieces.append(box((d.real(12, 40), d.real(6, 30), d.real(14, 50)), (reach, 0, z)))
        elif hung == "ball":
            pieces.append(ball(d.real(6, 16), (reach, 0, z), n))
        elif hung == "drops":
            pieces += [rod((x, 0, z - d.real(8, 22)), (x, 0, z), 2.4, n=6) for x in (-left + 1, reach - 1, reach * 0.5)]
        elif hung == "lamp":
            pieces.append(rod((reach - 6, 0, z - 4), (reach + d.real(14, 40), 0, z - d.real(0, 8)), 7, 4, n))
    if d.chance(0.6):
        pieces.append(rod((0, 0, -2), (0, 0, d.real(4, 30)), fat * d.real(1.5, 4), fat * d.real(1.1, 2), n))
    return pieces


@family("tool", ANY_MM)
def tap_any(d: Draw) -> list[Body]:
    """A tap, hydrant, shower or siphon: a standing or lying pipe, a spout that bends, a lever or wheel on top."""
    fat, n = d.real(7, 14), d.pick(8, 12, 20)
    tall, reach, drop = d.real(25, 110), d.real(30, 120), d.real(-10, 50)
    bend = d.pick("arc", "angle", "level")
    z = tall - fat
    if bend == "arc":
        top = reach / 2
        curve: list[Point] = [(top - top * cos(a), 0, z + top * sin(a)) for a in (0.0, 0.5, 1.05, 1.57, 2.1, 2.6, 3.14)]
        spout = path([*curve, (reach, 0, z - drop)], fat * d.real(0.45, 0.8), n)
    elif bend == "angle":
        spout = path([(0, 0, z), (reach, 0, z + d.real(-10, 30)), (reach + 3, 0, z - drop)], fat * d.real(0.5, 0.8), n)
    else:
        spout = rod((0, 0, z), (reach, 0, z + d.real(-12, 12)), fat * d.real(0.6, 0.9), fat * d.real(0.4, 0.7), n)
    pieces = [rod((0, 0, 0), (0, 0, tall), fat, fat * d.real(0.8, 1.1), n), spout]
    pieces.append(rod((0, 0, -3), (0, 0, d.real(2, 8)), fat * d.real(1.2, 2.4), n=n))
    handle = d.pick("lever", "wheel", "cross", "two", "none")
    if handle == "lever":
        pieces += [rod((0, 0, tall - 2), (0, 0, tall + 8), fat * 0.8, n=n),
                   path([(0, 0, tall + 6), (d.real(-50, 60), 0, tall + d.real(8, 34))], d.real(3, 5), 8)]  # fmt: skip
    elif handle == "wheel":
        pieces += [rod((0, 0, tall - 2), (0, 0, tall + 14), 3, n=8), ring(d.real(10, 20), 3, (0, 0, tall + 14))]
        pieces += [box((20, 3, 3), (0, 0, tall + 14)), box((3, 20, 3), (0, 0, tall + 14))]
    elif handle == "cross":
        pieces += [
            rod((0, 0, tall - 2), (0, 0, tall + 12), 4, n=8),
            around(box((d.real(26, 44), 5, 5), (0, 0, tall + 10)), 2),
        ]
    elif handle == "two":
        pieces += [rod((0, s * 4, fat), (0, s * d.real(30, 50), fat), fat * 0.7, n=n) for s in (-1, 1)]
    if d.chance(0.35):
        pieces.append(rod((-d.real(20, 60), 0, fat * 1.2), (4, 0, fat * 1.2), fat * d.real(0.6, 1), n=n))
    return pieces
