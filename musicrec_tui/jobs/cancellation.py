"""How a worker hears that it is to stop: TERM, or the run's `cancel` marker."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from musicrec_tui.errors import Cancelled


class Cancellation:
    """Turns the first TERM or INT into a `Cancelled` at once, wherever the main thread is, even in a long import.

    A library may swallow that one, so every report of progress raises it again (`check`).
    """

    def __init__(self) -> None:
        self.asked = False
        self._closed = False
        self._deferred = False

    def install(self) -> None:
        """Listen to the signals. HUP is ignored: losing the terminal must not lose the training."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._handle)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was requested."""
        if self.asked and not self._closed:
            raise Cancelled

    def close(self) -> None:
        """From now on it is too late: the last word is being written."""
        self._closed = True

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Within, signals only set `asked`: for code that polls it and must not be torn."""
        self._deferred = True
        try:
            yield
        finally:
            self._deferred = False
        self.check()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and not self._closed and not self._deferred:
            raise Cancelled
