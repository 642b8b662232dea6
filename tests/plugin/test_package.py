"""What the plugin promises about itself: nothing heavy, every setting explained, every way around it answered."""

import ast
import gettext
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import octoprint_c3po
from octoprint_c3po.declarations import EVENTS, permissions, update_information
from octoprint_c3po.options import Options
from octoprint_c3po.texts import HELP, SECTIONS, TITLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(octoprint_c3po.__file__).parent
OCTOPRINT_FILES = {"hooks.py", "plugin.py", "ports.py"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def test_only_the_glue_knows_octoprint_and_nothing_knows_numpy_or_c3po():
    files = sorted(PACKAGE.glob("*.py"))
    assert len(files) > 20
    for path in files:
        outside = set(imported(path)) - set(sys.stdlib_module_names)
        allowed = {"octoprint", "flask", "flask_login"} if path.name in OCTOPRINT_FILES else set()
        assert outside <= allowed, path.name


def test_importing_the_package_loads_nothing():
    code = "import octoprint_c3po.guard, sys; print([m for m in ('octoprint', 'numpy', 'c3po') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_metadata_octoprint_reads():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["octoprint.plugin"] == {"c3po": "octoprint_c3po"}
    assert project["license"] == octoprint_c3po.__plugin_license__ == "AGPL-3.0-or-later"
    assert project["requires-python"] == octoprint_c3po.__plugin_pythoncompat__ == ">=3.9,<4"
    assert project["dependencies"] == []
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (PACKAGE.parent / "LICENSE").read_text()[:200]


def test_the_override_is_dangerous_and_for_administrators():
    declared = {entry["key"]: entry for entry in permissions("admins", "users")}
    assert declared["OVERRIDE"]["dangerous"] is True
    assert declared["OVERRIDE"]["default_groups"] == ["admins"]
    assert declared["VIEW"]["default_groups"] == ["users", "admins"]


def test_updates_come_from_the_repository_that_was_set_or_from_nowhere():
    assert update_information("0.1.0", "") == update_information("0.1.0", "https://example.org/x") == {}
    information = update_information("0.1.0", "someone/c3po")["c3po"]
    assert (information["user"], information["repo"], information["current"]) == ("someone", "c3po", "0.1.0")
    assert information["pip"].startswith("https://github.com/someone/c3po/archive/")


def test_every_setting_has_its_place_its_words_and_its_documentation():
    text = (ROOT / "docs" / "plugin.md").read_text()
    assert sorted(name for _, names in SECTIONS for name in names) == sorted(Options.defaults())
    for name, default in Options.defaults().items():
        shown = str(default).lower() if isinstance(default, bool) else default
        assert f"| {TITLES[name]} | `{name}` | {f'`{shown}`' if shown != '' else ''} | {HELP[name]} |" in text


def test_every_event_is_documented():
    text = (ROOT / "docs" / "plugin.md").read_text()
    for event in EVENTS:
        assert f"_{event}`" in text


def test_all_seventeen_ways_around_are_answered():
    text = (PACKAGE.parent / "README.md").read_text()
    rows = re.findall(r"^\| (?!way|-)(.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert len(rows) == 17
    assert all(answer for _, answer in rows)


def test_every_way_around_has_its_test_or_the_sentence_that_it_cannot_be_closed():
    text = (ROOT / "docs" / "plugin.md").read_text().partition("| way | test")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (?!-)(.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert len(rows) == 17
    for way, answer in rows:
        tests = re.findall(r"`(\w+\.py)::(?:\w+::)?(\w+)`", answer)
        assert tests or answer in ("the same", "cannot be closed from a plugin"), way
        for file, name in tests:
            assert f"def {name}(" in (ROOT / "tests" / "plugin" / file).read_text(), name


def test_templates_are_translatable_and_escaped():
    templates = sorted((PACKAGE / "templates").glob("*.jinja2"))
    assert len(templates) == 4
    for path in templates:
        text = path.read_text()
        assert "|safe" not in text.replace(" ", "")
        assert "html:" not in text


def shown_strings():
    """Every text that a person may read and a translator should turn."""
    yield from (text for words in (TITLES, HELP) for text in words.values())
    yield from (title for title, _ in SECTIONS)
    for path in sorted((PACKAGE / "templates").glob("*.jinja2")):
        yield from re.findall(r"_\('([^']+)'\)", path.read_text())
    for path in sorted((PACKAGE / "static" / "js").glob("*.js")):
        yield from re.findall(r'gettext\("([^"]+)"\)', path.read_text())


def test_the_german_translation_is_complete():
    with open(PACKAGE / "translations" / "de" / "LC_MESSAGES" / "messages.mo", "rb") as stream:
        german = gettext.GNUTranslations(stream)
    shown = set(shown_strings())
    assert len(shown) > 90
    assert [text for text in sorted(shown) if german.gettext(text) == text] == []
