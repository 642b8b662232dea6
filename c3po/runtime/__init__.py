"""Packed networks and the sparse engine: one small file in, scores out; numpy and the C++ core alone.

`Graph` and `Node` describe a network with numpy arrays, `write_packed` makes the file, `Network.open` runs it and
`unpack` gives the graph back bit for bit. The format is in docs/formats/packed.md.
"""

from c3po.runtime.graph import Graph, Node
from c3po.runtime.network import Network
from c3po.runtime.packing import pack_bytes, unpack, write_packed

__all__ = ["Graph", "Network", "Node", "pack_bytes", "unpack", "write_packed"]
