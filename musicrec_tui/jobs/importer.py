"""Imports a history in a process of its own: `python -m musicrec_tui.jobs.importer --home DIR --as NAME PATH...`.

It prints `json_lines`: `Progress`, and at the end `HistoryImported`, `Failure` (exit code 1 or 2) or `Stopped` (130).
SIGTERM and SIGINT cancel it cleanly, and so does the death of its reader.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui.jobs.json_lines import HistoryImported, Progress, Speaker
from musicrec_tui.paths import find_home


def main(arguments: Sequence[str] | None = None) -> int:
    """Import what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.importer")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--as", dest="name", required=True)
    parser.add_argument("--user")
    parser.add_argument("--memory-limit", default="60%")
    parser.add_argument("--format", default="")
    parser.add_argument("paths", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    home = find_home(chosen.home)
    speaker = Speaker()

    def import_history() -> HistoryImported:
        from musicrec_tui.dataset.log import Log
        from musicrec_tui.dataset.profiles import importing  # after the signal handlers: importing takes a moment

        profile = importing.import_history(
            home,
            chosen.name,
            Log(chosen.paths, chosen.format),
            user=chosen.user,
            memory_limit=chosen.memory_limit,
            report=lambda phase, fraction: speaker.say(Progress(phase, fraction)),
            cancelled=speaker.stopped,
        )
        return HistoryImported(profile.name, profile.stored.imports[-1])

    return speaker.conclude(import_history, "The import failed", home, "importer")


if __name__ == "__main__":
    sys.exit(main())
