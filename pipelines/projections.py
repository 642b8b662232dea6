"""Stage projections: Set I, turned projections."""

from c3po.dataset.building import MANIFEST, TOOLPATHS, build_set
from c3po.dataset.manifest import read_manifest
from pipelines.params import SET, dataset_plan, show, workers


def main() -> None:
    entries = read_manifest(SET / MANIFEST)
    images = build_set(
        dataset_plan(), entries, "projections", SET / TOOLPATHS, SET, workers=workers(), progress=show, replace=True
    )
    print(f"{images} images")


if __name__ == "__main__":
    main()
