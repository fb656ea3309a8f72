"""The dialogs of a run or a tuning: name and note, and the trash."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.errors import UserError
from musicrec_tui.runs.trash import Bin, Trashed
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE, DELETE
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.guests import need_freedom


class LabelDialog(Dialog[bool]):
    """Asks for a line of text and saves it; answers whether it was saved. Errors are shown below the line."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("label.close", "dismiss(False)", CLOSE, "Close", "Close without changes.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, title: str, value: str, hint: str, write: Callable[[str], object]) -> None:
        """`title`, `value` and `hint` may be raw; `write` saves the text, or raises `UserError`."""
        super().__init__()
        self._title, self._value, self._hint, self._write = title, value, hint, write

    def compose(self) -> ComposeResult:
        """The input, and a line for errors."""
        with Vertical(classes="dialog", id="label-dialog"):
            yield LineInput(printable(self._value, None), placeholder=printable(self._hint, 80))
            yield Static(id="label-error", markup=False)

    def on_mount(self) -> None:
        """Set the title; focus the input."""
        dialog = self.query_one("#label-dialog")
        dialog.border_title = Content(fit(self._title, 54).rstrip())
        dialog.border_subtitle = "↵ saves · esc closes"
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Save on Enter."""
        event.stop()
        self._keep(event.value)

    @work(exclusive=True, group="write")
    async def _keep(self, text: str) -> None:
        """Save the text, or show the error."""
        try:
            need_freedom(self)
            await asyncio.to_thread(self._write, text)
        except UserError as error:
            self.query_one("#label-error", Static).update(Content(printable(str(error), 600)))
            return
        self.dismiss(True)


class TrashDialog(Dialog[Any]):
    """Lists deleted jobs; answers with the job to restore, or None."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "trash.delete",
            "remove",
            DELETE,
            "Delete for good",
            "Delete the selected job with all its files; asks first.",
        ),
        Command("trash.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, trash: Bin[Any], days: int) -> None:
        """`days`: how long deleted jobs stay."""
        super().__init__()
        self._trash, self._days = trash, days

    def compose(self) -> ComposeResult:
        """A sentence on how long deleted jobs stay, and their list."""
        with Vertical(classes="dialog", id="trash-dialog"):
            yield Static(f"Deleted jobs stay here for {self._days} days (setting trash_days).", markup=False)
            yield RowList(id="trash")

    def on_mount(self) -> None:
        """Set the title; read the trash."""
        dialog = self.query_one("#trash-dialog")
        dialog.border_title = "Trash"
        dialog.border_subtitle = "↵ restores · d deletes for good · esc closes"
        self.query_one(RowList).set_note("Reading …")
        self.query_one(RowList).focus()
        self._read()

    @work(exclusive=True, group="trash")
    async def _read(self) -> None:
        """List the deleted jobs."""
        found = await asyncio.to_thread(self._trash.entries)
        rows = [Row(partial(_draw, one, self._days), one) for one in found]
        self.query_one(RowList).set_rows(rows, "The trash is empty.", cursor=self.query_one(RowList).cursor)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the chosen job."""
        if isinstance(event.value, Trashed):
            self.dismiss(event.value.job)

    @work(exclusive=True, group="question")
    async def action_remove(self) -> None:
        """Ask for confirmation, then delete the job permanently."""
        one = self.query_one(RowList).value
        if not isinstance(one, Trashed):
            return
        question = f"Delete {printable(one.job.label, 60)} for good? It cannot be restored."
        if await self.app.push_screen_wait(Confirm(question, yes="Delete it for good", no="Cancel")):
            try:
                need_freedom(self)
                await asyncio.to_thread(self._trash.remove, one.job)
            except UserError as error:
                notify_latest(self, str(error), group="jobs", severity="error")
            self._read()


def _draw(one: Trashed[Any], days: int, width: int) -> Content:
    """A deleted job as a row: name, date of deletion, days left."""
    left = one.days_left(days)
    deleted = f"deleted {one.since:%Y-%m-%d}" if one.since else "deletion date unknown"
    kept = "kept" if left is None else "removed today" if left == 0 else f"{counted(left, 'day')} left"
    tail = f" {deleted}  {kept:>12}"
    return Content.assemble((fit(one.job.label, max(0, width - len(tail))), "bold"), (fit(tail, len(tail)), DIM))
