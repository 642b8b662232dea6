"""The table of odd and hostile inputs names tests and cases that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "inputs.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::\w+`|the same(?= \[)|\[([^\]]+)\]")


def cases() -> list[tuple[str, str]]:
    """File and name of every case in brackets; ``the same`` is the file last named."""
    found, file = [], ""
    for match in REFERENCE.finditer(TABLE.read_text()):
        file = match[1] or file
        if match[2]:
            found.append((file, match[2]))
    return found


def text_beside(file: str) -> str:
    """The text of a test file and of the tables in its folder."""
    return "".join(path.read_text() for path in sorted((ROOT / file).parent.glob("*.py")))


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(TABLE.read_text()))))
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text()


@pytest.mark.parametrize(("file", "case"), cases())
def test_every_case_that_is_named_exists(file: str, case: str) -> None:
    assert f'"{case}"' in text_beside(file)


def test_the_table_is_long_and_a_wrong_case_is_seen() -> None:
    assert len(set(NAMED.findall(TABLE.read_text()))) > 60
    assert len(cases()) > 150
    assert '"no such case"' not in text_beside("tests/gcode/test_dialects.py")
