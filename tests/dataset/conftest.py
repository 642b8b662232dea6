from pathlib import Path

import pytest

from c3po.dataset.building import build
from c3po.dataset.plan import DatasetPlan

TINY = DatasetPlan(
    parts=12, rotations=2, sizes_px=(28,), frames=3, poses=1, camera_px=24, longest_mm=(8.0, 12.0), parts_per_shard=2
)


@pytest.fixture(scope="session")
def tiny() -> DatasetPlan:
    return TINY


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small data set; tests must not change it."""
    folder = tmp_path_factory.mktemp("set") / "built"
    build(TINY, folder)
    return folder
