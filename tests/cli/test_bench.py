"""`c3po bench`: the released network, timed in either arithmetic."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

SCREEN = Path(__file__).resolve().parents[2] / "models" / "screen" / "screen.c3po"


def test_only_layers_on_floats_are_held_to_the_peak_of_floats(c3po: Callable[..., Ran]) -> None:
    told = {kind: c3po("bench", SCREEN, "--floor", "--rounds", 3, "--arithmetic", kind) for kind in ("int8", "float32")}
    convolutions = {kind: [line for line in out.splitlines() if " conv " in line] for kind, (_, out, _) in told.items()}
    assert [code for code, _, _ in told.values()] == [0, 0]
    assert len(convolutions["int8"]) == len(convolutions["float32"]) > 5
    assert all(line.endswith("%") for line in convolutions["float32"])
    assert not any("%" in line for line in convolutions["int8"])


def test_json_has_every_step_and_the_peak(c3po: Callable[..., Ran]) -> None:
    code, out, _ = c3po("bench", SCREEN, "--floor", "--rounds", 3, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["peak_gmac_s"] > 0
    assert 0 < told["least_us"] <= told["median_us"] <= told["p99_us"]
    assert sum(step["macs"] for step in told["steps"]) > 1_000_000


def test_an_unknown_kernel_set_is_refused_by_name(c3po: Callable[..., Ran]) -> None:
    code, _, err = c3po("bench", SCREEN, "--kernels", "sse9")
    assert code == 2
    assert "sse9" in err
