"""A packed network, ready to run."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime.packing import parse_metadata, read_file


class Network:
    """Scores for images, from a packed file; safe to call from several threads.

    Attributes
    ----------
    labels : tuple of str
        One per score; ``("0", "1", ...)`` where the file names none.
    metadata : dict
        What the file carries beside the network.
    digest : str
        SHA-256 of the file, hexadecimal.
    name : str
        From the metadata, else the name of the file.
    input_shape : tuple of int
        (channels, height, width) of one image.

    Guarantees
    ----------
    - Every set of kernels with fused multiply-add gives the same bits; ``kernels="exact"`` gives them everywhere.
    """

    def __init__(self, data: bytes, where: str = "packed network", *, kernels: str = "") -> None:
        try:
            self._engine = native.Engine(data, kernels)
            metadata = native.read_metadata(data)
        except native.PackedError as problem:
            raise PackedFileError(f"{where}: {problem}") from None
        self.metadata: dict[str, Any] = parse_metadata(metadata, where)
        self.digest = hashlib.sha256(data).hexdigest()
        self.input_shape: tuple[int, int, int] = self._engine.input_shape
        n_labels = self._engine.n_labels
        labels = self.metadata.get("labels", [str(i) for i in range(n_labels)])
        if (
            not isinstance(labels, list)
            or len(labels) != n_labels
            or not all(isinstance(label, str) for label in labels)
        ):
            raise PackedFileError(
                f"{where}: expected {n_labels} labels, got {str(labels)[:80]}; pack the network again"
            )
        self.labels: tuple[str, ...] = tuple(labels)
        stem = os.path.splitext(os.path.basename(where))[0]
        self.name = str(self.metadata.get("name", stem))
        self._run = self._engine.run

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, kernels: str = "") -> Network:
        """The network in a file.

        Raises
        ------
        PackedFileError
            The file is missing, damaged, of another version or no packed network.
        """
        return cls(read_file(path), os.fspath(path), kernels=kernels)

    @property
    def kernels(self) -> str:
        """The instruction set in use; see ``native.kernel_sets()``."""
        return str(self._engine.kernels)

    @property
    def arena_bytes(self) -> int:
        """Memory for the values between layers, per call in flight."""
        return int(self._engine.arena_bytes)

    def step_times(self, image: npt.NDArray[np.float32], rounds: int) -> list[dict[str, Any]]:
        """Multiplications and least microseconds of each step on one image, views and all."""
        seconds = self._engine.profile(image, rounds)
        return [
            {"step": f"{node} {kind}", "node": node, "macs": macs, "us": least * 1e6}
            for (kind, node, macs), least in zip(self._engine.steps, seconds, strict=True)
        ]

    def __call__(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Scores, float32 (n, labels), of images, float32 (n, channels, height, width) in [0, 1].

        Raises
        ------
        ValueError
            The shape is not the network's, or a value is an infinity or NaN.
        """
        scores: npt.NDArray[np.float32] | None = self._run(images)
        return self._scores_of_other(images) if scores is None else scores

    def _scores_of_other(self, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """The same for what the engine did not take as it is: other floats, strides, or a mistake."""
        if images.ndim != 4 or images.shape[1:] != self.input_shape:
            wanted = ", ".join(str(n) for n in self.input_shape)
            raise ValueError(f"images must have shape (n, {wanted}), got {tuple(images.shape)}")
        if images.dtype.kind != "f":
            raise ValueError(f"images must be float32 in [0, 1], got {images.dtype}")
        scores: npt.NDArray[np.float32] | None = self._run(np.ascontiguousarray(images, dtype=np.float32))
        if scores is None:
            raise ValueError("images must be finite, got an infinity or NaN")
        return scores
