"""Installed slicers; skipped with a reason where they are not."""

import dataclasses
import shutil

import numpy as np
import pytest

from c3po.errors import UnsupportedError
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.slicing.engines import ENGINES
from tests.slicing.printed import read

SETTINGS = SlicerSettings(skirt_loops=0, purge_line=False)


@pytest.mark.integration
@pytest.mark.parametrize("slicer", ENGINES)
def test_an_installed_slicer_prints_the_same_cube_twice(slicer: str, cube) -> None:
    if shutil.which(ENGINES[slicer][0]) is None:
        pytest.skip(f"needs {ENGINES[slicer][0]}")
    try:
        first = slice_mesh(cube, SETTINGS, slicer)
    except UnsupportedError as problem:
        pytest.skip(str(problem))
    assert slice_mesh(cube, SETTINGS, slicer) == first
    ends = read(first).segments_mm[read(first).feature == 1].reshape(-1, 3) if slicer != "slic3r" else None
    if ends is not None:
        np.testing.assert_allclose(np.ptp(ends[:, :2], axis=0), 20, atol=1.0)
        np.testing.assert_allclose(ends[:, :2].mean(axis=0), 110, atol=1.0)


@pytest.mark.parametrize("slicer", ENGINES)
def test_a_missing_slicer_names_its_package(slicer: str, cube, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    program, package = ENGINES[slicer]
    with pytest.raises(UnsupportedError) as problem:
        slice_mesh(cube, dataclasses.replace(SETTINGS, density=0.5), slicer)
    assert str(problem.value) == (
        f"--slicer {slicer}: expected the program {program}, found none; install the Debian package {package}"
    )
