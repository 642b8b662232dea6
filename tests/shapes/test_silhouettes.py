"""Weapon families are silhouettes: one filled lump, nothing hollow, nothing bored along its length."""

import numpy as np
import pytest

from c3po.shapes import FAMILIES, SILHOUETTE_LABELS
from c3po.shapes.csg import Body, ball, block, cut, rod

WEAPONS = sorted(name for name, each in FAMILIES.items() if each.label in SILHOUETTE_LABELS)
GUNS = [name for name in WEAPONS if FAMILIES[name].label != "blade"]
SEEDS = 12


def members(name: str) -> list[Body]:
    return [FAMILIES[name].body(np.random.default_rng([seed, *name.encode()])) for seed in range(SEEDS)]


def cavities(body: Body) -> int:
    """Closed surfaces beyond the first: loose pieces and hidden hollows alike."""
    return len(body.decompose()) - 1


def bored_sections(body: Body, cuts: int = 60) -> float:
    """Share of the sections across the length (x) that have a hole in them.

    A bore along x shows as a hole in section after section; a loop under the body, standing in the x-z plane, does
    not show at all.
    """
    standing = body.rotate((0, -90, 0))
    _, _, z0, _, _, z1 = standing.bounding_box()
    found = 0
    for height in np.linspace(z0, z1, cuts + 2)[1:-1]:
        outlines = standing.slice(float(height)).to_polygons()
        areas = [
            np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1]) for p in map(np.asarray, outlines)
        ]
        found += any(area < -1e-6 for area in areas)
    return found / cuts


@pytest.mark.parametrize("name", WEAPONS)
def test_a_weapon_silhouette_is_one_closed_body_without_cavity(name: str) -> None:
    assert [cavities(body) for body in members(name)] == [0] * SEEDS


@pytest.mark.parametrize("name", GUNS)
def test_a_gun_silhouette_has_no_bore(name: str) -> None:
    assert max(bored_sections(body) for body in members(name)) < 0.25


def test_the_checks_bite() -> None:
    bar = block(0, 100, 0, 20, 20)
    assert cavities(cut(bar, ball(5, (50, 0, 10)))) == 1
    assert cavities(bar + bar.translate((0, 100, 0))) == 1
    assert bored_sections(cut(bar, rod((-1, 0, 10), (101, 0, 10), 4))) == 1
    assert bored_sections(cut(bar, rod((40, 0, 10), (101, 0, 10), 4))) > 0.5
    assert bored_sections(cut(bar, rod((50, -50, 10), (50, 50, 10), 4))) == 0
