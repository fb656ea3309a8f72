"""How the program is quit: at once, or after a question where a job runs."""

import asyncio
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App

from musicrec_tui.paths import abbreviated
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import QUIT, SUSPEND
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.session import Session


def farewell(session: Session) -> str:
    """What the shell prints about jobs that continue: where they are, and how to follow and stop them; clean."""
    lines = []
    for job in session.live_jobs:
        runs = job.folder.parent.name  # "runs" or "tunings", as the commands are called
        lines.append(
            f"{printable(job.label, 40)} continues in {printable(abbreviated(str(job.folder)), None)}: "
            f"`musicrec-tui {runs} show {job.id}` shows it, `musicrec-tui {runs} cancel {job.id}` stops it."
        )
    return "\n".join(lines)


class Quitting(Part):
    """Quits the app, and cancels jobs before that where the user says so."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "app.suspend", "suspend_process", SUSPEND, "Suspend", "Back to the shell; `fg` returns.", priority=True
        ),
        Command(
            "app.quit",
            "quit",
            QUIT,
            "Quit",
            "Quit; asks first while a job runs.",
            footer="quit",
            guest=True,
            also="exit leave close",
        ),
    )

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app, self._session = app, session

    def action_suspend_process(self) -> None:
        """Give the terminal back, and stop until the shell continues the program, which then draws all anew."""
        App.action_suspend_process(self._app)

    async def action_quit(self) -> None:
        """Quit, after a question where a job runs."""
        if not self._session.live_jobs or self._session.restricted:  # a guest's jobs go on
            self._app.exit(0)
            return
        from musicrec_tui.tui.shell.quit_dialog import QuitDialog

        if not isinstance(self._app.screen, QuitDialog):
            self._app.push_screen(QuitDialog(self._session), self._answered)

    def _answered(self, answer: str | None) -> None:
        """The question was answered."""
        if answer == "cancel":
            start(self._app, "quit", self._cancel_and_quit)
        elif answer == "leave":
            told = farewell(self._session)
            self._app.exit(0, message=Text(told) if told else None)  # a string would be read as markup

    async def _cancel_and_quit(self) -> None:
        """Stop the jobs first."""
        from musicrec_tui.jobs import supervisor

        await asyncio.gather(*(supervisor.stop(job) for job in self._session.live_jobs), return_exceptions=True)
        self._app.exit(0)
