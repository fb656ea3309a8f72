"""Why a worker died without its last event, as far as is known, and what to do about it."""

import contextlib
import signal
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.recommenders import memory

FILE = "killed_by"
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGABRT, signal.SIGFPE)


def record_signal(folder: Path, exit_code: int) -> None:
    """Save the signal that ended the process of a job, where its parent lived to see it.

    Args:
        folder: the job's; where it is gone, nothing is kept.
        exit_code: as `subprocess` has it: below 0, it is a signal's number.
    """
    if exit_code < 0:
        with contextlib.suppress(OSError):
            (folder / FILE).write_text(f"{-exit_code}\n", encoding="ascii")


def signal_of(folder: Path) -> signal.Signals | None:
    """The signal that ended the process of a job; None where it is unknown."""
    try:
        return signal.Signals(int(files.read_bytes(folder / FILE, 100)))
    except (OSError, ValueError):
        return None


def explain(folder: Path, who: str, model: str, again: str) -> tuple[str, str]:
    """Why the process of a job died, and what to do.

    Args:
        folder: the job's.
        who: "worker" or "tuner".
        model: what it fitted, for what to lower; empty where it is unknown.
        again: how to continue.
    """
    less = f"Where memory was short: {memory.advice(model)} {again}"
    match signal_of(folder):
        case None:
            reason = "ended without a result: it was killed (perhaps out of memory) or crashed (see log.txt)"
            return f"The {who} {reason}.", less
        case signal.SIGKILL:
            reason = "was killed (signal 9): by the system, which does that when memory runs out, or by a user"
            return f"The {who} {reason}.", less
        case number if number in _CRASHES:
            reason = f"crashed in a library (signal {number.value}, {number.name}); the end of log.txt may say where"
            return f"The {who} {reason}.", again
        case number:
            return f"The {who} was stopped from outside (signal {number.value}, {number.name}).", again
