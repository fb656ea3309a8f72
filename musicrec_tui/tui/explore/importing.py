"""An import as the screen has it done: by a process of its own, with progress."""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.json_lines import HistoryImported
from musicrec_tui.paths import pasted_paths
from musicrec_tui.tui.common.listening import home_option, process_result
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.services.tokens import Service


SERVICES: "Mapping[Service, str]" = {"listenbrainz": "ListenBrainz", "lastfm": "Last.fm"}


class ServiceUser(NamedTuple):
    """A user of a service, whose history is asked for."""

    service: "Service"
    user: str


class ImportRequest(NamedTuple):
    """What is to be imported as which profile.

    Attributes:
        source: the files, or a user of a service.
        name: of the profile.
        user: whose rows of the files; empty where they have one user.
        layout: of the files, as `--format` has it; empty: it is recognised.
        server: of the service; empty: the usual one.
    """

    source: tuple[str, ...] | ServiceUser
    name: str
    user: str = ""
    layout: str = ""
    server: str = ""


def source_of(text: str) -> tuple[str, ...] | ServiceUser:
    """What the line of the dialog names: files, as typed or dragged there, or `listenbrainz:NAME`, `lastfm:NAME`."""
    kind, colon, user = text.strip().partition(":")
    for service, title in SERVICES.items():
        if colon and kind.strip().casefold() in (service, title.casefold()):
            return ServiceUser(service, user.strip())
    return tuple(pasted_paths(text))


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
    command = [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.importer", *home_option(session.home), f"--as={request.name}",
        "--memory-limit", session.settings.memory_limit,
    ]  # fmt: skip
    if isinstance(request.source, ServiceUser):
        service, user = request.source
        return [*command, f"--service={service}", f"--name={user}", f"--api-url={request.server}"]
    chosen = [f"--user={request.user}"] if request.user else []
    return [*command, *chosen, f"--format={request.layout}", "--", *request.source]


def account_line(done: HistoryImported) -> str:
    """What to say of an import that is done; names are raw."""
    if done.nothing_new:
        return f"{done.profile}: nothing is new since the last import."
    account = done.account
    left_out = sum(account.rejected.values())
    parts = [f"{account.new:,} new", *([f"{account.known:,} already there"] if account.known else [])]
    if left_out:
        parts.append(f"{left_out:,} skipped (`musicrec-tui profiles show` says why)")
    return f"{done.profile}: {account.rows:,} row{'s' if account.rows != 1 else ''}, {', '.join(parts)}."
