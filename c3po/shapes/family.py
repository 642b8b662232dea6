"""What a family is, and the register all of them enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from c3po.errors import ManifestError
from c3po.mesh.mesh import Mesh
from c3po.shapes.csg import Body, join
from c3po.shapes.labels import LABELS, SILHOUETTE_LABELS

T = TypeVar("T")


class Draw:
    """Random choices of one part, readable where they are made."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def real(self, low: float, high: float) -> float:
        """A number between the two."""
        return float(self.rng.uniform(low, high))

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, probability: float = 0.5) -> bool:
        """True with the given probability."""
        return bool(self.rng.random() < probability)

    def pick(self, *options: T) -> T:
        """One of the options."""
        return options[int(self.rng.integers(len(options)))]

    def sides(self) -> int:
        """Segments of a round thing: low-poly or smooth."""
        return self.pick(6, 8, 12, 16, 24, 32)


Drawing = Callable[[Draw], Body | Sequence[Body]]


@dataclass(frozen=True)
class Family:
    """One kind of part with many members.

    Parameters
    ----------
    name : str
    label : str
        One of `LABELS`.
    size_mm : (float, float)
        Range of the longest side.
    draw : callable
        Draws one member in any unit; several bodies are joined.
    sources : tuple of str
        Families whose members it puts together or reworks; a split by family must not part it from them.
    """

    name: str
    label: str
    size_mm: tuple[float, float]
    draw: Drawing
    sources: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What the family is, in one sentence."""
        return (self.draw.__doc__ or "").strip().split("\n")[0]

    def draw_one(self, d: Draw) -> Body:
        """One member as drawn: in any unit, anywhere."""
        drawn = self.draw(d)
        return join(drawn) if isinstance(drawn, Sequence) else drawn

    def body(self, rng: np.random.Generator) -> Body:
        """One member as a manifold3d solid in mm, standing on z = 0 about the z axis.

        Raises
        ------
        ManifestError
            The family drew nothing.
        """
        body = self.draw_one(Draw(rng))
        if self.label in SILHOUETTE_LABELS:
            body = max(body.decompose(), key=_volume, default=body)  # one filled lump: no stray pieces, no cavities
        if body.is_empty() or body.volume() <= 0:
            raise ManifestError(f"family {self.name}: expected a solid, got an empty one; leave the family out")
        x0, y0, z0, x1, y1, z1 = body.bounding_box()
        stretch = np.exp(rng.normal(0, 0.06, 3)).clip(0.85, 1.18)
        longest = max(stretch * (x1 - x0, y1 - y0, z1 - z0))
        scale = stretch * (np.exp(rng.uniform(*np.log(self.size_mm))) / longest)
        return body.translate((-(x0 + x1) / 2, -(y0 + y1) / 2, -z0)).scale(tuple(scale))

    def generate(self, rng: np.random.Generator) -> Mesh:
        """One member as a closed mesh in mm, standing on z = 0; the same generator state gives the same mesh.

        Guarantees
        ----------
        - The mesh is closed and its volume is positive.
        - Its longest side lies in ``size_mm``.
        """
        mesh = self.body(rng).to_mesh()
        vertices = np.asarray(mesh.vert_properties, dtype=np.float64)[:, :3]
        return Mesh(vertices, np.asarray(mesh.tri_verts, dtype=np.int32), self.name)


def _volume(body: Body) -> float:
    return float(body.volume())


FAMILIES: dict[str, Family] = {}


def family(
    label: str, size_mm: tuple[float, float] = (30.0, 200.0), sources: Sequence[str] = ()
) -> Callable[[Drawing], Drawing]:
    """Enter a drawing function into `FAMILIES` under its own name."""
    if label not in LABELS:
        raise ValueError(f"label must be one of {', '.join(LABELS)}, got {label}")

    def enter(draw: Drawing) -> Drawing:
        name = draw.__name__
        if name in FAMILIES:
            raise ValueError(f"family {name} is entered twice")
        FAMILIES[name] = Family(name, label, size_mm, draw, tuple(sources))
        return draw

    return enter


def member_of(d: Draw, names: Sequence[str]) -> Body:
    """A member of one of the named families, as drawn."""
    return FAMILIES[d.pick(*names)].draw_one(d)


def entangled() -> frozenset[str]:
    """Families that are made of others' members, and those others: a split by family keeps them all on one side."""
    makers = [each for each in FAMILIES.values() if each.sources]
    return frozenset(each.name for each in makers) | {name for each in makers for name in each.sources}
