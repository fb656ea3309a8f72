"""Unexpected exceptions: a traceback in the log file, and a sentence on stderr."""

import sys
from pathlib import Path

from musicrec_tui import defects
from musicrec_tui.paths import Home

NOWHERE = Path("/dev/null")


def save_traceback(home: Home) -> Path:
    """Append the current exception to the log file; returns its path, `NOWHERE` if it cannot be written."""
    error = sys.exception()
    return (error and defects.keep(home, "tui", error)) or NOWHERE


def print_sentence(log: Path) -> None:
    """Print the sentence on stderr, after the terminal is restored."""
    where = "and its log cannot be written" if log == NOWHERE else f"the details are in {log}"
    sys.stderr.write(f"musicrec-tui stopped because of a bug; {where}.\n")
