"""What is left of an exception that nobody expected: a traceback in the log, and one sentence."""

import sys
from pathlib import Path

from musicrec_tui import defects
from musicrec_tui.paths import Home

NOWHERE = Path("/dev/null")


def keep(home: Home) -> Path:
    """Append the exception that is being handled to the log; `NOWHERE` where that cannot be written."""
    error = sys.exception()
    return (error and defects.keep(home, "tui", error)) or NOWHERE


def tell(log: Path) -> None:
    """Say it on stderr, once the terminal is as it was."""
    where = "and its log cannot be written" if log == NOWHERE else f"the details are in {log}"
    sys.stderr.write(f"musicrec-tui stopped because of a defect of ours; {where}.\n")
