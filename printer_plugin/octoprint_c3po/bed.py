"""Which material is still on the bed: when the monitor may forget what was printed before, and when it may be gone.

Splitting a part over several jobs must not hide it, so the material stays until Z is homed at the start of a job,
before anything is drawn (which asserts that the bed is clear), or until a person says the bed is clear. Homing at
another time may begin another print: lines from the terminal or another plugin belong to no job.
"""

from __future__ import annotations

import re

from .commands import draws, homes_z


class BedModel:
    """Says of every sent line whether the monitor is to forget first.

    Guarantees
    ----------
    - Homing after the first drawn line of a job forgets nothing.
    - A job that does not home adds to what is there.
    - While ``may_clear`` is false no line clears; one that homes Z then ``restarts``.
    """

    def __init__(self, homing_commands: str):
        self._homing = frozenset(homing_commands.upper().split())
        self._spellings = [re.compile(_spelling(name)) for name in sorted(self._homing)]
        self.may_clear = True

    def restarts(self, line: str) -> bool:
        """Whether Z is homed by this line although something was drawn."""
        return not self.may_clear and homes_z(line, self._homing)

    def names_homing(self, text: str) -> bool:
        """Whether a text may hold a line that homes; quick, for many lines at once."""
        text = text.upper()
        return any(spelling.search(text) for spelling in self._spellings)

    def job_started(self) -> None:
        self.may_clear = True

    def clears(self, line: str) -> bool:
        """Whether the bed is asserted clear by this line."""
        if not self.may_clear:
            return False
        if homes_z(line, self._homing):
            return True
        if draws(line):
            self.may_clear = False
        return False


def _spelling(name: str) -> str:
    """A pattern for every way to write a command: ``G 028`` is ``G28``."""
    letter, digits = name[:1], name[1:]
    return rf"{letter}\s*0*{int(digits)}(?!\d)" if digits.isdecimal() else re.escape(name)
