"""An import as the screen has it done: by a process of its own, with progress."""

import sys
from collections.abc import Callable
from typing import NamedTuple

from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.json_lines import HistoryImported
from musicrec_tui.tui.common.listening import home_option, process_result
from musicrec_tui.tui.shell.session import Session


class ImportRequest(NamedTuple):
    """What is to be imported as which profile; `user`: whose rows, empty where the file has one user."""

    path: str
    name: str
    user: str = ""


async def import_history(
    session: Session, request: ImportRequest, report: Callable[[str, float | None], None]
) -> HistoryImported:
    """Have the importer import; cancelling this stops it, and leaves the profile as it was.

    Raises:
        UserError: it could not; the importer's own sentence.
    """

    def hear(message: json_lines.AnyMessage) -> HistoryImported | None:
        if isinstance(message, json_lines.Progress):
            report(message.phase, message.fraction)
        return message if isinstance(message, HistoryImported) else None

    return await process_result(importer_command(session, request), hear, "imports the history")


def importer_command(session: Session, request: ImportRequest) -> list[str]:
    """The importer's command line."""
    return [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.importer", *home_option(session.home), f"--as={request.name}",
        *([f"--user={request.user}"] if request.user else []), "--memory-limit", session.settings.memory_limit,
        "--", request.path,
    ]  # fmt: skip


def account_line(done: HistoryImported) -> str:
    """What to say of an import that is done; names are raw."""
    account = done.account
    left_out = sum(account.rejected.values())
    parts = [f"{account.new:,} new", *([f"{account.known:,} already there"] if account.known else [])]
    if left_out:
        parts.append(f"{left_out:,} skipped (`musicrec-tui profiles show` says why)")
    return f"{done.profile}: {account.rows:,} row{'s' if account.rows != 1 else ''}, {', '.join(parts)}."
