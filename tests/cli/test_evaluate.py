"""`c3po evaluate`: figures, cache, contact sheet, evasions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Ran
from tests.screens import BOX, EL, stl

Command = Callable[..., Ran]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Weapons, flat with categories in the names, and harmless parts in folders, one of them not readable."""
    weapons, benign = tmp_path / "weapons", tmp_path / "benign"
    for folder in (weapons, benign / "box", benign / "odd"):
        folder.mkdir(parents=True)
    (weapons / "rifle__1.stl").write_bytes(stl(EL, 6.0))
    (weapons / "rifle__2.stl").write_bytes(stl(EL, 9.0))
    (weapons / "blade__1.stl").write_bytes(stl(BOX, 3.0))
    (benign / "box" / "1.stl").write_bytes(stl(BOX, 6.0))
    (benign / "box" / "2.stl").write_bytes(stl(EL, 5.0))
    (benign / "odd" / "cut.stl").write_bytes(stl(BOX)[:200])
    return weapons, benign


def evaluated(c3po: Command, folders: tuple[Path, Path], *more: object) -> dict[str, object]:
    weapons, benign = folders
    cache = weapons.parent / "cache"
    code, out, err = c3po(
        "evaluate", "--weapons", weapons, "--benign", benign, "--json", "-j1", "--cache", cache, *more
    )
    assert code == 0, err
    told: dict[str, object] = json.loads(out)
    return told


def test_figures_of_a_small_set_are_those_counted_by_hand(c3po: Command, folders: tuple[Path, Path]) -> None:
    told = evaluated(c3po, folders)
    assert told["counts"] == {"gun": 2, "other": 1, "benign": 2}
    assert told["detection"]["weapon"] == {"hits": 2, "n": 2, "share": 1.0, "low": 0.34238, "high": 1.0}  # type: ignore[index]
    assert told["false_alarms"]["weapon"]["hits"] == 1  # type: ignore[index]
    assert [Path(error["path"]).name for error in told["errors"]] == ["cut.stl"]  # type: ignore[attr-defined]
    assert set(told["categories"]["benign"]) == {"box"}  # type: ignore[index]
    assert told["network"] == {"name": "fill", "digest": "f" * 64}


def test_the_second_time_nothing_is_read_again(
    c3po: Command, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = evaluated(c3po, folders)

    def refuse(path: Path, size_px: int) -> None:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr("c3po.cli.cache.read_job", refuse)
    assert evaluated(c3po, folders) == first


def test_a_damaged_cache_is_read_again(c3po: Command, folders: tuple[Path, Path]) -> None:
    first = evaluated(c3po, folders)
    kept = sorted((folders[0].parent / "cache").glob("*.npz"))
    assert kept
    for i, path in enumerate(kept):
        path.write_bytes(path.read_bytes()[: 100 * i])
    assert evaluated(c3po, folders) == first


def test_other_categories_may_be_the_guns(c3po: Command, folders: tuple[Path, Path]) -> None:
    assert evaluated(c3po, folders, "--guns", "blade")["counts"] == {"gun": 1, "other": 2, "benign": 2}


def test_the_report_for_people_and_the_contact_sheet(c3po: Command, folders: tuple[Path, Path], tmp_path: Path) -> None:
    weapons, benign = folders
    sheet = tmp_path / "sheet.png"
    code, out, err = c3po(
        "evaluate", "--weapons", weapons, "--benign", benign, "-j1", "--cache", tmp_path / "c", "--sheet", sheet
    )
    assert code == 0
    assert err == f"c3po: wrote {sheet}\n"
    assert "guns called weapon       2/2 = 100.0 % (34.2 to 100.0)" in out
    assert "harmless called weapon   1/2 = 50.0 % (9.5 to 90.5)" in out
    assert "cut.stl: expected 84 + 50 x 12 bytes, got 200" in out
    with Image.open(sheet) as image:
        assert image.width > 500


def test_evasions_are_told_by_row(c3po: Command, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from c3po.verdict.evasion import suite

    monkeypatch.setattr(suite, "EVASIONS", suite.EVASIONS[:3])
    monkeypatch.setattr(suite.judged_evasions, "__kwdefaults__", {"seed": 0, "evasions": suite.EVASIONS})
    code, out, _ = c3po("evaluate", "--weapons", folders[0], "--evasion", "-j1")
    rows = out.splitlines()
    assert code == 0
    assert rows[0] == "2 weapons, 3 evasions; 0 files not read"
    assert rows[3].startswith("as it is                   a gun                2/2 = 100.0 %")
    assert rows[-1].startswith("flagged: mean 100.0 %, worst: ")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (["--weapons", "nowhere", "--benign", "x"], "nowhere: expected a folder with jobs or meshes, found none; "),
        (["--weapons", "W"], "evaluate: expected --benign DIR or --evasion beside --weapons, got neither; name one"),
    ],
)
def test_a_wrong_call_is_one_line(c3po: Command, folders: tuple[Path, Path], call: list[str], text: str) -> None:
    code, out, err = c3po("evaluate", *(str(folders[0]) if part == "W" else part for part in call))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"c3po: {text}")
