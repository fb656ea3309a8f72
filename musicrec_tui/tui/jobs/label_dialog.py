"""A line to type: a job's name, or a note on it."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.shell.guests import need_freedom


class LabelDialog(Dialog[bool]):
    """Answers whether the text was written. What is wrong with it is said here, and what was typed stays."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("label.close", "dismiss(False)", "escape", "Close", "Leave it as it is.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, title: str, value: str, hint: str, write: Callable[[str], object]) -> None:
        """`title`, `value` and `hint` may be raw; `write` keeps the text, and raises `UserError` where it cannot."""
        super().__init__()
        self._title, self._value, self._hint, self._write = title, value, hint, write

    def compose(self) -> ComposeResult:
        """The line, and room for a sentence."""
        with Vertical(classes="dialog", id="label-dialog"):
            entry = Input(printable(self._value, None), placeholder=printable(self._hint, 80), compact=True)
            entry.cursor_blink = False
            yield entry
            yield Static(id="label-error", markup=False)

    def on_mount(self) -> None:
        """Begin to type."""
        dialog = self.query_one("#label-dialog")
        dialog.border_title = Content(fit(self._title, 54).rstrip())
        dialog.border_subtitle = "↵ keeps it · esc closes"
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self._keep(event.value)

    @work(exclusive=True, group="write")
    async def _keep(self, text: str) -> None:
        """Write it, or say why not."""
        try:
            need_freedom(self)
            await asyncio.to_thread(self._write, text)
        except UserError as error:
            self.query_one("#label-error", Static).update(Content(printable(str(error), 600)))
            return
        self.dismiss(True)
