"""The C++ core: G-code reader, voxel solid, imaging, sparse inference. Shapes and types are stated at the border."""

from c3po._core import _native as native

__all__ = ["native"]
