"""The domain gate: a solid whose shape says nothing is handled by rule, so that the network is asked only about shapes
it can judge. Size is evidence here, never proof: a part that can be judged is judged, however small.
"""

from c3po.verdict.look import Look
from c3po.verdict.policy import ACTIONS, Policy
from c3po.verdict.verdict import Finding


def gate(look: Look, policy: Policy, *, growing: bool = False) -> tuple[Finding, str] | None:
    """Finding and reason by rule, or None when the network is to be asked.

    ===================================================  ============================================
    the part is                                          finding, reason
    ===================================================  ============================================
    a printed sheet thinner than ``policy.sheet_mm``     ``clear``, ``sheet``
    nearly empty, flat to nothing or fragmented, and ..
    .. the print is still growing                        ``clear``, ``too-early``
    .. has less material than ``policy.small_mm3``       ``clear``, ``little-material``
    .. anything else                                     ``policy.not_judgeable``, ``cannot-judge``
    ===================================================  ============================================
    """
    sheet = (Finding.CLEAR, "sheet") if not growing and _is_sheet(look, policy) else None
    if look.views is not None:
        return sheet
    if growing:
        return Finding.CLEAR, "too-early"
    if look.volume_mm3 < policy.small_mm3:
        return Finding.CLEAR, "little-material"
    return sheet or (ACTIONS[policy.not_judgeable], "cannot-judge")


def _is_sheet(look: Look, policy: Policy) -> bool:
    """A printed part that is nowhere higher or wider than a sheet. Meshes may be in other units and are not told."""
    low, high = look.bounds_mm
    return look.layers > 0 and min(b - a for a, b in zip(low, high, strict=True)) < policy.sheet_mm
