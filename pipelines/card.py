"""Stage card: the list of all shards with their digests, the data card, and how many images there are of each kind."""

import json

from c3po.dataset.building import write_index
from c3po.dataset.card import write_card
from c3po.dataset.files import written_whole
from pipelines.params import SET, dataset_plan


def main() -> None:
    index = write_index(dataset_plan(), SET)
    write_card(SET, index)
    images: dict[str, int] = {}
    for file in index["files"]:
        table = file["path"].split("/")[0]
        images[table] = images.get(table, 0) + file["rows"]
    written_whole(SET / "metrics.json", json.dumps({"images": images}, indent=1).encode())
    print(images)


if __name__ == "__main__":
    main()
