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
from musicrec_tui.text import printable
from musicrec_tui.tui.common.arrangement import Order, first_order, sortable
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.resizing import WIDTH_COMMANDS, Resizable, Sized
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.table import GAP, PAGE, Cells, Columns, PagedRows
from musicrec_tui.tui.common.verbs import LEFT, RIGHT
from musicrec_tui.tui.common.working import after_refresh, asked, patiently, start
from musicrec_tui.tui.tabular.fetching import paged_cells
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet

_EXPORTED = 50_000
"""Rows per page of an export: a text file is read from its beginning for every page."""

Fetch = Callable[[int, int], Table]
"""`(first row from 0, most rows) -> Table`; called in a thread."""
Arrange = Callable[[str, Order | None], Fetch]
"""`(text that rows must have, order) -> Fetch` of these rows; called in a thread."""
_LEFT = 1
"""Rows are indented by one cell."""


class Heads(Static):
    """The column titles. Posts `Dragged` when the end of a column is dragged."""

    @dataclass
    class Dragged(Message):
        """A column (by index among the visible ones) is to be `cells` wide."""

        place: int
        cells: int

    @dataclass
    class Clicked(Message):
        """A column (by index among the visible ones) is to be sorted by."""

        place: int

    def __init__(self) -> None:
        super().__init__(classes="table-heads", markup=False)
        self.widths: Sequence[int] = ()
        self._moved = False
        self._held: tuple[int, int] | None = None
        """Index of the dragged column, and its width minus the x of the mouse; None: no drag."""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a drag in the gap behind a column."""
        place, self._moved = _end_at(self.widths, event.x), False
        if place is not None:
            self._held = place, self.widths[place] - event.x
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Post the new width while dragging."""
        if self._held is not None:
            place, differ = self._held
            self._moved = True
            self.post_message(self.Dragged(place, event.x + differ))

    def on_click(self, event: events.Click) -> None:
        """A click on a title sorts by its column."""
        place = _column_at(self.widths, event.x)
        if place is not None and not self._moved:
            self.post_message(self.Clicked(place))

    def on_mouse_up(self) -> None:
        """End the drag."""
        self._held = None
        self.release_mouse()


def _end_at(widths: Sequence[int], x: int) -> int | None:
    """The index of the column that ends at `x`; None if none does."""
    end = _LEFT
    for place, width in enumerate(widths):
        end += width
        if end <= x < end + GAP:
            return place
        end += GAP
    return None


def _column_at(widths: Sequence[int], x: int) -> int | None:
    """The index of the column whose title is at `x`; None between columns."""
    begin = _LEFT
    for place, width in enumerate(widths):
        if begin <= x < begin + width:
            return place
        begin += width + GAP
    return None


class TableView(Vertical, Resizable):
    """A table: column titles above scrolling rows; its title has the cursor's row and the visible columns.

    Args:
        id: of the widget.
        title: clean text.
        whole: so many of the first columns are not squeezed for those after them.
        returns: whether cursor and first column are restored at the next start.

    Attributes:
        remark: clean text below the rows.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("table.right", "columns(1)", RIGHT, "Columns to the right", "A table's columns to the right.",
                footer="columns", shown="←→", palette=False, guest=True),
        Command("table.left", "columns(-1)", LEFT, "Columns to the left", "A table's columns to the left.",
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
        self._arrange: Arrange | None = None
        self.remark = ""
        self._wanted: int | None = None
        self._fetching = False

    def compose(self) -> ComposeResult:
        """Column titles and rows."""
        yield Heads()
        yield _TableRows(self)

    def on_mount(self) -> None:
        """Update the title on scrolling; restore the saved position."""
        self.watch(self.rows, "scroll_y", self._tell)
        self.watch(self.rows, "show_vertical_scrollbar", self.on_resize)  # beside it fewer columns may fit
        if self._returns:
            self.rows.restore_cursor(self.left.row)
            self._first = self.left.column
        self._tell()

    @property
    def rows(self) -> RowList:
        """The rows."""
        return self.query_one(RowList)

    def focus_rows(self) -> None:
        """Focus the rows."""
        self.screen.set_focus(self.rows)

    def set_note(self, sentence: str) -> None:
        """Show a sentence instead of rows: loading, empty, failed."""
        self._columns, self._pages, self._shown = Columns((), ()), None, ()
        self.rows.set_note(sentence)
        self._tell()

    def show(self, table: Table, headings: dict[int, str] | None = None) -> None:
        """Show a whole table, with `headings` (clean texts) above some rows, by row index."""
        self._begin(table)
        self._columns.measure(table)
        self._pages, self._shown = None, table.rows
        rows: list[Row] = []
        for at, cells in enumerate(table.rows):
            if headings and at in headings:
                rows.append(_heading(headings[at]))
            rows.append(Row(partial(self._line, cells), at, cells))
        self.rows.set_rows(rows, "There are no rows.")
        self._tell()

    async def browse(self, fetch: Fetch, arrange: Arrange | None = None) -> None:
        """Show any number of rows, fetched a page at a time.

        Args:
            fetch: the rows as they are.
            arrange: gives them filtered and sorted; None: that cannot be.
        """
        self._arrange = arrange
        await self._browse(fetch)

    @property
    def arranges(self) -> bool:
        """Whether the rows come filtered and sorted from where they are fetched."""
        return self._arrange is not None and self._pages is not None

    def rearrange(self) -> None:
        """Fetch the rows with the present filter and order."""
        start(self, "browse", self._rearrange)

    async def _rearrange(self) -> None:
        """Ask for them; where that fails, the rows are shown as they are."""
        present, arrange = self.rows.arrangement, self._arrange
        if arrange is None:
            return
        slow = "Sorting the rows …" if present.order is not None else "Reading the rows …"
        fetch = await patiently(asked(self, arrange, present.text, present.order), lambda: self._say(slow))
        if fetch is None:
            present.clear()
            self._say("")
            return
        await self._browse(fetch)

    def _say(self, remark: str) -> None:
        """A remark below the rows; empty: none."""
        self.border_subtitle = remark or self.remark

    async def _browse(self, fetch: Fetch) -> None:
        """Show the rows that are fetched so."""
        slow = "Reading the rows …"
        table = await patiently(asked(self, fetch, 0, PAGE), lambda: self.rows.set_note(slow))
        self._say("")
        if table is None:
            self.set_note("The rows cannot be read at the moment.")
            return
        self._fetch = fetch
        self._begin(table)
        self._pages = PagedRows(table.total, self._line, self._want)
        self._take(0, table)
        self.rows.set_rows(self._pages, "No row has this text." if self.rows.filter_text else "There are no rows.")
        self._tell()
        self.rows.refresh_bindings()

    def _begin(self, table: Table) -> None:
        """Set the columns, with the widths that the user gave them."""
        self._columns = Columns(table.columns, table.types, self._whole)
        self._first = min(self._first, max(0, len(table.columns) - 1))
        self._take_widths()

    def _take_widths(self) -> None:
        """Read the widths that the user gave to columns."""
        names = enumerate(self._columns.names)
        self._columns.chosen = {at: cells for at, name in names if (cells := self.width_of(name)) is not None}

    def go(self, index: int) -> None:
        """Put the cursor on a row (from 0) of the table as it is, or on the nearest existing one."""
        if self.arranges and self.rows.arrangement.active:
            start(self, "browse", self._go_in_plain_order, index)
        elif self.rows.rows:
            self.rows.cursor = max(0, min(len(self.rows.rows) - 1, index))

    async def _go_in_plain_order(self, index: int) -> None:
        """Show all rows as they are, then go."""
        self.rows.arrangement.clear()
        await self._rearrange()
        self.go(index)

    def sheet(self) -> Sheet | None:
        """The cells as they were read; paged rows can be exported in full."""
        if not self._columns.names:
            return None
        pages, fetch, value = self._pages, self._fetch, self.rows.value
        columns = tuple(Column(name) for name in self._columns.names)
        shown = self.rows.rows
        here = (self._cells(value) or None) if isinstance(value, int) else None
        if pages is None or fetch is None:
            cells = [self._shown[row.value] for row in shown if isinstance(row.value, int)]
            return Sheet(self._title, columns, lambda: cells, here, self._first)
        whole = paged_cells(lambda limit, offset: fetch(offset, limit).rows, _EXPORTED)
        return Sheet(self._title, columns, pages.loaded, here, self._first, len(pages), whole)

    def _cells(self, row: int) -> Cells | None:
        """The cells of a row; None if its page is not loaded."""
        if self._pages is not None:
            return self._pages.cells(row)
        return self._shown[row] if row < len(self._shown) else None

    def action_columns(self, step: int) -> None:
        """Scroll sideways by columns."""
        if self._columns.names:
            self._first = max(0, min(len(self._columns.names) - 1, self._first + step))
            self.rows.refresh()
            self._tell()

    def on_resize(self) -> None:
        """Update the title: other columns fit."""
        after_refresh(self, self._tell)

    def column_here(self) -> Sized | None:
        """The first visible column."""
        widths = self._columns.given(self._first, self._room)
        return Sized(self._columns.names[self._first], widths[0]) if widths else None

    def draw_widths(self) -> None:
        """Column titles and rows."""
        self._take_widths()
        self.rows.refresh()
        self._tell()

    @on(Heads.Dragged)
    def _dragged(self, event: Heads.Dragged) -> None:
        """Resize a dragged column."""
        event.stop()
        if self._first + event.place < len(self._columns.names):
            self.set_width(self._columns.names[self._first + event.place], event.cells)

    @on(Heads.Clicked)
    def _sort_by(self, event: Heads.Clicked) -> None:
        """Sort by the clicked column; again: the other way round."""
        event.stop()
        name, present = self._columns.names[self._first + event.place], self.rows.arrangement.order
        field = next((one for one in self.rows.orders() if one.column.name == name), None)
        if field is not None:
            turned = present is not None and present.column == name
            self.rows.set_order(Order(name, not present.descending) if present and turned else first_order(field))

    def fields(self) -> list[Field]:
        """The columns of the table, by which its rows are filtered and sorted."""
        return self._columns.fields()

    @property
    def _room(self) -> int:
        """The width of a row in cells."""
        return max(0, self.rows.scrollable_content_region.width - 1)

    def _line(self, cells: Cells, room: int) -> Content:
        """A row, from the first visible column on."""
        return self._columns.line(cells, self._first, room)

    def _want(self, page: int) -> None:
        """Request a page; the latest request is fetched next."""
        self._wanted = page
        if not self._fetching:
            self._fetching = True
            self.call_later(start, self, "pages", self._fetch_pages)

    async def _fetch_pages(self) -> None:
        """Fetch requested pages one at a time, since a thread cannot be interrupted."""
        try:
            while (page := self._wanted) is not None and self._fetch is not None:
                self._wanted, pages = None, self._pages
                table = await asked(self, self._fetch, page * PAGE, PAGE)
                if pages is not self._pages:  # other rows are shown by now, or these in another order
                    continue
                if table is None:
                    self.set_note("The rows can no longer be read.")
                    return
                self._take(page, table)
                self.rows.refresh()
                self._tell()
        finally:
            self._fetching = False

    def _take(self, page: int, table: Table) -> None:
        """Store a page."""
        self._columns.measure(table)
        if self._pages is not None:
            self._pages.put(page, table)

    @on(RowList.Moved)
    def _tell(self) -> None:
        """Update the column titles, and the title: row number, rows, visible columns."""
        room, heads = self._room, self.query_one(Heads)
        heads.update(Content(" ") + self._columns.heads(self._first, room))
        heads.widths = self._columns.given(self._first, room)
        parts = [self._title + self.rows.arrangement.describe(_TableRows.column_title)]
        if self._pages is not None and isinstance(self.rows.value, int):
            parts.append(f"row {number(self.rows.value + 1)} of {number(len(self._pages))}")
        elif self._pages is None and self.rows.filter_text:
            parts.append(f"{number(len(self.rows.rows))} of {number(len(self._shown))} rows")
        if self._columns.names:
            seen = self._columns.seen(self._first, room)
            of = len(self._columns.names)
            if seen < of:
                parts.append(f"columns {self._first + 1}–{self._first + seen} of {of}")
            if self._returns and self.rows.cursor >= 0:
                self.leave(msgspec.structs.replace(self.left, row=self.rows.cursor, column=self._first))
        self.border_title = Content(" · ".join(parts))


class _TableRows(RowList):
    """The rows of a table view; copy and export use the table's cells."""

    column_title = staticmethod(printable)
    """Columns of tables are named as the data name them."""

    def __init__(self, view: TableView) -> None:
        super().__init__()
        self._view = view

    def sheet(self) -> Sheet | None:
        """See `TableView.sheet`."""
        return self._view.sheet()

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The columns of the table."""
        return tuple(self._view.fields())

    def orders(self) -> list[Field]:
        """See `RowList.orders`; pages have no records, but may come sorted."""
        return sortable(self._view.fields()) if self._view.arranges else super().orders()

    def _arranged(self) -> Sequence[Row]:
        """Pages come as they are to be shown."""
        return self._source if self._view.arranges else super()._arranged()

    def _rearrange(self) -> None:
        """Have pages fetched anew."""
        if self._view.arranges:
            self._view.rearrange()
        else:
            super()._rearrange()


def _heading(text: str) -> Row:
    """A heading between rows, which the cursor skips."""
    return Row(lambda room: Content.styled(text[:room], "bold $accent"))
