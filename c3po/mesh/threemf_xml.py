"""The XML inside a 3MF archive, streamed through expat. Documents that define entities are refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from c3po.errors import MeshError

UNITS_MM = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0, "inch": 25.4, "foot": 304.8, "meter": 1000.0}
_KINDS = {
    "modifier_part": "aside", "parametermodifier": "aside", "modifier": "aside",
    "support_blocker": "aside", "supportblocker": "aside", "support_enforcer": "aside", "supportenforcer": "aside",
    "negative_part": "negative", "negativevolume": "negative",
}  # fmt: skip
_NO_TRIANGLES = {"beamlattice": "a beam lattice", "slicestack": "a stack of slices", "booleanshape": "a boolean shape"}


@dataclass
class Placed:
    """A component or build item: which object, where (rows: three axes and the shift), in which part of the archive."""

    object_id: str
    transform: NDArray[np.float64]
    path: str
    printable: bool = True


@dataclass
class Object:
    """One object of a model: its own mesh, its components, or both."""

    name: str
    type: str
    vertices: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))
    faces: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 3), np.int32))
    components: list[Placed] = field(default_factory=list)


@dataclass
class Model:
    """One model part of the archive."""

    unit_mm: float = 1.0
    objects: dict[str, Object] = field(default_factory=dict)
    items: list[Placed] = field(default_factory=list)


@dataclass(frozen=True)
class Volume:
    """What a slicer's settings say of one volume: ``shape``, ``aside`` (shapes no plastic) or ``negative``."""

    object_id: str
    part_id: str
    kind: str
    faces: tuple[int, int] | None


def read_model(text: bytes, where: str) -> Model:
    """Objects and build items of one ``.model`` part.

    Raises
    ------
    MeshError
        XML that cannot be read, defines entities, holds a number that is none, or shapes that are no triangles.
    """
    reader = _ModelReader(where)
    _parse(text, where, reader.start, reader.end)
    return reader.model


def read_volumes(text: bytes, where: str) -> list[Volume]:
    """Volumes of a settings part; settings that cannot be read say nothing, since they never are evidence."""
    reader = _VolumesReader()
    try:
        _parse(text, where, reader.start, reader.end)
    except MeshError:
        return []
    return reader.volumes


def _parse(text: bytes, where: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end

    def refuse(*_: object) -> None:
        raise MeshError(f"{where}: expected plain XML, found an entity definition; export it again")

    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as problem:
        raise MeshError(f"{where}: expected XML, found {problem}; export it again") from None
    except (KeyError, ValueError, OverflowError) as problem:
        line = parser.CurrentLineNumber
        raise MeshError(f"{where}:{line}: expected a complete element, found {problem}; export it again") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _path(attributes: dict[str, str]) -> str:
    """``p:path`` under whatever prefix, as lower-case archive name."""
    for name, value in attributes.items():
        if _local(name) == "path":
            return value.lower().lstrip("/")
    return ""


def _transform(text: str | None) -> NDArray[np.float64]:
    if not text:
        return np.vstack([np.eye(3), np.zeros(3)])
    numbers = np.array([float(number) for number in text.split()])
    if numbers.size != 12 or not np.isfinite(numbers).all():
        raise ValueError(f"transform {text[:60]!r}")
    return numbers.reshape(4, 3)


class _ModelReader:
    def __init__(self, where: str) -> None:
        self.model, self.where = Model(), where
        self.current: Object | None = None
        self.vertices: list[float] = []
        self.faces: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "vertex":  # the common cases first: a mesh has millions of them
            self.vertices += (float(attributes["x"]), float(attributes["y"]), float(attributes["z"]))
        elif name == "triangle":
            self.faces += (int(attributes["v1"]), int(attributes["v2"]), int(attributes["v3"]))
        else:
            self._other(_local(name), attributes)

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("vertex", "triangle"):
            self.start(name, attributes)
        elif name == "model":
            unit = attributes.get("unit", "millimeter")
            if unit not in UNITS_MM:
                raise ValueError(f"unit {unit[:40]!r}")
            self.model.unit_mm = UNITS_MM[unit]
        elif name == "object":
            self.current = Object(attributes.get("name", ""), attributes.get("type", "model"))
            self.model.objects[attributes["id"]] = self.current
        elif name == "component" and self.current is not None:
            self.current.components.append(_placed(attributes))
        elif name == "item":
            self.model.items.append(_placed(attributes))
        elif name in _NO_TRIANGLES:  # material that would be missing from what is judged
            raise MeshError(f"{self.where}: expected triangles, found {_NO_TRIANGLES[name]}; export it as a mesh")

    def end(self, name: str) -> None:
        if name in ("vertex", "triangle") or _local(name) != "object" or self.current is None:
            return
        self.current.vertices = np.array(self.vertices, dtype=np.float64).reshape(-1, 3)
        self.current.faces = np.array(self.faces, dtype=np.int32).reshape(-1, 3)
        faces = self.current.faces
        if faces.size and (faces.min() < 0 or faces.max() >= len(self.current.vertices)):
            raise ValueError(f"a triangle with vertex {faces.max()} of {len(self.current.vertices)}")
        self.vertices, self.faces, self.current = [], [], None


def _placed(attributes: dict[str, str]) -> Placed:
    return Placed(
        attributes["objectid"],
        _transform(attributes.get("transform")),
        _path(attributes),
        attributes.get("printable", "1") not in ("0", "false"),
    )


class _VolumesReader:
    """PrusaSlicer: object > volume firstid lastid > metadata volume_type. Bambu: object > part id subtype."""

    def __init__(self) -> None:
        self.volumes: list[Volume] = []
        self.object_id = self.part_id = ""
        self.faces: tuple[int, int] | None = None
        self.kind: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "object":
            self.object_id = attributes.get("id", "")
        elif name == "volume":
            self.part_id, self.kind = "", "shape"
            self.faces = (int(attributes["firstid"]), int(attributes["lastid"])) if "firstid" in attributes else None
        elif name == "part":
            self.part_id, self.faces = attributes.get("id", ""), None
            self.kind = _KINDS.get(attributes.get("subtype", "").lower(), "shape")
        elif name == "metadata" and self.kind is not None:
            if attributes.get("key") == "volume_type":
                self.kind = _KINDS.get(attributes.get("value", "").lower(), "shape")
            elif attributes.get("key") == "modifier" and attributes.get("value") == "1":
                self.kind = "aside"

    def end(self, name: str) -> None:
        if name in ("volume", "part") and self.kind is not None:
            self.volumes.append(Volume(self.object_id, self.part_id, self.kind, self.faces))
            self.kind = None
