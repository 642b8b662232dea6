"""Material on a voxel grid, told apart into parts and filled."""

from c3po.solid.joining import put_together
from c3po.solid.meshes import mesh_parts
from c3po.solid.parts import neighbours, parts, whole
from c3po.solid.readings import readings, uncovered
from c3po.solid.solid import Solid

__all__ = ["Solid", "mesh_parts", "neighbours", "parts", "put_together", "readings", "uncovered", "whole"]
