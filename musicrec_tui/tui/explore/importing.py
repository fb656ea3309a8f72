"""An import as the screen has it done: by a process of its own, with progress."""

import sys
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from musicrec_tui.dataset.profiles.stored import Imported
from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.listening import home_option, last_word
from musicrec_tui.tui.shell.session import Session


class ImportWish(NamedTuple):
    """What is to be imported as which profile; `user`: whose rows, empty where the file has one user."""

    path: str
    name: str
    user: str = ""


class Done(NamedTuple):
    """The profile, and what the import did."""

    profile: str
    account: Imported


class _Line(msgspec.Struct, frozen=True):
    """A line of the importer's: progress, or its last word."""

    phase: str = ""
    fraction: float | None = None
    profile: str | None = None
    account: Imported | None = None
    error: str | None = None


async def import_history(session: Session, wish: ImportWish, report: Callable[[str, float | None], None]) -> Done:
    """Have the importer import; cancelling this stops it, and leaves the profile as it was.

    Raises:
        UserError: it could not; the importer's own sentence.
    """

    def hear(line: _Line) -> Done | None:
        if line.error is not None:
            raise UserError(line.error, exit_code=1)
        if line.profile is not None and line.account is not None:
            return Done(line.profile, line.account)
        report(line.phase, line.fraction)
        return None

    return await last_word(importer_command(session, wish), _Line, hear, "imports the history")


def importer_command(session: Session, wish: ImportWish) -> list[str]:
    """The importer's command line."""
    return [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.importer", *home_option(session.home), f"--as={wish.name}",
        *([f"--user={wish.user}"] if wish.user else []), "--memory-limit", session.settings.memory_limit,
        "--", wish.path,
    ]  # fmt: skip


def account_line(done: Done) -> str:
    """What to say of an import that is done; names are raw."""
    account = done.account
    left_out = sum(account.rejected.values())
    parts = [f"{account.new:,} new", *([f"{account.known:,} known already"] if account.known else [])]
    if left_out:
        parts.append(f"{left_out:,} left out (`musicrec-tui profiles show` tells why)")
    return f"{done.profile}: {account.rows:,} row{'s' if account.rows != 1 else ''}, {', '.join(parts)}."
