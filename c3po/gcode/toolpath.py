"""A toolpath: the extruding moves of a job, as arrays. The reader in ``_core/gcode`` fills it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Toolpath:
    """Every extruded (or cut) piece of a job in file order.

    Parameters
    ----------
    segments_mm : float32, shape (n, 6)
        Start x, y, z and end x, y, z; physical position on the bed, mm.
    width_mm, height_mm : float32, shape (n,)
        Bead width and height; 0 where the file does not tell.
    tool : uint8, shape (n,)
    feature : uint8, shape (n,)
        `Feature` of ``_core/segment.hpp``; a hint from comments, never proof.
    byte_offset : uint64, shape (n,)
        Offset of the command in the decoded text; of a CNC program with canned cycles, in the text with the cycles
        spelled out.
    kind : str
        ``fdm``, ``cnc``, ``laser`` or ``nothing``.
    flags : tuple of str
        What the reader could not follow, by name.
    """

    segments_mm: NDArray[np.float32]
    width_mm: NDArray[np.float32]
    height_mm: NDArray[np.float32]
    tool: NDArray[np.uint8]
    feature: NDArray[np.uint8]
    byte_offset: NDArray[np.uint64]
    kind: str
    flags: tuple[str, ...] = ()
