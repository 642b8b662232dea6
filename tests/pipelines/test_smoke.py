"""Every stage in order on a very small profile, in an empty folder; what each leaves is what the next one reads."""

import importlib
import json
from pathlib import Path

import pytest
import yaml

pytest.importorskip("torch")
pytest.importorskip("sklearn")

PLAN = Path(__file__).resolve().parents[2] / "pipelines" / "smoke-plan.yaml"
SMALL = {
    "profile": "small",
    "small": {
        "dataset": {"parts": 60, "rotations": 1, "frames": 3, "poses": 1, "longest_mm": [8.0, 12.0], "camera_px": 24},
        "corpus": {"manifest": None, "source": None},
        "train": {
            "count": 100,
            "guns": 0.35,
            "growing": 40,
            "warped": 40,
            "disguised": 40,
            "held_out": 0.12,
            "held_out_count": 40,
            "epochs": 1,
            "seed": 0,
        },
        "baselines": {"epochs": 1, "part_epochs": 1, "film_epochs": 1, "films": 1, "batch_size": 32, "seed": 0},
        "compress": {"plan": str(PLAN), "epoch_samples": 200, "bias_bits": 8},
        "evaluate": {"early_parts": 0, "evasion_guns": 1},
    },
}
STAGES = (
    "shapes",
    "toolpaths",
    "projections",
    "sequences",
    "card",
    "corpus",
    "train",
    "refine",
    "baselines",
    "compress",
    "pack",
    "evaluate",
    "report",
)


@pytest.mark.slow
def test_the_stages_make_a_report_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("C3PO_WORKERS", "1")
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(SMALL))
    for stage in STAGES:
        importlib.import_module(f"pipelines.{stage}").main()
    page = (tmp_path / "data" / "report" / "index.html").read_text()
    assert page.count("data:image/png;base64,") >= 3
    assert "60 parts" in page
    assert "half sunk in a block" in page
    assert "no real part" in page
    rates = json.loads((tmp_path / "data" / "evaluation" / "metrics.json").read_text())
    assert rates["jobs"] > 0
    packed = json.loads((tmp_path / "data" / "packed" / "metrics.json").read_text())
    assert packed["dense"]["same_label"] == 1.0
    assert packed["screen"]["bytes"] < packed["dense"]["bytes"] / 3
    assert not list(tmp_path.rglob("*.partial"))
