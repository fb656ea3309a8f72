"""Imports a history in a process of its own: `python -m musicrec_tui.jobs.importer --home DIR --as NAME PATH...`.

It prints one JSON object per line: `{"phase", "fraction"}` while it works, and at the end `{"profile": name,
"account": …}`, `{"error": sentence}` (exit code 1 or 2) or `{"cancelled": true}` (130). SIGTERM and SIGINT cancel it
cleanly, and so does the death of its reader.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.dataset.profiles.stored import Imported
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.speaking import Speaker, defect
from musicrec_tui.paths import find_home

CANCELLED = 130


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last line: a profile with the account of the import, or one of the others."""

    profile: str | None = None
    account: Imported | None = None
    error: str | None = None
    cancelled: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Import what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.importer")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--as", dest="name", required=True)
    parser.add_argument("--user")
    parser.add_argument("--memory-limit", default="60%")
    parser.add_argument("--format", default="")
    parser.add_argument("paths", nargs="+", type=Path)
    speaker = Speaker()
    outcome, code = _outcome(parser.parse_args(arguments), speaker)
    speaker.say(outcome)
    return code


def _outcome(chosen: argparse.Namespace, speaker: Speaker) -> tuple[Outcome, int]:
    """Import, and say how it went."""
    from musicrec_tui.dataset.profiles import importing  # after the signal handlers: importing takes a moment

    home = find_home(chosen.home)
    try:
        profile = importing.add(
            home,
            chosen.name,
            chosen.paths,
            layout=chosen.format,
            user=chosen.user,
            memory_limit=chosen.memory_limit,
            report=speaker.progress,
            cancelled=speaker.stopped,
        )
    except Cancelled:
        return Outcome(cancelled=True), CANCELLED
    except UserError as error:
        return Outcome(error=str(error)), error.exit_code
    except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
        return Outcome(error=defect(home, "importer", error, "The import failed")), 1
    return Outcome(profile=profile.name, account=profile.stored.imports[-1]), 0


if __name__ == "__main__":
    sys.exit(main())
