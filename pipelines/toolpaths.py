"""Stage toolpaths: every part drawn, placed and sliced."""

from c3po.dataset.building import MANIFEST, TOOLPATHS, build_toolpaths
from c3po.dataset.files import check_room
from c3po.dataset.manifest import read_manifest
from pipelines.params import SET, dataset_plan, show, workers


def main() -> None:
    plan = dataset_plan()
    check_room(SET, plan.bytes_needed)
    entries = read_manifest(SET / MANIFEST)
    size = build_toolpaths(plan, entries, SET / TOOLPATHS, workers=workers(), progress=show, replace=True)
    print(f"{len(entries)} toolpaths, {size / 1e6:.1f} MB of G-code")


if __name__ == "__main__":
    main()
