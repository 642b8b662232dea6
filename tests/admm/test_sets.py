import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.admm import (
    BinarySet,
    BlockSet,
    BoxSet,
    ChannelSet,
    CirculantSet,
    CodebookSet,
    ColumnSet,
    DensitySet,
    FilterSet,
    KernelPatternSet,
    KernelSet,
    LevelSet,
    LowRankSet,
    NestedSparsitySet,
    NOfMSet,
    PowerOfTwoSet,
    ScaledLevelSet,
    SimplexSet,
    SparsitySet,
    SupportSet,
    TernarySet,
    TiedSet,
    natural_patterns,
)
from tests.admm import laws

COUNTED = [
    (SparsitySet(0), (2, 3)),
    (SparsitySet(2), (2, 3)),
    (SparsitySet(99), (2, 3)),
    (DensitySet(0.34), (2, 3)),
    (NestedSparsitySet((1, 3)), (2, 3)),
    (NOfMSet(1, 3), (2, 3)),
    (NOfMSet(2, 4), (2, 4)),
    (FilterSet(1), (3, 2)),
    (ChannelSet(1), (2, 3)),
    (ColumnSet(2), (2, 2, 1, 2)),
    (KernelSet(2), (2, 2, 1, 2)),
    (BlockSet(2, rows=2, columns=1), (3, 3)),
    (BlockSet(1, rows=4, columns=2), (5, 2)),
    (KernelPatternSet(((0, 1), (1, 2), (0, 3))), (2, 1, 2, 2)),
    (LevelSet(1), (5,)),
    (LevelSet(2), (2, 2)),
    (LevelSet(3), (3,)),
    (PowerOfTwoSet(2), (4,)),
    (ScaledLevelSet((1.0, 2.5), with_zero=True), (4,)),
    (BinarySet(), (2, 3)),
    (TernarySet(), (2, 3)),
    (CodebookSet(1), (5,)),
    (CodebookSet(2), (2, 3)),
    (CodebookSet(3), (6,)),
]
SUBSPACES = [
    (CirculantSet(2), (4, 4)),
    (CirculantSet(2), (3, 5)),
    (CirculantSet(3), (4, 5, 2, 1)),
    (TiedSet(torch.tensor([[0, 1], [1, -1]])), (2, 2)),
    (SupportSet(torch.tensor([[True, False], [False, True]])), (2, 2)),
]
OTHERS = [(BoxSet(-0.5, 1.0), (2, 3)), (SimplexSet(), (5,)), (LowRankSet(1), (3, 4)), (LowRankSet(2), (3, 2, 2, 1))]
ALL = COUNTED + SUBSPACES + OTHERS


def tensors(shape: tuple[int, ...]) -> st.SearchStrategy[torch.Tensor]:
    """Weights with ties and zeros: multiples of 1/4 in [-2, 2], or any float."""
    size = torch.Size(shape).numel()
    quarter = st.integers(-8, 8).map(lambda i: i / 4)
    anything = st.floats(-2, 2, width=32, allow_subnormal=False).map(lambda x: 0.0 if abs(x) < 1e-3 else x)
    return st.lists(st.one_of(quarter, anything), min_size=size, max_size=size).map(
        lambda xs: torch.tensor(xs, dtype=torch.float32).reshape(shape)
    )


@pytest.mark.parametrize(("constraint", "shape"), COUNTED, ids=repr)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_projection_is_the_nearest_member(constraint, shape, data):
    laws.projection_is_the_nearest_member(constraint, data.draw(tensors(shape)))


@pytest.mark.parametrize(("constraint", "shape"), ALL, ids=repr)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_projecting_is_stable_and_leaves_its_input(constraint, shape, data):
    weights = data.draw(tensors(shape))
    laws.projecting_twice_changes_nothing(constraint, weights)
    laws.the_input_is_untouched(constraint, weights)
    assert constraint.contains(constraint.project(weights))


@pytest.mark.parametrize(("constraint", "shape"), ALL, ids=repr)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_frozen_set_keeps_its_member_and_stays_inside(constraint, shape, data):
    laws.freezing_keeps_the_member(constraint, data.draw(tensors(shape)))


@pytest.mark.parametrize(("constraint", "shape"), SUBSPACES, ids=repr)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_subspace_projects_at_right_angles(constraint, shape, data):
    laws.a_subspace_projects_at_right_angles(constraint, data.draw(tensors(shape)))


def test_ties_keep_exactly_the_allowed_number_and_the_first_entries():
    assert SparsitySet(2).project(torch.tensor([1.0, -1.0, 1.0, 1.0])).tolist() == [1.0, -1.0, 0.0, 0.0]


def test_a_channels_last_tensor_projects_like_any_other():
    weights = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(1))
    turned = weights.to(memory_format=torch.channels_last)
    for constraint in (SparsitySet(7), ColumnSet(3), KernelSet(2), CirculantSet(2), NOfMSet(1, 4), TernarySet()):
        assert torch.equal(constraint.project(turned), constraint.project(weights))


def test_nested_supports_lie_inside_each_other():
    constraint = NestedSparsitySet((2, 4, 5))
    member = constraint.project(torch.tensor([0.1, -3.0, 2.0, 0.5, -0.5, 1.0]))
    small, middle, large = constraint.supports(member)
    assert [int(s.sum()) for s in (small, middle, large)] == [2, 4, 5]
    assert not bool((small & ~middle).any())
    assert not bool((middle & ~large).any())


def test_circulant_projection_agrees_with_least_squares():
    """An independent answer: the basis of circulant matrices and torch's least squares."""
    weights = torch.randn(6, 6, generator=torch.Generator().manual_seed(2)).double()
    shift = torch.roll(torch.eye(3), 1, dims=1).double()
    basis = []
    for tile_row in range(2):
        for tile_column in range(2):
            for power in range(3):
                member = torch.zeros(6, 6, dtype=torch.float64)
                tile = torch.linalg.matrix_power(shift, power)
                member[3 * tile_row : 3 * tile_row + 3, 3 * tile_column : 3 * tile_column + 3] = tile
                basis.append(member.flatten())
    matrix = torch.stack(basis, dim=1)
    best = matrix @ torch.linalg.lstsq(matrix, weights.flatten()).solution
    assert torch.allclose(CirculantSet(3).project(weights).flatten(), best)
    assert CirculantSet(3).n_free(weights.shape) == 12


def test_low_rank_leaves_only_the_smaller_singular_values():
    weights = torch.diag(torch.tensor([3.0, 2.0, 1.0]))
    assert torch.allclose(LowRankSet(2).project(weights), torch.diag(torch.tensor([3.0, 2.0, 0.0])), atol=1e-6)


def test_simplex_projection_meets_the_optimality_condition():
    """Nearest point of a convex set: no step towards a corner comes closer."""
    weights = torch.tensor([0.9, 0.5, -1.0, 0.3])
    nearest = SimplexSet().project(weights)
    for corner in torch.eye(4):
        assert float(((weights - nearest) * (corner - nearest)).sum()) <= 1e-6


def test_a_large_codebook_comes_close_to_the_optimum():
    weights = torch.randn(5000, generator=torch.Generator().manual_seed(3))
    exact_part = weights[:1000]
    for sample in (weights, exact_part):
        member = CodebookSet(8).project(sample)
        assert len(member.unique()) == 8
        # the optimal 8-level quantiser of a Gaussian has a distortion of 0.0345 (Max 1960)
        assert float((member - sample).square().mean()) < 0.036


def test_natural_patterns_hold_the_centre_and_are_the_frequent_ones():
    weights = torch.zeros(3, 2, 3, 3)
    weights[:, :, 0, :] = 1.0
    weights[0, 0] = torch.eye(3) * 2
    first, second = natural_patterns(weights, n_patterns=2)
    assert first == (0, 1, 2, 4)
    assert second == (0, 1, 4, 8)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: SparsitySet(-1), "max_nonzeros must be at least 0, got -1"),
        (lambda: DensitySet(0.0), "density must lie in (0, 1], got 0.0"),
        (lambda: NOfMSet(5, 4), "n of m needs 0 <= n <= m, got (5, 4)"),
        (lambda: CodebookSet(0), "n_values must be at least 1, got 0"),
        (lambda: CirculantSet(0), "block must be at least 1, got 0"),
        (lambda: LevelSet(0), "n_bits must lie in 1..12, got 0"),
        (lambda: BoxSet(1.0, 0.0), "low must not exceed high, got (1.0, 0.0)"),
        (lambda: NestedSparsitySet((3, 2)), "level_nonzeros must rise, got (3, 2)"),
    ],
)
def test_an_impossible_set_is_refused_by_its_value(make, text):
    with pytest.raises(ValueError) as problem:
        make()
    assert str(problem.value) == text


@given(st.integers(1, 5), st.integers(1, 7), st.integers(1, 9), st.integers(0, 2**31 - 1))
def test_a_circulant_in_whole_blocks_is_one_and_has_the_weights_as_its_corner(block, rows, columns, seed):
    drawn = torch.randn(rows, columns, 2, generator=torch.Generator().manual_seed(seed))
    weights = CirculantSet(block).project(drawn)
    whole = CirculantSet(block).whole(weights)
    assert whole.shape[0] % block == whole.shape[1] % block == 0
    assert CirculantSet(block).contains(whole)
    assert torch.equal(whole[:rows, :columns], weights)
