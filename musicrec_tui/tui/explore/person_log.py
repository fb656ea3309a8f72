"""A person's own file opened as a log: the offer to import it as a profile beside a log that models can learn from."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from musicrec_tui.dataset import few_users
from musicrec_tui.dataset.records import User
from musicrec_tui.dataset.sources.base import ME
from musicrec_tui.tui.explore.import_dialog import ImportDialog
from musicrec_tui.tui.explore.importing import ImportRequest
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.memory import Opening, log_beside
from musicrec_tui.tui.shell.session import Session


def offer(app: App[Any], session: Session, reopen: Callable[[Opening], None]) -> None:
    """Ask whether to import the open log, which has too few users to learn from, beside another one.

    Args:
        app: asks.
        session: its log is open.
        reopen: opens that other log, which happens when the import is done.
    """
    if session.dataset is None or session.restricted:
        return
    users = session.dataset.info.users
    beside, name = log_beside(session.home, session.log)

    def imported(user: User | None) -> None:
        if user is not None:
            reopen(beside)

    def answered(yes: bool | None) -> None:
        if yes:
            request = ImportRequest(session.log.names, ME, layout=session.log.layout)
            app.push_screen(ImportDialog(session, request), imported)

    question = f"{few_users.describe(users)} Models learn from many users. Import it beside {name}?"
    app.push_screen(
        Confirm(question, yes=f"Import it as profile {ME}, and open {name}", no="Only look at it"), answered
    )
