"""Real files cut short or with flipped bytes raise nothing but a `C3poError`. All: ``benchmarks/damage.py``."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.damage import DATA, damaged, files, read_all

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
OUTCOMES = {"read", "container", "gcode", "mesh", "unsupported"}


def outcomes(source: Path, folder: Path, *, cuts: int, flips: int) -> set[str]:
    copy = folder / f"damaged{source.suffix}"
    found = set()
    for number, content in enumerate(damaged(source.read_bytes(), source.name, cuts, flips)):
        copy.write_bytes(content)
        found.add(read_all(copy, to_solids=number % 4 == 0))
    return found


@pytest.mark.parametrize("name", ["bracket.stl", "weapon-silhouette.gcode", "cup.stl"])
def test_a_damaged_example_is_read_or_refused(name: str, tmp_path: Path) -> None:
    assert outcomes(EXAMPLES / name, tmp_path, cuts=6, flips=6) <= OUTCOMES


def test_a_damaged_archive_is_read_or_refused(tmp_path: Path) -> None:
    archive = tmp_path / "plates.gcode.3mf"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.write(EXAMPLES / "bracket.gcode", "Metadata/plate_1.gcode")
    found = outcomes(archive, tmp_path, cuts=20, flips=20)
    assert found <= OUTCOMES
    assert "container" in found


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_damaged_files_of_every_kind_are_read_or_refused(tmp_path: Path) -> None:
    small = [path for path in files(DATA) if path.stat().st_size < 300_000]
    by_kind: dict[str, list[Path]] = {}
    for path in small:
        by_kind.setdefault(path.suffix.lower(), []).append(path)
    assert len(by_kind) >= 5
    rng = np.random.default_rng(3)
    for kind in sorted(by_kind):
        for index in rng.permutation(len(by_kind[kind]))[:4]:
            assert outcomes(by_kind[kind][index], tmp_path, cuts=4, flips=4) <= OUTCOMES


def test_the_check_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(_path: Path) -> tuple[()]:
        raise ValueError("not one of ours")

    monkeypatch.setattr("benchmarks.damage.members", careless)
    with pytest.raises(ValueError, match="not one of ours"):
        read_all(EXAMPLES / "bracket.stl", to_solids=False)
