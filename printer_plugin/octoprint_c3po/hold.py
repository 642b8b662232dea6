"""One hold of a print job, given back exactly once.

OctoPrint counts holds: one release too few leaves the job stuck for ever, one too many frees somebody else's hold.
"""

from __future__ import annotations

import threading
from typing import Callable


class Hold:
    """A hold taken now; ``release()`` gives it back the first time it is called and does nothing afterwards.

    ``set_on_hold(True)`` is called at once, in the caller's thread: inside OctoPrint's script hook, before the first
    line of the file. A hold whose connection was lost is ``forget()``-ten: it died with the connection.
    """

    def __init__(self, set_on_hold: Callable[[bool], object]):
        self._set_on_hold = set_on_hold
        self._lock = threading.Lock()
        self._held = False
        if set_on_hold(True) is False:
            raise RuntimeError("hold: expected OctoPrint to hold the job, it did not")
        self._held = True

    @property
    def held(self) -> bool:
        return self._held

    def release(self) -> bool:
        """Whether this call was the one that released."""
        with self._lock:
            if not self._held:
                return False
            self._held = False
        try:
            self._set_on_hold(False)
        except RuntimeError:
            # No connection any more: the hold went with it.
            return False
        return True

    def forget(self) -> None:
        with self._lock:
            self._held = False
