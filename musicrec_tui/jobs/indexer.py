"""Builds an index in a process of its own: `python -m musicrec_tui.jobs.indexer --home DIR PATH...`.

It prints one JSON object per line: `{"phase", "fraction"}` while it works, `{"note": sentence}` where it says why, at
the end `{"index": path}`, `{"error": sentence}` (exit code 1 or 2) or `{"cancelled": true}` (130). SIGTERM and SIGINT
cancel it cleanly, and so does the death of its reader.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.speaking import Speaker, defect
from musicrec_tui.paths import Home, find_home

CANCELLED = 130


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
    speaker = Speaker()
    outcome, code = _outcome(chosen, find_home(chosen.home), speaker)
    speaker.say(outcome)
    return code


def _outcome(chosen: argparse.Namespace, home: Home, speaker: Speaker) -> tuple[Outcome, int]:
    """Build, and say how it went."""
    from musicrec_tui.dataset.index import build, pruning  # after the signal handlers: importing takes a moment

    try:
        index = build.ensure(
            chosen.paths,
            home,
            layout=chosen.format,
            memory_limit=chosen.memory_limit,
            bounds=pruning.Bounds(chosen.cache_days, chosen.cache_gb),
            report=speaker.progress,
            note=lambda sentence: speaker.say(Note(sentence)),
            cancelled=speaker.stopped,
        )
    except Cancelled:
        return Outcome(cancelled=True), CANCELLED
    except UserError as error:
        return Outcome(error=str(error)), error.exit_code
    except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
        return Outcome(error=defect(home, "indexer", error, "Building the index failed")), 1
    return Outcome(index=str(index)), 0


if __name__ == "__main__":
    sys.exit(main())
