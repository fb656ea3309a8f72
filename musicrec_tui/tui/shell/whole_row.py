"""A dialog with all values of a row, wrapped and never cut."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.dataset.table_files import Column, Value
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.tabular_widget import CopyWanted
from musicrec_tui.tui.common.verbs import CLOSE, COPY, COPY_MORE, DOWN, PAGE_DOWN, PAGE_UP, UP
from musicrec_tui.tui.tabular.formats import plain_text
from musicrec_tui.tui.tabular.sheet import Sheet

_LABEL = 24


class WholeRow(Dialog[None]):
    """A list of values that can be focused and copied."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("whole.close", "dismiss", CLOSE, "Close", "Back to the list.", palette=False, guest=True),
        Command("whole.down", "app.focus_next", DOWN, "Next value", "The next value.", palette=False, guest=True),
        Command("whole.up", "app.focus_previous", UP, "Previous value", "The value before.", palette=False,
                guest=True),
        Command("whole.copy", "copy('cell')", COPY, "Copy the value", "Copy the selected value.", guest=True),
        Command("whole.copy_row", "copy('row')", COPY_MORE, "Copy the row", "Copy all values of the row.", guest=True),
        Command("whole.page_down", "scroll(1)", PAGE_DOWN, "Page down", "Scroll through a long value.", palette=False,
                guest=True),
        Command("whole.page_up", "scroll(-1)", PAGE_UP, "Page up", "Scroll back.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        """The values with their columns' names."""
        cells = self._sheet.here or ()
        label = _label_width(self._sheet.columns)
        with VerticalScroll(classes="dialog whole-row", can_focus=False):
            for column, value in zip(self._sheet.columns, cells, strict=True):
                yield WholeValue(column, value, label)

    def on_mount(self) -> None:
        """Set the titles; focus the selected cell."""
        page = self.query_one(VerticalScroll)
        page.border_title = Content(f"{fit(self._sheet.title, 40).strip()}: one row, whole")
        page.border_subtitle = "y copies a value, Y the row · esc closes"
        for value in list(self.query(WholeValue))[self._sheet.cell :][:1]:
            value.focus()

    def action_copy(self, extent: str) -> None:
        """Copy the focused value or the row."""
        values = list(self.query(WholeValue))
        place = next((at for at, value in enumerate(values) if value.has_focus), self._sheet.cell)
        sheet = replace(self._sheet, cell=place)
        self.post_message(CopyWanted(sheet, extent="cell" if extent == "cell" else "row"))

    def action_scroll(self, step: int) -> None:
        """Scroll by a page."""
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=step * max(1, page.size.height - 1), animate=False)


class WholeValue(Horizontal, can_focus=True):
    """A column's name with its value."""

    def __init__(self, column: Column, value: Value, label: int) -> None:
        super().__init__()
        self._column, self._value, self._label = column, value, label

    def compose(self) -> ComposeResult:
        """Name and value."""
        name = Static(Content.styled(fit(self._column.name, self._label), DIM))
        name.styles.width = self._label + 2
        yield name
        missing = self._value is None
        yield Static(Content.styled("–", DIM) if missing else Content(plain_text(self._value)), classes="value")


def _label_width(columns: Sequence[Column]) -> int:
    """The width of the longest name, up to a limit."""
    return min(_LABEL, max((cell_len(printable(column.name)) for column in columns), default=1))
