"""Builds an index in a process of its own: `python -m musicrec_tui.jobs.indexer --home DIR PATH...`.

It prints one JSON object per line: `{"phase", "fraction"}` while it works, and at the end `{"index": path}`,
`{"error": sentence}` (exit code 1 or 2) or `{"cancelled": true}` (130). SIGTERM and SIGINT cancel it cleanly, and so
does the death of its reader.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui import defects
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home, find_home

CANCELLED = 130


class Progress(msgspec.Struct, frozen=True):
    """How far the build is: `fraction` (0 to 1) of the whole, None where nobody can tell."""

    phase: str
    fraction: float | None


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
    parser.add_argument("--format", default="")
    parser.add_argument("paths", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    home = find_home(chosen.home)
    outcome, code = _outcome(chosen.paths, home, chosen.format, chosen.memory_limit, stop)
    _say(outcome, stop)
    return code


def _outcome(
    paths: list[Path], home: Home, layout: str, memory_limit: str, stop: threading.Event
) -> tuple[Outcome, int]:
    """Build, and say how it went."""
    from musicrec_tui.dataset.index import build  # after the signal handlers: importing takes a moment

    try:
        index = build.ensure(
            paths,
            home,
            layout=layout,
            memory_limit=memory_limit,
            report=lambda phase, fraction: _say(Progress(phase, fraction), stop),
            cancelled=stop.is_set,
        )
    except Cancelled:
        return Outcome(cancelled=True), CANCELLED
    except UserError as error:
        return Outcome(error=str(error)), error.exit_code
    except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
        log = defects.keep(home, "indexer", error)
        where = f"the details are in {log}" if log else f"it said {type(error).__name__}"
        return Outcome(error=f"Building the index failed, which is a defect of ours; {where}."), 1
    return Outcome(index=str(index)), 0


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
