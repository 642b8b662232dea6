"""G-code to toolpaths: every dialect, streamed through the C++ reader."""

from c3po.gcode.reading import SHAPE_FLAGS, GcodeSummary, read_material, read_toolpath
from c3po.gcode.toolpath import Toolpath

__all__ = ["SHAPE_FLAGS", "GcodeSummary", "Toolpath", "read_material", "read_toolpath"]
