"""Writes the committed seeds of the packed-file fuzzer: ``python -m fuzz.packed_seeds``. One small file per feature."""

from pathlib import Path

import numpy as np

from c3po.runtime import Graph, pack_bytes
from c3po.runtime.levels import nested
from tests.runtime.test_anytime import levels_of_one_network, recurrent, with_exits
from tests.runtime.test_arm import convolutions
from tests.runtime.test_packing import small_graph

FOLDER = Path(__file__).parent / "corpus" / "packed"


def seeds() -> dict[str, bytes]:
    """Packed files by name."""
    rng = np.random.default_rng(7)
    circulant = Graph((4, 3, 3))
    x = circulant.add("conv2d", 0, weight=rng.normal(size=(2, 4, 3, 3)), circulant=2, padding=1)
    circulant.add("linear", x, weight=rng.normal(size=(1, 36)), circulant=4)
    pools = Graph((2, 7, 7))
    x = pools.add("avg_pool", 0, kernel=3, stride=2, padding=1, count_padding=False)
    y = pools.add("concat", x, pools.add("sigmoid", pools.add("affine", x, scale=np.ones(2), offset=np.ones(2))))
    pools.add("linear", pools.add("flatten", pools.add("max_pool", y, kernel=2)), weight=rng.normal(size=(2, 16)))
    graphs = {
        "views": convolutions(rng),
        "recurrent": recurrent(rng),
        "exits": with_exits(rng),
        "levels": nested(levels_of_one_network(rng, (0.2, 1.0))),
        "circulant": circulant,
        "pools": pools,
    }
    files = {name: pack_bytes(graph, weight_bits=3)[0] for name, graph in graphs.items()}
    files["metadata"] = pack_bytes(small_graph(rng), {"labels": ["a", "b", "c"], "name": "seed"}, weight_bits=2)[0]
    files["exact"] = pack_bytes(small_graph(rng, 0.1))[0]
    return files


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in seeds().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
