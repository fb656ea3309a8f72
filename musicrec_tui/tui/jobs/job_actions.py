"""The commands that runs and tunings share: start, rename, note, star, delete, restore."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work

from musicrec_tui.errors import UserError
from musicrec_tui.runs import labels, store
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.trash import Bin
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.jobs.dialogs import LabelDialog, TrashDialog
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

Job = RunInfo | TuningInfo


class JobActions(BaseScreen):
    """A screen with a cursor on a run or a tuning. No command asks for confirmation, since each can be undone."""

    JOB_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jobs.delete", "discard", "d,delete", "Delete", "Move it to the trash; T lists that and restores.",
                footer="delete", shown="d"),
        Command("jobs.star", "star", "s", "Star", "A ★ lets it stand out in lists; once more takes it away.",
                footer="star"),
        Command("jobs.rename", "rename", "R", "Rename", "Call it something else; an empty name is the first one.",
                footer="rename"),
        Command("jobs.note", "note", "N", "Note", "Write down a sentence on it.", footer="note"),
        Command("jobs.trash", "show_trash", "T", "Trash", "What was deleted, and restoring it.", footer="trash"),
    )  # fmt: skip
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = JOB_COMMANDS
    BINDINGS = bindings(JOB_COMMANDS)

    @property
    @abstractmethod
    def job(self) -> Job | None:
        """The run or tuning under the cursor."""

    @property
    @abstractmethod
    def bin(self) -> Bin[Any]:
        """The trash of such jobs."""

    @abstractmethod
    async def refresh_jobs(self) -> None:
        """Reload the list."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands depend on the state of the job under the cursor."""
        if action in ("star", "rename", "note"):
            return self.job is not None
        if action == "discard":
            return self.job is not None and not self.job.status.live
        return super().check_action(action, parameters)

    def say(self, sentence: str, severity: "SeverityLevel" = "information") -> None:
        """Show a notification."""
        tell(self, sentence, group="jobs", severity=severity)

    @work(group="label")
    async def action_star(self) -> None:
        """Star the job, or remove its star."""
        job = self.job
        if job is not None and await self._did(lambda: labels.change(job.folder, starred=not job.starred)):
            await self.refresh_jobs()

    @work(group="question", exclusive=True)
    async def action_rename(self) -> None:
        """Open the dialog for a name."""
        job = self.job
        if job is None:
            return
        first = job.spec.label if job.spec else job.id
        dialog = LabelDialog(
            f"Rename {job.label}", job.given.name, f"empty: {first}", lambda text: labels.change(job.folder, name=text)
        )
        if await self.app.push_screen_wait(dialog):
            await self.refresh_jobs()

    @work(group="question", exclusive=True)
    async def action_note(self) -> None:
        """Open the dialog for a note."""
        job = self.job
        if job is None:
            return
        dialog = LabelDialog(
            f"Note on {job.label}", job.given.note, "a sentence; empty: none",
            lambda text: labels.change(job.folder, note=text),
        )  # fmt: skip
        if await self.app.push_screen_wait(dialog):
            await self.refresh_jobs()

    @work(group="label")
    async def action_discard(self) -> None:
        """Move the job to the trash, and notify how to restore it."""
        job, trash = self.job, self.bin
        if job is not None and await self._did(lambda: trash.discard(job)):
            days = self.session.settings.trash_days
            self.say(f"{printable(job.label, 60)} is in the trash for {days} days; T lists the trash and restores it.")
            await self.refresh_jobs()

    @work(group="question", exclusive=True)
    async def action_show_trash(self) -> None:
        """Open the trash; restore the chosen job."""
        trash = self.bin
        job = await self.app.push_screen_wait(TrashDialog(trash, self.session.settings.trash_days))
        if job is not None and await self._did(lambda: trash.restore(job)):
            self.say(f"{printable(job.label, 60)} is back.")
            await self.refresh_jobs()

    async def _did(self, change: Callable[[], object]) -> bool:
        """Make a change in a thread; whether it succeeded (an error is notified)."""
        try:
            need_freedom(self)
            await asyncio.to_thread(change)
        except UserError as error:
            self.say(str(error), "error")
            return False
        return True


class RunActions(JobActions):
    """Job commands for runs."""

    @property
    def bin(self) -> Bin[RunInfo]:
        """The trash of runs."""
        return store.trash_of(self.session.home)

    async def refresh_jobs(self) -> None:
        """Reload the runs."""
        await self.session.refresh_runs()


if TYPE_CHECKING:
    from musicrec_tui.dataset.log import IndexedLog

    Submit = Callable[[IndexedLog], Job]
    """Starts a process for the log that is open; called in a thread."""


class JobStarting(JobActions):
    """A screen with a form that starts a job."""

    @abstractmethod
    async def show_job(self, job: str) -> None:
        """Put the cursor on the job of this id, which was just started."""

    @work(group="start")
    async def start_job(self, submit: "Submit") -> None:
        """Start a job and show it; an error is notified."""
        log = self.session.indexed_log
        if log is None:
            self.say(self.session.failure or "The log is still being read: start when it is open.", "warning")
            return
        try:
            job = await asyncio.to_thread(submit, log)
        except UserError as error:
            self.say(str(error), "error")
            return
        self.session.begun.add(job.id)
        await self.show_job(job.id)
