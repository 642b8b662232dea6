"""A Screen: an open network and a policy, ready to judge the parts of a plate."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.errors import PackedFileError
from c3po.verdict.gate import gate
from c3po.verdict.look import Look
from c3po.verdict.policy import Policy, Thresholds, read_policy
from c3po.verdict.scoring import ScreeningNetwork, label_scores
from c3po.verdict.verdict import Finding, PartVerdict

BATCH_PARTS = 32

Opinion = tuple[Finding, float, str, tuple[str, ...]]
"""Finding, score, label, reasons."""


@dataclass(frozen=True, eq=False)
class JudgedPart:
    """A part with what the network saw: ``views`` float32 (n_views, size_px, size_px), None when judged by rule."""

    verdict: PartVerdict
    views: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class Screen:
    """Network and policy. Judging is a pure function of the looks."""

    network: ScreeningNetwork
    policy: Policy

    @classmethod
    def open(cls, network: Path | None = None, policy: Path | None = None) -> "Screen":
        """The screen of these files; the released network and the default policy where None.

        Raises
        ------
        PackedFileError, PolicyError
        """
        from c3po.runtime import Network

        screen = cls(Network.open(network or released_network()), read_policy(policy) if policy else Policy())
        _ = screen.thresholds
        return screen

    @cached_property
    def thresholds(self) -> Thresholds:
        """Those of the network, overridden by the policy's."""
        return self.policy.merged(self.network.metadata)

    @property
    def size_px(self) -> int:
        """Side of the views the network takes."""
        return int(self.network.input_shape[-1])

    def judge_parts(
        self, looks: Sequence[Look], *, growing: bool = False, vouched: bool = False
    ) -> tuple[JudgedPart, ...]:
        """A verdict on each look, in their order; ``vouched`` as `Monitor.vouched`."""
        ruled = [gate(look, self.policy, growing=growing) for look in looks]
        asked = [look.views for look, rule in zip(looks, ruled, strict=True) if rule is None and look.views is not None]
        answers = iter(self._answers(asked))
        judged = []
        for look, rule in zip(looks, ruled, strict=True):
            if rule is not None:
                opinion: Opinion = (rule[0], 0.0, "", (rule[1],))
            else:
                opinion = self.opinion(next(answers), growing=growing, guessed=look.guessed, vouched=vouched)
            finding, score, label, reasons = opinion
            part = PartVerdict(look.name, finding, score, label, look.bounds_mm, look.layers, reasons)
            judged.append(JudgedPart(part, look.views))
        return tuple(judged)

    def _answers(self, views: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Label scores of each view stack."""
        answers: list[NDArray[np.float32]] = []
        for start in range(0, len(views), BATCH_PARTS):
            answers.extend(label_scores(self.network, np.stack(views[start : start + BATCH_PARTS])))
        return answers

    def opinion(
        self, scores: NDArray[np.float32], *, growing: bool = False, guessed: bool = False, vouched: bool = False
    ) -> Opinion:
        """Finding, score, label and reasons from the probabilities of the labels, shape (n_labels,).

        The score is the summed probability of the labels whose action is ``weapon``.
        """
        actions = [self.policy.action(label) for label in self.network.labels]
        weapon = float(sum(scores[i] for i, action in enumerate(actions) if action is Finding.WEAPON))
        flagged = weapon + float(sum(scores[i] for i, action in enumerate(actions) if action is Finding.REVIEW))
        weapon, flagged = min(weapon, 1.0), min(flagged, 1.0)
        guns = [i for i, action in enumerate(actions) if action is Finding.WEAPON]
        wanted = [i for i, action in enumerate(actions) if action is not Finding.CLEAR]
        if weapon >= self.thresholds.needed(growing=growing, guessed=guessed, vouched=vouched):
            return Finding.WEAPON, weapon, self._likeliest(scores, guns), ("weapon-shape",)
        if weapon >= self.thresholds.doubtful(guessed=guessed):
            return Finding.REVIEW, weapon, self._likeliest(scores, guns), ("possible-weapon",)
        if flagged >= self.thresholds.review_label:
            return Finding.REVIEW, weapon, self._likeliest(scores, wanted), ("review-label",)
        return Finding.CLEAR, weapon, self._likeliest(scores, list(range(len(actions)))), ()

    def _likeliest(self, scores: NDArray[np.float32], among: list[int]) -> str:
        return self.network.labels[max(among, key=lambda i: float(scores[i]), default=0)]


def released_network() -> Path:
    """The packed network that ships with the package, or lies in ``models/`` of a source tree.

    Raises
    ------
    PackedFileError
        Neither is there.
    """
    beside = Path(__file__).with_name("screen.c3po")
    in_tree = Path(__file__).resolve().parents[2] / "models" / "screen" / "screen.c3po"
    for path in (beside, in_tree):
        if path.is_file():
            return path
    raise PackedFileError(f"{beside.name}: expected it beside the package, found none; name one with --network FILE")


@lru_cache(maxsize=1)
def default_screen() -> Screen:
    """The released network and the default policy, opened once."""
    return Screen.open()
