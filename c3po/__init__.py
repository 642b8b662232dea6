"""Is this 3D-print job a weapon? Answered locally and in the open.

>>> import c3po
>>> c3po.classify("bracket.gcode").finding                                                      # doctest: +SKIP
<Finding.CLEAR: 'clear'>
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from c3po.verdict import Finding, Monitor, Verdict, classify

__version__ = "0.1.0"
__all__ = ["Finding", "Monitor", "Verdict", "__version__", "classify"]


def __getattr__(name: str) -> Any:
    """The public names, imported when first asked for: ``import c3po`` alone costs nothing."""
    if name in __all__:
        from c3po import verdict

        return getattr(verdict, name)
    raise AttributeError(f"module 'c3po' has no attribute {name!r}")
