"""Meshes: reading every format that carries one, writing STL."""

from c3po.mesh.mesh import Mesh, joined
from c3po.mesh.reading import read_meshes
from c3po.mesh.stl import write_stl

__all__ = ["Mesh", "joined", "read_meshes", "write_stl"]
