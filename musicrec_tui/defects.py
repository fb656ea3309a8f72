"""Unexpected exceptions: their tracebacks are written to a log in the home, for bug reports."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from musicrec_tui.paths import Home


def keep(home: Home, program: str, error: BaseException, remark: str = "") -> Path | None:
    """Append a traceback to the log of one of our programs.

    Args:
        home: whose log folder.
        program: `tui`, `cli` or `indexer`: the log's name.
        error: what happened.
        remark: stands behind the time, on the line above the traceback.

    Returns:
        The log, or None where it cannot be written.
    """
    log = home.logs / f"{program}.log"
    lines = "".join(traceback.format_exception(error))
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"--- {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {remark}".rstrip() + f"\n{lines}\n")
    except OSError:
        return None
    return log
