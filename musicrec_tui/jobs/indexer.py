"""Builds an index in a process of its own: `python -m musicrec_tui.jobs.indexer --home DIR PATH...`.

It prints `json_lines`: `Progress`, `Note`, and at the end `IndexBuilt`, `Failure` (exit code 1 or 2) or `Stopped`
(130). SIGTERM and SIGINT cancel it cleanly, and so does the death of its reader.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui.jobs.json_lines import IndexBuilt, Note, Progress, Speaker
from musicrec_tui.paths import find_home


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index that the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.indexer")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--format", default="")
    parser.add_argument("paths", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    home = find_home(chosen.home)
    speaker = Speaker()

    def build_index() -> IndexBuilt:
        from musicrec_tui import settings  # after the signal handlers: importing takes a moment
        from musicrec_tui.dataset.index import build
        from musicrec_tui.dataset.log import Log

        index = build.ensure(
            Log(chosen.paths, chosen.format),
            home,
            settings.load(home),
            report=lambda phase, fraction: speaker.say(Progress(phase, fraction)),
            note=lambda sentence: speaker.say(Note(sentence)),
            cancelled=speaker.stopped,
        )
        return IndexBuilt(str(index))

    return speaker.conclude(build_index, "Building the index failed", home, "indexer")


if __name__ == "__main__":
    sys.exit(main())
