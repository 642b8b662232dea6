"""The pipeline as DVC knows it: stages name their own code and the params they read, and nothing is missing."""

from pathlib import Path

import pytest
import yaml

from c3po.dataset.plan import PROFILES, plan_from
from c3po.errors import ManifestError

pytest.importorskip("torch")
from pipelines.params import SECTIONS, section
from pipelines.train import screen_plan

ROOT = Path(__file__).resolve().parents[2]
GRAPH = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())
ORDER = (
    "shapes",
    "toolpaths",
    "projections",
    "sequences",
    "corpus",
    "train",
    "refine",
    "compress",
    "pack",
    "evaluate",
    "report",
)


def paths(entries: list) -> list[str]:
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


def outputs(stage: dict) -> list[str]:
    return paths([*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])])


def test_every_stage_of_the_order_is_there() -> None:
    assert set(ORDER) | {"card", "baselines"} == set(GRAPH)


@pytest.mark.parametrize("name", GRAPH)
def test_a_stage_names_its_own_program_and_its_params(name: str) -> None:
    stage = GRAPH[name]
    assert stage["cmd"] == f"python -m pipelines.{name}"
    assert {f"pipelines/{name}.py", "pipelines/params.py"} <= set(stage["deps"])
    text = (ROOT / "pipelines" / f"{name}.py").read_text()
    own = {f"${{profile}}.{key}" for key in SECTIONS if f'section("{key}")' in text}
    own |= {"${profile}.dataset"} if "dataset_plan()" in text else set()
    assert set(stage.get("params", [])) == (own | {"profile"} if own else set())


@pytest.mark.parametrize("name", GRAPH)
def test_what_a_stage_needs_exists_or_is_made_by_another(name: str) -> None:
    made = {path for other, stage in GRAPH.items() if other != name for path in outputs(stage)}
    assert made
    for path in GRAPH[name]["deps"]:
        assert path in made if path.startswith("data/") else (ROOT / path).exists(), path


def test_no_two_stages_make_the_same_file() -> None:
    made = [path for stage in GRAPH.values() for path in outputs(stage)]
    assert len(made) == len(set(made))
    assert all(path.startswith("data/") for path in made)


@pytest.mark.parametrize("profile", ["smoke", "full"])
def test_a_profile_holds_every_section_and_nothing_unknown(profile: str, tmp_path: Path) -> None:
    chosen = tmp_path / "params.yaml"
    chosen.write_text(yaml.safe_dump(PARAMS | {"profile": profile}))
    plan = plan_from(section("dataset", chosen), "params.yaml")
    assert profile != "full" or plan == PROFILES["full"]
    assert screen_plan(section("train", chosen)).count == PARAMS[profile]["train"]["count"]
    stages = yaml.safe_load((ROOT / section("compress", chosen)["plan"]).read_text())["stages"]
    assert stages[-1]["name"] == "quantise"
    assert set(PARAMS[profile]) == set(SECTIONS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": "big"}, "expected profile to be one of smoke, full, got 'big'"),
        ({"smoke": PARAMS["smoke"] | {"trian": {}}}, "expected one of dataset, corpus, .* in smoke, got trian"),
        ({"smoke": PARAMS["smoke"] | {"train": {"epoch": 1}}}, "expected one of .*epochs.* in smoke.train, got epoch"),
        ({"smoke": {"train": {}}}, "expected a section dataset in smoke, found none; add it"),
    ],
)
def test_params_that_do_not_fit_are_named(change: dict, words: str, tmp_path: Path) -> None:
    chosen = tmp_path / "params.yaml"
    chosen.write_text(yaml.safe_dump(PARAMS | {"profile": "smoke"} | change, sort_keys=False))
    with pytest.raises(ManifestError, match=words):
        section("dataset", chosen)
