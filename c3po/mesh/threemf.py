"""3MF: the plate that the build items compose, from objects, components, transforms and units.

What shapes no plastic is left out (modifiers, support blockers and enforcers); a negative volume is left out and
flagged, since what it cuts away stays in the judged shape. The XML of each model part is read in `threemf_xml`.

Source: 3MF Core Specification 1.3, chapters 3 and 4; Production Extension 1.1 (``p:path``); volume types as PrusaSlicer
(``Metadata/Slic3r_PE_model.config``) and Bambu Studio (``Metadata/model_settings.config``) write them.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from c3po.containers.limits import check_growth
from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh
from c3po.mesh.threemf_xml import Model, Object, Volume, read_model, read_volumes

MAX_FACES = 20_000_000  # after all components are placed
MAX_PLACED = 20_000  # objects, counted each time they are placed
MAX_DEPTH = 32
_SETTINGS = ("metadata/slic3r_pe_model.config", "metadata/model_settings.config")
_ROOT = "3d/3dmodel.model"


def threemf_meshes(data: bytes, where: str) -> tuple[Mesh, ...]:
    """Every body on the plate, in millimetres.

    Raises
    ------
    MeshError
        No model in the archive, bad XML, a missing object, components that contain themselves, or too many faces.
    ContainerError
        An entry that inflates beyond its bounds.
    """
    texts = _entries(data, where)
    root = _root_name(texts)
    if root is None:
        raise MeshError(f"{where}: expected 3D/3dmodel.model in the archive, found none; export it again")
    models = {name: read_model(text, f"{where}!{name}") for name, text in texts.items() if name.endswith(".model")}
    volumes = [volume for name in _SETTINGS if name in texts for volume in read_volumes(texts[name], where)]
    plate = _Plate(models, volumes, where)
    return tuple(plate.meshes(root))


def _root_name(texts: dict[str, bytes]) -> str | None:
    if _ROOT in texts:
        return _ROOT
    return next((name for name in sorted(texts) if name.endswith(".model")), None)


def _entries(data: bytes, where: str) -> dict[str, bytes]:
    """Models and settings of the archive by lower-case name, inflation bounded."""
    texts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = entry.filename.lower().lstrip("/")
                if not name.endswith(".model") and name not in _SETTINGS:
                    continue
                with archive.open(entry) as stream:
                    texts[name] = _bounded(stream, f"{where}!{entry.filename}", entry.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise MeshError(f"{where}: expected a 3MF archive, found a corrupt or encrypted one; export it again") from None
    return texts


def _bounded(stream: IO[bytes], where: str, compressed_bytes: int) -> bytes:
    text = bytearray()
    while chunk := stream.read(1 << 20):
        text += chunk
        check_growth(where, len(text), compressed_bytes)
    return bytes(text)


class _Plate:
    """Build items of one archive, with their components placed."""

    def __init__(self, models: dict[str, Model], volumes: list[Volume], where: str) -> None:
        self.models, self.where = models, where
        self.n_faces = self.n_placed = 0
        self.volumes: dict[str, list[Volume]] = {}
        for volume in volumes:
            self.volumes.setdefault(volume.object_id, []).append(volume)

    def meshes(self, root: str) -> Iterator[Mesh]:
        model = self.models[root]
        for item in model.items:
            if item.printable:
                place = item.transform * model.unit_mm
                yield from self._placed(item.path or root, item.object_id, place, item.object_id, 0)

    def _placed(
        self, path: str, object_id: str, place: NDArray[np.float64], part_id: str, depth: int
    ) -> Iterator[Mesh]:
        found = self._object(path, object_id)
        self.n_placed += 1
        if depth > MAX_DEPTH or self.n_placed > MAX_PLACED:
            raise MeshError(
                f"{self.where}: expected at most {MAX_PLACED} components, {MAX_DEPTH} deep, found more; "
                "they may be a loop, export it again"
            )
        if found.type in ("support", "solidsupport", "other") and depth == 0:
            return
        if len(found.faces):
            kept = self._printed_faces(found, part_id if depth == 0 else object_id)
            flags = ("negative-volume",) if self._has_negative(part_id) else ()
            self.n_faces += len(kept)
            if self.n_faces > MAX_FACES:
                raise MeshError(
                    f"{self.where}: expected at most {MAX_FACES} faces on the plate, found more; simplify it"
                )
            if len(kept):
                yield Mesh(found.vertices @ place[:3] + place[3], kept, found.name, flags)
        for component in found.components:
            # Bambu names a part of an object by the id of its component.
            subtype = self._subtype(part_id, component.object_id)
            if subtype == "shape":
                inner = _chain(component.transform, place)
                yield from self._placed(component.path or path, component.object_id, inner, part_id, depth + 1)

    def _object(self, path: str, object_id: str) -> Object:
        model = self.models.get(path)
        if model is None or object_id not in model.objects:
            raise MeshError(f"{self.where}: expected object {object_id} in {path}, found none; export it again")
        return model.objects[object_id]

    def _subtype(self, object_id: str, part_id: str) -> str:
        for volume in self.volumes.get(object_id, ()):
            if volume.part_id == part_id:
                return volume.kind
        return "shape"

    def _has_negative(self, object_id: str) -> bool:
        return any(volume.kind == "negative" for volume in self.volumes.get(object_id, ()))

    def _printed_faces(self, found: Object, object_id: str) -> NDArray[np.int32]:
        """Faces outside the ranges that PrusaSlicer lists as shaping no plastic."""
        keep = np.ones(len(found.faces), dtype=bool)
        for volume in self.volumes.get(object_id, ()):
            if volume.faces is not None and volume.kind != "shape":
                keep[volume.faces[0] : volume.faces[1] + 1] = False
        return found.faces[keep]


def _chain(inner: NDArray[np.float64], outer: NDArray[np.float64]) -> NDArray[np.float64]:
    """First ``inner``, then ``outer``; rows of 4 x 3 transforms: three axes and the shift."""
    chained = inner @ outer[:3]
    chained[3] += outer[3]
    return chained
