"""What is left of an exception that nobody expected: a traceback in the log, and one sentence."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from musicrec_tui.paths import Home

NOWHERE = Path("/dev/null")


def keep(home: Home) -> Path:
    """Append the exception that is being handled to the log; `NOWHERE` where that cannot be written."""
    log = home.logs / "tui.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{traceback.format_exc()}\n")
    except OSError:
        return NOWHERE
    return log


def tell(log: Path) -> None:
    """Say it on stderr, once the terminal is as it was."""
    where = "and its log cannot be written" if log == NOWHERE else f"the details are in {log}"
    sys.stderr.write(f"musicrec-tui stopped because of a defect of ours; {where}.\n")
