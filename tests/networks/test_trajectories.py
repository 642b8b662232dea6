"""Parts followed while they grow: what is seen at each height, and the worst moment of a print."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from c3po.mesh.mesh import Mesh
from c3po.networks.trajectories import POSES, SHARES, pose_matrix, trajectories, worst_moment
from c3po.shapes.changes.transformations import box_mesh

N = len(SHARES)
scores = st.lists(st.floats(0.0, 1.0), min_size=N, max_size=N)


@pytest.mark.parametrize(("pose", "height"), list(zip(POSES, (10.0, 25.0, 40.0), strict=True)))
def test_a_pose_turns_another_side_up_and_mirrors_nothing(pose: str, height: float) -> None:
    spans = np.array([25.0, 40.0, 10.0])
    turn = pose_matrix(spans, pose)
    assert np.linalg.det(turn) == pytest.approx(1.0)
    assert np.abs(turn @ spans)[2] == pytest.approx(height)


def test_a_box_is_seen_at_every_height_and_parts_are_followed_apart() -> None:
    box = box_mesh(np.zeros(3), np.array([40.0, 30.0, 20.0]))
    (followed,) = trajectories([box], POSES[0], 64)
    indices, stacks = followed
    assert indices.tolist() == list(range(N))
    assert stacks.shape == (N, 6, 64, 64)
    away = Mesh(box.vertices_mm + np.array([60.0, 0.0, 0.0]), box.faces)
    assert len(trajectories([box, away], POSES[0], 64)) == 2


@given(scores)
def test_the_worst_moment_is_held_by_two_looks_in_a_row(own: list[float]) -> None:
    worst = worst_moment([(np.arange(N), np.array(own))])
    assert any(min(a, b) == worst for a, b in zip(own, own[1:], strict=False))
    assert all(min(a, b) <= worst for a, b in zip(own, own[1:], strict=False))


@given(scores, scores)
def test_the_gravest_part_counts_at_every_look(some: list[float], others: list[float]) -> None:
    both = worst_moment([(np.arange(N), np.array(some)), (np.arange(N), np.array(others))])
    assert both == worst_moment([(np.arange(N), np.maximum(some, others))])


def test_a_single_look_is_no_evidence() -> None:
    assert worst_moment([(np.array([5]), np.array([0.99]))]) == 0.0
    assert worst_moment([]) == 0.0
