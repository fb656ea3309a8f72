"""An input line for a position, hidden while it is not used."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.verbs import CLOSE


class JumpLine(Horizontal):
    """`row: 1,234▏`; Enter posts the text, Escape closes the line."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jump.close", "close", CLOSE, "Close", "Stay here.", footer="stay", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Answered(Message):
        """The text of the line."""

        text: str

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._back: Widget | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        """Label and input."""
        yield Static(classes="jump-question", markup=False)
        yield LineInput()

    def ask(self, question: str) -> None:
        """Show the line; on closing, the focus returns to the current widget."""
        self._back = self.screen.focused
        self.query_one(".jump-question", Static).update(f"{question} ")
        entry = self.query_one(Input)
        entry.value = ""
        self.display = True
        self.screen.set_focus(entry)

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        """Close the line; post its text unless it is empty."""
        event.stop()
        self.action_close()
        if event.value.strip():
            self.post_message(self.Answered(event.value))

    def action_close(self) -> None:
        """Hide the line; restore the focus."""
        self.display = False
        self.screen.set_focus(self._back)
