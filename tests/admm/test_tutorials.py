"""The tutorials run as they are printed: all Python blocks of a page, in order, in an empty folder."""

import re
from pathlib import Path

import pytest

from benchmarks.lenet5.table import parts

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "tutorials").glob("*.md"))


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def test_there_are_tutorials_with_code():
    assert PAGES
    assert all(blocks(page) for page in PAGES if page.stem != "lenet5")


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem != "lenet5"], ids=lambda page: page.stem)
def test_the_tutorial_runs_and_prints_its_figures(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks(page)), str(page), "exec"), {})
    assert re.search(r"\d", capsys.readouterr().out)


def test_the_tables_of_figures_are_those_of_the_result_files():
    page = (PAGES[0].parent / "lenet5.md").read_text()
    for mark, text in parts().items():
        assert f"<!-- {mark} -->\n{text}\n<!-- end -->" in page, "run python -m benchmarks.lenet5 release"
