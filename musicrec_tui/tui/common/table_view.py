"""A table that scrolls both ways: whole, or a page at a time out of any number of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.dataset.records import Table
from musicrec_tui.dataset.table_files import Column
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.resizing import WIDTH_COMMANDS, Resizable, Sized
from musicrec_tui.tui.common.row_list import Row, RowList
from musicrec_tui.tui.common.table import GAP, PAGE, Cells, Columns, PagedRows
from musicrec_tui.tui.common.working import after_refresh, asked, patiently, start
from musicrec_tui.tui.tabular.fetching import paged_cells
from musicrec_tui.tui.tabular.sheet import Sheet

_EXPORTED = 50_000
"""Rows at a time when all are wanted: to those of a text file one gets by reading it from its beginning."""

Fetch = Callable[[int, int], Table]
"""Rows from one on (counted from 0), and at most so many; called in a thread."""
_LEFT = 1
"""The rows are one cell in."""


class Heads(Static):
    """One line. It knows how wide the columns below are, and says when one of them is dragged."""

    @dataclass
    class Dragged(Message):
        """A column, by its place among those that are seen, is to have so many cells."""

        place: int
        cells: int

    def __init__(self) -> None:
        super().__init__(classes="table-heads", markup=False)
        self.widths: Sequence[int] = ()
        self._held: tuple[int, int] | None = None
        """The place of the column that is dragged, and what its width and the mouse's place differ by."""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the end of a column, which is the gap behind it."""
        place = _end_at(self.widths, event.x)
        if place is not None:
            self._held = place, self.widths[place] - event.x
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The end follows the mouse."""
        if self._held is not None:
            place, differ = self._held
            self.post_message(self.Dragged(place, event.x + differ))

    def on_mouse_up(self) -> None:
        """Let go."""
        self._held = None
        self.release_mouse()


def _end_at(widths: Sequence[int], x: int) -> int | None:
    """The column whose end is at a place of the line."""
    end = _LEFT
    for place, width in enumerate(widths):
        end += width
        if end <= x < end + GAP:
            return place
        end += GAP
    return None


class TableView(Vertical, Resizable):
    """The names of the columns, which stay, above the rows, which scroll; the title tells where one is.

    Args:
        id: as usual.
        title: what the rows are (clean text).
        whole: so many of the first columns are not squeezed for those after them.
        returns: whether it has the same rows at the next start, so that the cursor is to come back to its row.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("table.right", "columns(1)", "right,l", "Columns to the right", "A table's columns to the right.",
                footer="columns", shown="←→", palette=False, guest=True),
        Command("table.left", "columns(-1)", "left,h", "Columns to the left", "A table's columns to the left.",
                shown="h ←", palette=False, guest=True),
        *WIDTH_COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str, title: str, whole: int = 0, returns: bool = True) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = title
        self._whole, self._returns = whole, returns
        self._columns = Columns((), ())
        self._first = 0
        self._pages: PagedRows | None = None
        self._shown: tuple[Cells, ...] = ()
        self._fetch: Fetch | None = None
        self._wanted: int | None = None
        self._fetching = False

    def compose(self) -> ComposeResult:
        """Heads and rows."""
        yield Heads()
        yield _TableRows(self)

    def on_mount(self) -> None:
        """The title follows where one is."""
        self.watch(self.rows, "scroll_y", self._tell)
        if self._returns:
            self.rows.recall(self.left.row)
            self._first = self.left.column
        self._tell()

    @property
    def rows(self) -> RowList:
        """The rows."""
        return self.query_one(RowList)

    def focus_rows(self) -> None:
        """Let the keys go to the rows."""
        self.screen.set_focus(self.rows)

    def set_note(self, sentence: str) -> None:
        """No rows, but a sentence: loading, empty, failed."""
        self._columns, self._pages, self._shown = Columns((), ()), None, ()
        self.rows.set_note(sentence)
        self._tell()

    def show(self, table: Table, headings: dict[int, str] | None = None) -> None:
        """A table that is here as a whole, with `headings` (clean) above some rows, by the rows' numbers."""
        self._begin(table)
        self._columns.measure(table)
        self._pages, self._shown = None, table.rows
        rows: list[Row] = []
        for at, cells in enumerate(table.rows):
            if headings and at in headings:
                rows.append(_heading(headings[at]))
            rows.append(Row(partial(self._line, cells), at))
        self.rows.set_rows(rows, "There are no rows.")
        self._tell()

    async def browse(self, fetch: Fetch) -> None:
        """Show all rows that `fetch` has, however many, from the first on."""
        slow = "Reading the rows …"
        table = await patiently(asked(self, fetch, 0, PAGE), lambda: self.rows.set_note(slow))
        if table is None:
            self.set_note("The rows cannot be read now.")
            return
        self._fetch = fetch
        self._begin(table)
        self._pages = PagedRows(table.total, self._line, self._want)
        self._take(0, table)
        self.rows.set_rows(self._pages, "There are no rows.")
        self._tell()

    def _begin(self, table: Table) -> None:
        """Other columns, of which some may have a width of the user's."""
        self._columns = Columns(table.columns, table.types, self._whole)
        self._first = min(self._first, max(0, len(table.columns) - 1))
        self._take_widths()

    def _take_widths(self) -> None:
        """The widths that the user gave to columns."""
        names = enumerate(self._columns.names)
        self._columns.chosen = {at: cells for at, name in names if (cells := self.width_of(name)) is not None}

    def go(self, index: int) -> None:
        """Put the cursor on a row (counted from 0); the nearest one where there is none of that number."""
        if self.rows.rows:
            self.rows.cursor = max(0, min(len(self.rows.rows) - 1, index))

    def sheet(self) -> Sheet | None:
        """The cells as they are read; of rows that are fetched a page at a time, all can be had."""
        if not self._columns.names:
            return None
        pages, fetch, value = self._pages, self._fetch, self.rows.value
        columns = tuple(Column(name) for name in self._columns.names)
        here = (self._cells(value) or None) if isinstance(value, int) else None
        if pages is None or fetch is None:
            return Sheet(self._title, columns, lambda: self._shown, here, self._first)
        whole = paged_cells(lambda limit, offset: fetch(offset, limit).rows, _EXPORTED)
        return Sheet(self._title, columns, pages.loaded, here, self._first, len(pages), whole)

    def _cells(self, row: int) -> Cells | None:
        """The cells of a row, where they are here."""
        if self._pages is not None:
            return self._pages.cells(row)
        return self._shown[row] if row < len(self._shown) else None

    def action_columns(self, step: int) -> None:
        """Show other columns."""
        if self._columns.names:
            self._first = max(0, min(len(self._columns.names) - 1, self._first + step))
            self.rows.refresh()
            self._tell()

    def on_resize(self) -> None:
        """Other columns fit."""
        after_refresh(self, self._tell)

    def column_here(self) -> Sized | None:
        """The first column that is seen."""
        widths = self._columns.given(self._first, self._room)
        return Sized(self._columns.names[self._first], widths[0]) if widths else None

    def draw_widths(self) -> None:
        """Heads and rows."""
        self._take_widths()
        self.rows.refresh()
        self._tell()

    @on(Heads.Dragged)
    def _dragged(self, event: Heads.Dragged) -> None:
        """The mouse has hold of a column's end."""
        event.stop()
        if self._first + event.place < len(self._columns.names):
            self.set_width(self._columns.names[self._first + event.place], event.cells)

    @property
    def _room(self) -> int:
        """Cells that a row has."""
        return max(0, self.rows.scrollable_content_region.width - 1)

    def _line(self, cells: Cells, room: int) -> Content:
        """A row, from the first column that is shown on."""
        return self._columns.line(cells, self._first, room)

    def _want(self, page: int) -> None:
        """A page is to be drawn that is not here: the latest that was wanted is fetched next."""
        self._wanted = page
        if not self._fetching:
            self._fetching = True
            self.call_later(start, self, "pages", self._fetch_pages)

    async def _fetch_pages(self) -> None:
        """Fetch what is wanted until nothing is; one page at a time, for a thread cannot be called back."""
        try:
            while (page := self._wanted) is not None and self._fetch is not None:
                self._wanted = None
                table = await asked(self, self._fetch, page * PAGE, PAGE)
                if table is None:
                    self.set_note("The rows cannot be read any more.")
                    return
                self._take(page, table)
                self.rows.refresh()
                self._tell()
        finally:
            self._fetching = False

    def _take(self, page: int, table: Table) -> None:
        """A page has come."""
        self._columns.measure(table)
        if self._pages is not None:
            self._pages.put(page, table)

    @on(RowList.Moved)
    def _tell(self) -> None:
        """The heads, and in the title the row, how many there are, and which columns are seen."""
        room, heads = self._room, self.query_one(Heads)
        heads.update(Content(" ") + self._columns.heads(self._first, room))
        heads.widths = self._columns.given(self._first, room)
        parts = [self._title]
        if self._pages is not None and isinstance(self.rows.value, int):
            parts.append(f"row {number(self.rows.value + 1)} of {number(len(self._pages))}")
        if self._columns.names:
            seen = self._columns.seen(self._first, room)
            of = len(self._columns.names)
            if seen < of:
                parts.append(f"columns {self._first + 1}–{self._first + seen} of {of}")
            if self._returns and self.rows.cursor >= 0:
                self.leave(msgspec.structs.replace(self.left, row=self.rows.cursor, column=self._first))
        self.border_title = Content(" · ".join(parts))


class _TableRows(RowList):
    """The rows, which are copied and exported as the cells of the table."""

    def __init__(self, view: TableView) -> None:
        super().__init__()
        self._view = view

    def sheet(self) -> Sheet | None:
        """See `TableView.sheet`."""
        return self._view.sheet()


def _heading(text: str) -> Row:
    """A heading between rows, which the cursor passes over."""
    return Row(lambda room: Content.styled(text[:room], "bold $accent"))
