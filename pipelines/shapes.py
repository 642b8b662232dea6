"""Stage shapes: which parts the data set holds."""

from c3po.dataset.building import build_manifest
from pipelines.params import SET, dataset_plan


def main() -> None:
    print(f"{len(build_manifest(dataset_plan(), SET))} parts")


if __name__ == "__main__":
    main()
