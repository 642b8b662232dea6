"""Block-circulant weights for linear, recurrent and convolution layers (CirCNN, CircConv 1902.11268, E-RNN)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, TiedSet, require


@dataclass(frozen=True)
class CirculantSet(ConstraintSet):
    """Tiles of ``block`` x ``block`` over (outputs, inputs) whose entries depend on (column - row) mod ``block`` alone.

    Projection: the mean along each wrapped diagonal. A layer that does not divide is read as the corner of a larger,
    padded one: diagonals are then averaged over the entries that exist.
    """

    block: int
    is_subspace = True

    def __post_init__(self) -> None:
        require(self.block >= 1, "block must be at least 1", self.block)

    def misfit(self, shape: torch.Size) -> str | None:
        return None if len(shape) >= 2 else f"expected at least two axes (outputs, inputs), got shape {tuple(shape)}"

    def diagonals(self, shape: torch.Size) -> Tensor:
        """The generator entry that each weight repeats: int64, the shape of the weights, numbered without gaps."""
        b = self.block
        row, column = torch.arange(shape[0])[:, None], torch.arange(shape[1])[None, :]
        tile = (row // b) * -(-shape[1] // b) + column // b
        diagonal = tile * b + (column - row) % b
        n_positions = shape[2:].numel()
        ids = diagonal[:, :, None] * n_positions + torch.arange(n_positions)
        numbered: Tensor = torch.unique(ids, return_inverse=True)[1].reshape(shape)
        return numbered

    def n_free(self, shape: torch.Size) -> int:
        """Numbers that a file must hold for such a tensor."""
        return int(self.diagonals(shape).max()) + 1

    def whole(self, weights: Tensor) -> Tensor:
        """The tensor of whole blocks that has ``weights``, a member of the set, as its corner; unknown diagonals are 0.

        A packed file holds the first rows of such a tensor alone. Layers before and after have to grow with it: inputs
        that are added have to be zero, and outputs that are added have to be ignored.
        """
        rows, columns = (-(-side // self.block) * self.block for side in weights.shape[:2])
        ids = self.diagonals(torch.Size((rows, columns, *weights.shape[2:])))
        entries = torch.zeros(int(ids.max()) + 1, dtype=weights.dtype, device=weights.device)
        entries[ids[: weights.shape[0], : weights.shape[1]].to(weights.device)] = weights.detach()
        return entries[ids.to(weights.device)]

    def project(self, weights: Tensor) -> Tensor:
        return TiedSet(self.diagonals(weights.shape)).project(weights)
