"""Shared fixtures: seeded random numbers and the optional real data."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# no test depends on how fast the machine is
settings.register_profile("project", deadline=None)
settings.load_profile("project")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


@pytest.fixture(scope="session")
def needs_data() -> Path:
    """Folder of the development data; the test is skipped with its reason when it is not there."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the development data in {SHARED_DATA.name}/ beside the project")
    return SHARED_DATA
