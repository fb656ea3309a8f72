"""Imports a history in a process of its own: `python -m musicrec_tui.jobs.importer --home DIR --as NAME PATH...`.

With `--service` and `--name` in place of paths it asks a service for the history.

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
    parser.add_argument("--service", choices=["listenbrainz", "lastfm"])
    parser.add_argument("--name", dest="service_user", default="")
    parser.add_argument("--api-url", default="")
    parser.add_argument("paths", nargs="*", type=Path)
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

    def ask_service() -> HistoryImported:
        from musicrec_tui.services import history_import

        request = history_import.HistoryRequest(chosen.service, chosen.service_user, chosen.name, chosen.api_url)
        done = history_import.import_from_service(
            home,
            request,
            memory_limit=chosen.memory_limit,
            report=lambda phase, fraction: speaker.say(Progress(phase, fraction)),
            cancelled=speaker.stopped,
        )
        account = done.profile.stored.imports[-1]
        return HistoryImported(done.profile.name, account, nothing_new=not done.listens)

    work = ask_service if chosen.service else import_history
    return speaker.conclude(work, "The import failed", home, "importer")


if __name__ == "__main__":
    sys.exit(main())
