"""The commands that runs and tunings share: start, rename, note, star, delete, restore."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.dom import DOMNode

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.runs import labels
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.trash import Bin
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import BOOKMARK, DELETE, NOTE, RENAME, TRASH
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.jobs.dialogs import LabelDialog, TrashDialog
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.guests import need_freedom

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from musicrec_tui.dataset.log import IndexedLog

    Submit = Callable[[IndexedLog], "Job"]
    """Starts a process for the log that is open; called in a thread."""

Job = RunInfo | TuningInfo


class JobActions(Part):
    """Renames, notes, stars, deletes and restores jobs. No command asks for confirmation, since each can be undone.

    Args:
        screen: the screen with the jobs.
        job: gives the run or tuning under the cursor.
        trash: the trash of such jobs.
        refresh: reads them again.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jobs.delete", "discard", DELETE, "Delete", "Move it to the trash; T opens the trash.",
                footer="delete", shown="d",
                also="remove"),
        Command("jobs.star", "star", BOOKMARK, "Star", "Mark it with ★ in lists; again: remove the mark.",
                footer="star"),
        Command("jobs.rename", "rename", RENAME, "Rename", "Change the name; blank = its first name.",
                footer="rename"),
        Command("jobs.note", "note", NOTE, "Note", "Add a note.", footer="note"),
        Command("jobs.trash", "show_trash", TRASH, "Trash", "Deleted jobs; restore them here.", footer="trash",
                also="undo undelete restore"),
    )  # fmt: skip

    def __init__(
        self,
        screen: BaseScreen,
        job: Callable[[], Job | None],
        trash: Bin[Any],
        refresh: Callable[[], Awaitable[None]],
    ) -> None:
        self._screen, self._job, self._trash, self._refresh = screen, job, trash, refresh

    def can(self, action: str) -> bool:
        """The commands depend on the job under the cursor; the trash opens always."""
        job = self._job()
        if action == "show_trash":
            return True
        return job is not None and not (action == "discard" and job.status.live)

    def action_star(self) -> None:
        """Star the job, or remove its star."""
        self._screen.run_worker(self._star(), group="label")

    async def _star(self) -> None:
        """Write the star."""
        job = self._job()
        if job is not None and await self._did(lambda: labels.change(job.folder, starred=not job.starred)):
            await self._refresh()

    def action_rename(self) -> None:
        """Open the dialog for a name."""
        start(self._screen, "question", self._rename)

    async def _rename(self) -> None:
        """Wait for the answer."""
        job = self._job()
        if job is None:
            return
        first = job.spec.label if job.spec else job.id

        def write(text: str) -> None:
            labels.change(job.folder, name="" if text.strip() == first else text)

        dialog = LabelDialog(f"Rename {job.label}", job.label, f"blank = {first}", write)
        if await self._screen.app.push_screen_wait(dialog):
            await self._refresh()

    def action_note(self) -> None:
        """Open the dialog for a note."""
        start(self._screen, "question", self._note)

    async def _note(self) -> None:
        """Wait for the answer."""
        job = self._job()
        if job is None:
            return
        dialog = LabelDialog(
            f"Note on {job.label}", job.given.note, "a note; blank = none",
            lambda text: labels.change(job.folder, note=text),
        )  # fmt: skip
        if await self._screen.app.push_screen_wait(dialog):
            await self._refresh()

    def action_discard(self) -> None:
        """Move the job to the trash, and notify how to restore it."""
        self._screen.run_worker(self._discard(), group="label")

    async def _discard(self) -> None:
        """Move the job."""
        job, trash = self._job(), self._trash
        if job is not None and await self._did(lambda: trash.discard(job)):
            name, days = printable(job.label, 60), self._screen.session.settings.trash_days
            say(self._screen, f"{name} is in the trash for {days} days. Press T to restore it.")
            await self._refresh()

    def action_show_trash(self) -> None:
        """Open the trash; restore the chosen job."""
        start(self._screen, "question", self._show_trash)

    async def _show_trash(self) -> None:
        """Wait for the answer."""
        trash = self._trash
        job = await self._screen.app.push_screen_wait(TrashDialog(trash, self._screen.session.settings.trash_days))
        if job is not None and await self._did(lambda: trash.restore(job)):
            say(self._screen, f"{printable(job.label, 60)} is restored.")
            await self._refresh()

    async def _did(self, change: Callable[[], object]) -> bool:
        """Make a change in a thread; whether it succeeded (an error is notified)."""
        try:
            need_freedom(self._screen)
            await asyncio.to_thread(change)
        except UserError as error:
            say(self._screen, str(error), "error")
            return False
        return True


def say(node: DOMNode, sentence: str, severity: "SeverityLevel" = "information") -> None:
    """A sentence on jobs in the corner."""
    notify_latest(node, sentence, group="jobs", severity=severity)


def start_job(screen: BaseScreen, submit: "Submit", show: Callable[[str], Awaitable[None]]) -> None:
    """Have a job started; `show` is given its id. Where that cannot be, a notification says why."""
    screen.run_worker(_start_job(screen, submit, show), group="start")


async def _start_job(screen: BaseScreen, submit: "Submit", show: Callable[[str], Awaitable[None]]) -> None:
    """Start it in a thread."""
    session = screen.session
    log = session.indexed_log
    if log is None:
        say(screen, session.failure or "The log is still being read. Start when it is open.", "warning")
        return
    try:
        job = await asyncio.to_thread(submit, log)
    except UserError as error:
        say(screen, str(error), "error")
        return
    session.begun.add(job.id)
    await show(job.id)


async def cancel_job(screen: BaseScreen, job: Job, question: str, yes: str) -> None:
    """Ask, then stop a job."""
    if await screen.app.push_screen_wait(Confirm(question, yes=yes, no="Keep running")):
        try:
            await supervisor.stop(job)
        except UserError as error:
            say(screen, str(error), "error")
