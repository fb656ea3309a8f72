"""What short-lived processes of ours have in common: they print a JSON object to a line, and stop when asked to."""

import os
import signal
import sys
import threading

import msgspec

from musicrec_tui import defects
from musicrec_tui.paths import Home


class Progress(msgspec.Struct, frozen=True):
    """How far the work is: `fraction` (0 to 1) of the whole, None where nobody can tell."""

    phase: str
    fraction: float | None


class Speaker:
    """Prints lines to stdout. SIGTERM and SIGINT ask for a stop, and so does the death of who reads the lines."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())

    def stopped(self) -> bool:
        """Whether somebody asked for a stop."""
        return self._stop.is_set()

    def progress(self, phase: str, fraction: float | None) -> None:
        """Say how far the work is."""
        self.say(Progress(phase, fraction))

    def say(self, line: msgspec.Struct) -> None:
        """Print a line."""
        try:
            sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._stop.set()
            # Python flushes stdout once more at exit, and would complain there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def defect(home: Home, program: str, error: Exception, what: str) -> str:
    """Log an exception that nobody expected; the sentence on it, which begins with `what`."""
    log = defects.keep(home, program, error)
    where = f"the details are in {log}" if log else f"it said {type(error).__name__}"
    return f"{what}, which is a defect of ours; {where}."
