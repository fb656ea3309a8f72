"""The dialog "Copy as": extent (cell, row, table) and format."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, crop, fit, number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.verbs import CLOSE, LEFT, RIGHT
from musicrec_tui.tui.tabular.clipboard import CopyChoice, rows_to_copy
from musicrec_tui.tui.tabular.formats import EXTENTS, FORMATS, Extent, format_rows
from musicrec_tui.tui.tabular.sheet import Sheet

_PREVIEW = 3


class CopyDialog(Dialog[CopyChoice | None]):
    """A list of formats; left and right change the extent. Below is a preview of the copied text."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("copy.close", "dismiss(None)", CLOSE, "Close",
                "Close without copying.", palette=False, guest=True),
        Command("copy.more", "extent(1)", RIGHT, "Copy more", "From cell to row to table.",
                palette=False, guest=True),
        Command("copy.less", "extent(-1)", LEFT, "Copy less", "From table to row to cell.",
                palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, sheet: Sheet, last: CopyChoice) -> None:
        super().__init__()
        self._sheet = sheet
        self._extents: tuple[Extent, ...] = EXTENTS if sheet.here is not None else ("table",)
        self._extent: Extent = last.extent if last.extent in self._extents else "table"
        self._format = last.format

    def compose(self) -> ComposeResult:
        """Extents, formats and preview."""
        with Vertical(classes="dialog"):
            yield Static(id="copy-extent", markup=False)
            yield RowList(id="copy-formats")
            yield Static(id="copy-preview", markup=False)

    def on_mount(self) -> None:
        """Set the titles; the cursor is on the last used format."""
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(f"Copy of {fit(self._sheet.title, 40).strip()}")
        dialog.border_subtitle = "←→ how much · ↵ copies · esc closes"
        rows = [Row(_drawn(one), one) for one in FORMATS]
        formats = self.query_one(RowList)
        formats.set_rows(rows, cursor=FORMATS.index(self._format))
        formats.focus()
        self._draw()

    def action_extent(self, step: int) -> None:
        """Select a larger or smaller extent."""
        place = self._extents.index(self._extent) + step
        self._extent = self._extents[max(0, min(len(self._extents) - 1, place))]
        self._draw()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Preview the format under the cursor."""
        event.stop()
        self._format = next(one for one in FORMATS if one == event.value)
        self._draw()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with extent and format."""
        event.stop()
        self.dismiss(CopyChoice(self._extent, self._format))

    def _draw(self) -> None:
        """Draw the extents and the preview."""
        parts = [Content("  ")]
        for one in self._extents:
            parts += [Content.styled(self._called(one), "bold reverse" if one == self._extent else DIM), Content("  ")]
        self.query_one("#copy-extent", Static).update(Content("").join(parts))
        columns, rows = rows_to_copy(self._sheet, self._extent)
        text = format_rows(columns, rows[:_PREVIEW], self._format, self._extent) if rows else ""
        lines = text.split("\n")[:_PREVIEW]
        width = max(20, self.query_one("#copy-preview").content_size.width or 56)
        shown = [Content.styled(crop(printable(line), width), DIM) for line in lines]
        self.query_one("#copy-preview", Static).update(Content("\n").join(shown))

    def _called(self, extent: Extent) -> str:
        """An extent with its size."""
        sheet = self._sheet
        if extent == "cell":
            return f"cell: {fit(sheet.columns[sheet.cell].name, 20).strip()}"
        if extent == "row":
            return f"row: {len(sheet.columns)} cells"
        here = len(sheet.loaded())
        of = f" of {number(sheet.total)}" if here < sheet.total else ""
        return f"table: {number(here)}{of} rows"


def _drawn(text: str) -> Draw:
    """The drawing of a format's row."""
    return lambda width: Content(fit(text, width))
