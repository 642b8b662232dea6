"""Stage train: the screening network, from generated parts alone."""

import shutil
from dataclasses import replace
from typing import Any

from c3po.errors import ManifestError
from c3po.networks.screen import SCREEN_RECIPE, ScreenPlan, make_screen
from pipelines.params import SCREEN, section, show, workers


def screen_plan(values: dict[str, Any]) -> ScreenPlan:
    """The plan of the run with these numbers."""
    seed = int(values["seed"])
    return ScreenPlan(
        count=int(values["count"]),
        weapon_share=float(values["guns"]),
        growing_count=int(values["growing"]),
        warped_count=int(values["warped"]),
        disguised_count=int(values["disguised"]),
        held_out_share=float(values["held_out"]),
        held_out_count=int(values["held_out_count"]),
        seed=seed,
        recipe=replace(SCREEN_RECIPE, epochs=int(values["epochs"]), seed=seed),
    )


def main() -> None:
    plan = screen_plan(section("train"))
    try:
        make_screen(plan, SCREEN, workers(), show)
    except ManifestError:  # samples of another plan: DVC decides what is stale, so make them again
        shutil.rmtree(SCREEN)
        make_screen(plan, SCREEN, workers(), show)


if __name__ == "__main__":
    main()
