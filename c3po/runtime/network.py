"""A packed network, ready to run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime.packing import parse_metadata, read_file
from c3po.runtime.ranges import chosen_arithmetic, ranges_by_node


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

    arithmetic : str
        ``float32``, or ``int8`` where convolutions and recurrent layers run on bytes.
    level, n_levels, n_exits : int
        Which of the nested networks in the file runs, how many there are, and how many outputs `until` may stop at.

    Guarantees
    ----------
    - Every set of kernels with fused multiply-add gives the same bits; ``kernels="exact"`` gives them everywhere.
    - In int8 every layer on bytes gives the same bits by every set.
    """

    def __init__(
        self,
        data: bytes,
        where: str = "packed network",
        *,
        kernels: str = "",
        level: int | None = None,
        arithmetic: str | None = None,
    ) -> None:
        try:
            packed = native.PackedNetwork(data)
            self.n_levels = int(packed.n_levels)
            self.level = self.n_levels - 1 if level is None else level
            if not 0 <= self.level < self.n_levels:
                raise ValueError(f"level must be from 0 to {self.n_levels - 1}, got {level}")
            self.metadata: dict[str, Any] = parse_metadata(packed.metadata, where)
            self.arithmetic = chosen_arithmetic(self.metadata, arithmetic, where)
            self._ranges = ranges_by_node(self.metadata, where) if self.arithmetic == "int8" else []
            self._engine = native.Engine(packed, kernels, self.level, self._ranges)
            self._packed = packed
        except native.PackedError as problem:
            raise PackedFileError(f"{where}: {problem}") from None
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
        self._together: dict[tuple[tuple[int, ...], ...], Together | None] = {}

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        kernels: str = "",
        level: int | None = None,
        arithmetic: str | None = None,
    ) -> Network:
        """The network in a file; of nested networks the one of ``level``, from 0, the smallest, to the whole.

        ``arithmetic`` is ``float32`` or ``int8``; without it the file decides, and most say nothing: float32.

        Raises
        ------
        PackedFileError
            The file is missing, damaged, of another version or no packed network, or has no ranges for int8.
        """
        return cls(read_file(path), os.fspath(path), kernels=kernels, level=level, arithmetic=arithmetic)

    @property
    def n_exits(self) -> int:
        """Outputs, the answer with them."""
        return int(self._engine.n_exits)

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

    def until(
        self, images: npt.NDArray[np.float32], confidence: float
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Scores of the first exit of each image whose largest score reaches ``confidence``, and which exit that was.

        What lies behind the exit is not computed. The last exit is the answer that a call gives.

        Source
        ------
        SCAN (self-distillation, arXiv:1906.03951): shallow heads answer easy images.
        """
        images = self._checked(images)
        scores = np.empty((len(images), len(self.labels)), np.float32)
        exits = np.zeros(len(images), np.int32)
        if not self._engine.run_until(images, confidence, scores, exits):
            raise ValueError("images must be finite, got an infinity or NaN")
        return scores, exits

    def together(self, questions: Sequence[Sequence[int]]) -> Together | None:
        """Answers several questions about one part at once, or None where this network cannot.

        It can where its views meet by concatenation in a linear layer. Each question names the views that it shows, by
        their places in a stack of all of them; a view that several questions show is computed once.
        """
        key = tuple(map(tuple, questions))
        if key not in self._together:
            self._together[key] = self._asked_together(key)
        return self._together[key]

    def _asked_together(self, questions: tuple[tuple[int, ...], ...]) -> Together | None:
        n_views, asked = 1 + max(map(max, questions)), [list(question) for question in questions]
        try:
            engine = native.Engine(self._packed, self.kernels, self.level, self._ranges, asked, n_views)
        except native.PackedError:
            return None
        return Together(engine, len(questions), len(self.labels))

    def stream(self) -> Stream:
        """A reader of one step of time after the other, for networks of recurrent layers.

        Raises
        ------
        PackedFileError
            Something else than recurrent layers lies between the input and their last state.
        """
        try:
            cut = native.Stream(self._packed, self.kernels, self.level, self._ranges)
            return Stream(cut, self.input_shape[2], len(self.labels))
        except native.PackedError as problem:
            raise PackedFileError(f"{self.name}: {problem}") from None

    def _scores_of_other(self, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """The same for what the engine did not take as it is: other floats, strides, or a mistake."""
        scores: npt.NDArray[np.float32] | None = self._run(self._checked(images))
        if scores is None:
            raise ValueError("images must be finite, got an infinity or NaN")
        return scores

    def _checked(self, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        if images.ndim != 4 or images.shape[1:] != self.input_shape:
            wanted = ", ".join(str(n) for n in self.input_shape)
            raise ValueError(f"images must have shape (n, {wanted}), got {tuple(images.shape)}")
        if images.dtype.kind != "f":
            raise ValueError(f"images must be float32 in [0, 1], got {images.dtype}")
        return np.ascontiguousarray(images, dtype=np.float32)


class Together:
    """Scores of several questions about each part.

    Guarantees
    ----------
    - They are those of the network asked question by question, bit for bit where every question shows its views in the
      order of the stack.
    """

    def __init__(self, engine: Any, n_questions: int, n_labels: int) -> None:
        self._engine, self._shape = engine, (n_questions, n_labels)

    def __call__(self, stacks: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Scores, float32 (n, questions, labels), of stacks of views, float32 (n, views, height, width).

        Raises
        ------
        ValueError
            The shape is another, or a value is an infinity or NaN.
        """
        scores = self._engine.run(np.ascontiguousarray(stacks, np.float32))
        if scores is None:
            wanted = ", ".join(str(n) for n in self._engine.input_shape)
            raise ValueError(f"stacks must be finite, of shape (n, {wanted}), got {stacks.shape}")
        answers: npt.NDArray[np.float32] = scores.reshape(len(stacks), *self._shape)
        return answers


class Stream:
    """Scores after each step of a sequence; the states of recurrent layers stay from call to call.

    Guarantees
    ----------
    - After the last step the scores are those of the whole sequence, bit for bit.
    """

    def __init__(self, native_stream: Any, n_features: int, n_labels: int) -> None:
        self._native, self._features, self._labels = native_stream, n_features, n_labels

    def push(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Scores, float32 (labels,), after one more step of float32 (features,)."""
        row = np.ascontiguousarray(features, dtype=np.float32)
        if row.shape != (self._features,):
            raise ValueError(f"features must have shape ({self._features},), got {row.shape}")
        scores = np.empty(self._labels, np.float32)
        if not self._native.push(row, scores):
            raise ValueError("features must be finite, got an infinity or NaN; the states are forgotten")
        return scores

    def reset(self) -> None:
        """Forgets all states."""
        self._native.reset()
