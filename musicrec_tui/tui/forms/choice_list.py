"""The list that a choice opens: every value with a sentence, and more about the one under the cursor."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE

_VALUE = 14
Describe = Callable[[str], Sequence[str]]
"""Gives the sentences on a value: the first is beside it in the list, the others are below the list."""


class ChoiceList(Dialog[str]):
    """Answers with the chosen value, or None."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("choices.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    ChoiceList RowList { height: auto; min-height: 3; }
    ChoiceList #choice-more { height: auto; min-height: 2; padding: 0 1; color: $foreground 80%; }
    """

    def __init__(self, title: str, values: Sequence[str], present: str, describe: Describe) -> None:
        super().__init__()
        self._title, self._values, self._present, self._describe = title, values, present, describe

    def compose(self) -> ComposeResult:
        """The list, and the sentences on the value under the cursor."""
        with Vertical(classes="dialog"):
            yield RowList(id="choices")
            yield Static(id="choice-more", markup=False)

    def on_mount(self) -> None:
        """Fill the list; the cursor is on the present value."""
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(fit(self._title, 40).rstrip())
        dialog.border_subtitle = "↵ chooses · esc closes"
        rows = [Row(partial(_draw, value, self._describe(value)), value) for value in self._values]
        place = self._values.index(self._present) if self._present in self._values else 0
        self.query_one(RowList).set_rows(rows, cursor=place)
        self.query_one(RowList).focus()
        self._tell(self._present)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        """Show more about the value under the cursor."""
        self._tell(str(event.value))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the chosen value."""
        self.dismiss(str(event.value))

    def _tell(self, value: str) -> None:
        """Show the sentences on a value."""
        self.query_one("#choice-more", Static).update(Content("\n".join(map(printable, self._describe(value)))))


def _draw(value: str, sentences: Sequence[str], width: int) -> Content:
    """A value with its first sentence."""
    told = sentences[0] if sentences else ""
    return Content.assemble((fit(value, _VALUE), "bold"), " ", (fit(told, max(0, width - _VALUE - 1)), DIM))
