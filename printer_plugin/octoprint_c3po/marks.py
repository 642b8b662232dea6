"""The findings in OctoPrint's file list, which stay there although OctoPrint may write over them.

OctoPrint keeps the metadata of a folder in one file, and whoever writes it late writes what it read early: listing the
files does, while an upload is stored. So a mark is looked at again a little later and put back if it is gone.
"""

from __future__ import annotations

from typing import Any

from .guard_state import GuardState

AGAIN_S = (1.0, 5.0)


class Marks(GuardState):
    """Part of the guard."""

    def _mark(self, name: str, verdict: dict[str, Any]) -> None:
        """Show a verdict in the file list, and see to it that it stays."""
        self._marking[name] = verdict
        self._host.mark(name, verdict)
        for wait_s in AGAIN_S:
            self._later.append((self._clock() + wait_s, lambda: self._mark_again(name, verdict)))
        self._later.append((self._clock() + AGAIN_S[-1], lambda: self._marked(name, verdict)))

    def _mark_again(self, name: str, verdict: dict[str, Any]) -> None:
        if self._marking.get(name) is verdict:
            self._host.mark(name, verdict)

    def _marked(self, name: str, verdict: dict[str, Any]) -> None:
        if self._marking.get(name) is verdict:
            del self._marking[name]

    def _unmarked(self, name: str) -> None:
        """The file was written anew: what was said of its former content is not put back."""
        self._marking.pop(name, None)
