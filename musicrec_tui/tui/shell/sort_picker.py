"""The dialog that asks for the column that a list or table is sorted by."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.tui.common.arrangement import Order, first_order, plain
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.tabular.records import Field

KEEP = "keep"
"""The answer that leaves the order as it is."""


class SortPicker(Dialog[Order | str | None]):
    """Asks for the column to sort by; the present one turns around. None: as listed; `KEEP`: no change."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "sort.close", f"dismiss('{KEEP}')", CLOSE, "Close", "Close without changes.", palette=False, guest=True
        ),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, fields: Sequence[Field], present: Order | None, title_of: Callable[[str], str] = plain) -> None:
        super().__init__()
        self._fields, self._present, self._title_of = fields, present, title_of

    def compose(self) -> ComposeResult:
        """The columns."""
        with Vertical(classes="dialog"):
            yield RowList(id="sort-columns")

    def on_mount(self) -> None:
        """List them; the cursor is on the present one."""
        dialog = self.query_one(".dialog")
        dialog.border_title, dialog.border_subtitle = "Sort by", "↵ sorts, again: reverse · esc closes"
        rows, names = [Row(partial(_draw, "as listed", ""), "")], [""]
        for field in self._fields:
            name = field.column.name
            here = self._present is not None and self._present.column == name
            mark = ("↓" if self._present.descending else "↑") if here and self._present else ""
            rows.append(Row(partial(_draw, self._title_of(name), mark), name))
            names.append(name)
        listed = self.query_one(RowList)
        listed.set_rows(rows, cursor=names.index(self._present.column) if self._present else min(1, len(rows) - 1))
        self.set_focus(listed)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the column, the other way round if it is the present one."""
        event.stop()
        field = next((one for one in self._fields if one.column.name == event.value), None)
        if field is None:
            self.dismiss(None)
        elif self._present is not None and self._present.column == field.column.name:
            self.dismiss(Order(field.column.name, not self._present.descending))
        else:
            self.dismiss(first_order(field))


def _draw(title: str, mark: str, width: int) -> Content:
    """A column with the mark of its order."""
    return Content.assemble(fit(title, max(0, width - 2)), " ", (mark, "bold $accent"))
