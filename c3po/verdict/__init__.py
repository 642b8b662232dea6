"""Job to verdict: thresholds, reasons, early decision, stream monitor. What the command line and the plugin call."""

from c3po.verdict.judging import Judged, classify, judge_file
from c3po.verdict.monitor import Evaluation, Monitor
from c3po.verdict.policy import Policy, Thresholds, read_policy
from c3po.verdict.screen import JudgedPart, Screen
from c3po.verdict.verdict import REASONS, DecidedAt, Finding, PartVerdict, Problem, Verdict

__all__ = [
    "REASONS",
    "DecidedAt",
    "Evaluation",
    "Finding",
    "Judged",
    "JudgedPart",
    "Monitor",
    "PartVerdict",
    "Policy",
    "Problem",
    "Screen",
    "Thresholds",
    "Verdict",
    "classify",
    "judge_file",
    "read_policy",
]
