"""Which arithmetic a packed network asks for, and the ranges of its values that int8 needs, from the metadata.

"arithmetic"   "float32" (default) or "int8": how `Network.open` runs the file unless it is told otherwise
"ranges"       {"node": [largest value of each channel, ...], ...}: see `c3po.runtime.int8`
"""

from __future__ import annotations

from typing import Any

from c3po.errors import PackedFileError

KINDS = ("float32", "int8")
MAX_NODES = 1024


def chosen_arithmetic(metadata: dict[str, Any], wish: str | None, where: str) -> str:
    """What the caller wishes, else what the file says.

    Raises
    ------
    ValueError
        The wish is none of `KINDS`.
    PackedFileError
        The file says something else.
    """
    if wish is not None and wish not in KINDS:
        raise ValueError(f"arithmetic must be one of {', '.join(KINDS)}, got {wish!r}")
    told = metadata.get("arithmetic", "float32")
    if told not in KINDS:
        raise PackedFileError(f"{where}: expected arithmetic float32 or int8, got {str(told)[:40]!r}; pack it again")
    return wish or str(told)


def ranges_by_node(metadata: dict[str, Any], where: str) -> list[list[float]]:
    """The ranges of each node, empty where it has none.

    Raises
    ------
    PackedFileError
        There are none, or they are no numbers by node. Whether they fit the network is for the engine to say.
    """
    given = metadata.get("ranges")
    if given is None:
        raise PackedFileError(
            f"{where}: expected ranges of its values for int8, found none; measure them: c3po pack --int8 SAMPLES"
        )
    if not isinstance(given, dict) or not all(map(_is_entry, given.items())):
        raise PackedFileError(
            f"{where}: expected ranges as lists of numbers by node, got {str(given)[:40]}; pack it again"
        )
    ranges: list[list[float]] = [[] for _ in range(1 + max(map(int, given), default=-1))]
    for node, values in given.items():
        ranges[int(node)] = [float(max(min(value, 3e38), -3e38)) for value in values]
    return ranges


def _is_entry(entry: tuple[Any, Any]) -> bool:
    node, values = entry
    is_node = isinstance(node, str) and node.isascii() and node.isdigit() and len(node) < 5 and int(node) < MAX_NODES
    return is_node and isinstance(values, list) and all(type(value) in (int, float) for value in values)
