"""Which material is still on the bed: when the monitor may forget what was printed before.

Splitting a part over several jobs must not hide it, so the material stays until Z is homed at the start of a job,
before anything is drawn (which asserts that the bed is clear), or until a person says the bed is clear.
"""

from __future__ import annotations

from .commands import draws, homes_z


class BedModel:
    """Says of every sent line whether the monitor is to forget first.

    Guarantees
    ----------
    - Homing after the first drawn line of a job forgets nothing.
    - A job that does not home adds to what is there.
    - While ``may_clear`` is false no line clears.
    """

    def __init__(self, homing_commands: str):
        self._homing = frozenset(homing_commands.upper().split())
        self.may_clear = True

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
