"""Changed parts as samples: the same from the same seed, of every kind, and never an empty image."""

import numpy as np
import pytest

from c3po.mesh.mesh import Mesh
from c3po.networks.disguised import DISGUISES, disguised_samples, disguised_stacks, warped_samples, warped_stacks
from c3po.networks.samples import Samples, judgeable_stack
from c3po.shapes import FAMILIES, LABELS
from c3po.shapes.changes.transformations import warped


@pytest.mark.parametrize("make", [disguised_samples, warped_samples])
def test_samples_depend_on_their_own_seed_alone(make) -> None:
    together: Samples = make("pistol", range(3), 28)
    alone: Samples = make("pistol", [2], 28)
    assert together.labels.tolist() == [LABELS.index("handgun")] * 3
    assert np.array_equal(together.views[2], alone.views[0])


@pytest.mark.parametrize("kind", range(len(DISGUISES)))
def test_every_disguise_leaves_something_to_see_and_changes_it(kind: int, rng: np.random.Generator) -> None:
    (shown,) = disguised_stacks("wrench", kind, 28)
    mesh = FAMILIES["wrench"].generate(rng)
    plain = judgeable_stack(mesh, 28)
    changed = judgeable_stack(DISGUISES[kind](mesh, rng), 28)
    assert changed is not None
    assert plain is not None
    assert shown.max() > 0
    assert np.abs(changed.astype(int) - plain).max() > 20


def test_a_warped_part_is_as_closed_as_before_and_nobody_is_turned_inside_out(rng: np.random.Generator) -> None:
    for name in ("carbine", "cup", "hinge"):
        mesh = FAMILIES[name].generate(rng)
        other = warped(mesh, rng)
        assert np.array_equal(other.faces, mesh.faces)
        assert volume(other) > 0.05 * volume(mesh)
        assert len(warped_stacks(name, 1, 28)) == 1


def volume(mesh: Mesh) -> float:
    """Enclosed volume by the divergence theorem, mm3."""
    a, b, c = mesh.vertices_mm[mesh.faces].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)
