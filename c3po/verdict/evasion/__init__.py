"""The evasion suite: what somebody might do to a weapon so that it is not seen, and how much of it is still seen."""

from c3po.verdict.evasion.suite import EVASIONS, Evasion, evasion_report, evasion_summary, judged_evasions

__all__ = ["EVASIONS", "Evasion", "evasion_report", "evasion_summary", "judged_evasions"]
