"""Builds an index in a process of its own: `python -m musicrec_tui.jobs.indexer --home DIR PATH...`.

It prints one JSON object per line: `{"phase", "fraction"}` while it works, `{"note": sentence}` where it says why, at
the end `{"index": path}`, `{"error": sentence}` (exit code 1 or 2) or `{"cancelled": true}` (130). SIGTERM and SIGINT
cancel it cleanly, and so does the death of its reader.
"""

import argparse
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home, find_home

CANCELLED = 130


class Progress(msgspec.Struct, frozen=True):
    """How far the build is: `fraction` (0 to 1) of the whole, None where nobody can tell."""

    phase: str
    fraction: float | None


class Note(msgspec.Struct, frozen=True):
    """Why an index that was there is built again."""

    note: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last line: one of the three."""

    index: str | None = None
    error: str | None = None
    cancelled: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index that the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.indexer")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--memory-limit", default="60%")
    parser.add_argument("--cache-days", type=float, default=30)
    parser.add_argument("--cache-gb", type=float, default=20)
    parser.add_argument("--format", default="")
    parser.add_argument("paths", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    home = find_home(chosen.home)
    outcome, code = _outcome(chosen, home, stop)
    _say(outcome, stop)
    return code


def _outcome(chosen: argparse.Namespace, home: Home, stop: threading.Event) -> tuple[Outcome, int]:
    """Build, and say how it went."""
    from musicrec_tui.dataset.index import build, pruning  # after the signal handlers: importing takes a moment

    try:
        index = build.ensure(
            chosen.paths,
            home,
            layout=chosen.format,
            memory_limit=chosen.memory_limit,
            bounds=pruning.Bounds(chosen.cache_days, chosen.cache_gb),
            report=lambda phase, fraction: _say(Progress(phase, fraction), stop),
            note=lambda sentence: _say(Note(sentence), stop),
            cancelled=stop.is_set,
        )
    except Cancelled:
        return Outcome(cancelled=True), CANCELLED
    except UserError as error:
        return Outcome(error=str(error)), error.exit_code
    except Exception:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
        log = _keep(traceback.format_exc(), home)
        return Outcome(error=f"Building the index failed, which is a defect of ours; {log}."), 1
    return Outcome(index=str(index)), 0


def _keep(trace: str, home: Home) -> str:
    """Append a traceback to the log; returns where it is, for people."""
    log = home.logs / "indexer.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(trace)
    except OSError:
        return f"its last line is {trace.splitlines()[-1]!r}"
    return f"the details are in {log}"


def _say(line: msgspec.Struct, stop: threading.Event) -> None:
    """Print a line; where nobody listens any more, stop."""
    try:
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        stop.set()
        # Python flushes stdout once more at exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
