"""A yes-no question before a job is stopped or something is deleted."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE, NO, YES


class Confirm(Dialog[bool]):
    """Answers True for yes. The answer "no" is listed first."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("confirm.yes", "answer(True)", YES, "Yes", "Yes.", palette=False, guest=True),
        Command("confirm.no", "answer(False)", NO, "No", "Close without changes.", palette=False, guest=True),
        Command("confirm.close", "answer(False)", CLOSE, "Close", "Close without changes.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, question: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question (clean text) above its answers."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), markup=False)
            yield RowList(id="answers")

    def on_mount(self) -> None:
        """List the answers; focus them."""
        answers = self.query_one(RowList)
        drawn = (("n", self._no), ("y", self._yes))
        answers.set_rows([Row(partial(_draw, key, title), key) for key, title in drawn])
        answers.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the chosen row."""
        self.dismiss(event.value == "y")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)


def _draw(key: str, title: str, width: int) -> Content:
    """An answer with its key."""
    return Content.assemble((f"{key}  ", "bold $accent"), fit(title, max(0, width - 3)))
