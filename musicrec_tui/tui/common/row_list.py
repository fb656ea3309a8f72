"""A list of one-line rows that draws only what is seen: 10 or 100,000 rows cost the same."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, overload

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from musicrec_tui.tui.common import strips
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.two_keys import TwoKeys
from musicrec_tui.tui.common.verbs import DOWN, FIRST, HALF_DOWN, HALF_UP, LAST, OPEN, PAGE_DOWN, PAGE_UP, TOP, UP
from musicrec_tui.tui.tabular import records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet, Source, sheet_of

Draw = Callable[[int], Content]


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        draw: makes the row's text for a width in cells; names in it are clean (`cells.fit`).
        value: the value of `Chosen` messages; None: the cursor skips the row.
        record: the record that the row shows (see `tabular.records`), for copy and export; None: none.
    """

    draw: Draw
    value: object | None = None
    record: object | None = None


class LazyRows(Sequence[Row]):
    """Rows that are made when they are drawn, so that a hundred thousand cost nothing.

    Args:
        count: how many.
        make: makes the row of an index.
    """

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """A row, or some of them."""
        indices = range(self._count)[index]
        return self._make(indices) if isinstance(indices, int) else [self._make(at) for at in indices]


@dataclass
class RowListMessage(Message):
    """A message of a list."""

    rows: "RowList"

    @property
    def control(self) -> "RowList":
        """The list, for selectors of `@on`."""
        return self.rows


class RowList(ScrollView, TabularWidget, TwoKeys, can_focus=True):
    """Rows with a cursor: arrows or `j`/`k` move it, Enter chooses. A note stands in where there are no rows."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "list.down", "move(1)", DOWN, "Next row", "Move down in a list.", shown="j ↓", palette=False, guest=True
        ),
        Command(
            "list.up", "move(-1)", UP, "Previous row", "Move up in a list.", shown="k ↑", palette=False, guest=True
        ),
        Command("list.page_down", "page(1)", PAGE_DOWN, "Page down", "A page down.", palette=False, guest=True),
        Command("list.page_up", "page(-1)", PAGE_UP, "Page up", "A page up.", palette=False, guest=True),
        Command(
            "list.half_down",
            "half(1)",
            HALF_DOWN,
            "Half a page down",
            "Half a page down a list.",
            palette=False,
            guest=True,
        ),
        Command(
            "list.half_up", "half(-1)", HALF_UP, "Half a page up", "Half a page up a list.", palette=False, guest=True
        ),
        Command("list.first", "edge(-1)", FIRST, "First row", "To the top.", palette=False, guest=True),
        Command(
            "list.top", "edge(-1)", TOP, "First row", "To the top of a list.", palette=False, twice=True, guest=True
        ),
        Command("list.last", "edge(1)", LAST, "Last row", "To the end.", palette=False, guest=True),
        Command("list.choose", "choose", OPEN, "Open", "Open the selected row.", palette=False, guest=True),
        *TABLE_COMMANDS,
    )
    BINDINGS = bindings(OWN_COMMANDS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--note"}
    DEFAULT_CSS = """
    RowList {
        height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .rows--cursor { background: $foreground 0%; }
        &:focus > .rows--cursor { background: $primary 45%; color: $foreground; text-style: bold; }
        &:ansi:focus > .rows--cursor { background: ansi_cyan; color: ansi_black; text-style: none; }
        & > .rows--note { color: $foreground 65%; }
    }
    """

    cursor: reactive[int] = reactive(-1, repaint=False)
    """Index of the row under the cursor; -1: none."""

    @dataclass
    class Chosen(RowListMessage):
        """Enter was pressed on a row, or it was clicked."""

        value: object

    @dataclass
    class Moved(RowListMessage):
        """The cursor is on another row."""

        value: object

    @dataclass
    class EndNear(RowListMessage):
        """The last loaded row is nearly in sight, and there are more rows: see `add_rows`."""

    def __init__(self, *, id: str | None = None, classes: str | None = None, title: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._more = False
        self._note = ""
        self.table_name = title
        self.sources: dict[type, Source] = {}
        """By type of record: where its further rows come from. `set_rows` clears it."""
        self.signs: Callable[[object], str] = _no_sign
        """Gives what is drawn before a row of this value: nothing, or a sign with a space."""
        self._restored_cursor: int | None = None
        self.set_title(title)

    def set_title(self, title: str | Content) -> None:
        """Set the title above the list (clean text)."""
        self.border_title = title if isinstance(title, Content) else Content(title)

    def set_rows(self, rows: Sequence[Row], note: str = "", *, cursor: int | None = None, more: bool = False) -> None:
        """Show these rows, or `note` if there are none. The cursor goes to the first row with a value.

        `more`: there are further rows; `EndNear` is posted when they are needed.
        """
        self._rows, self._note, self._more = rows, note, more
        self.sources = {}
        if rows and cursor is None:
            cursor, self._restored_cursor = self._restored_cursor, None
        self._resize()
        self.scroll_to(y=0, animate=False, force=True)
        wanted = cursor if cursor is not None and 0 <= cursor < len(rows) else 0
        self.set_reactive(RowList.cursor, -1)
        self.cursor = next((index for index in range(wanted, len(rows)) if rows[index].value is not None), -1)
        self.refresh()

    def restore_cursor(self, cursor: int | None) -> None:
        """Put the cursor on this index when rows are shown next; None: on the first row."""
        self._restored_cursor = cursor

    def add_rows(self, rows: Sequence[Row], *, more: bool) -> None:
        """Append rows; cursor and scroll position stay. `more`: there are further rows."""
        self._rows, self._more = [*self._rows, *rows], more
        self._resize()
        self.refresh()

    def set_note(self, note: str) -> None:
        """Show a sentence instead of rows: loading, empty, failed."""
        self.set_rows((), note)

    def validate_cursor(self, cursor: int) -> int:
        """Limit the cursor to the last row."""
        return min(cursor, len(self._rows) - 1)

    @property
    def value(self) -> object | None:
        """The value of the row under the cursor."""
        return self._rows[self.cursor].value if 0 <= self.cursor < len(self._rows) else None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are shown."""
        return self._rows

    def record_of(self, row: Row) -> object | None:
        """The record of a row."""
        return row.record

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The columns of records of this type; none if it is no record."""
        return records.fields(record)

    def sheet(self) -> Sheet | None:
        """A table of the rows whose records have the type of the one under the cursor."""
        here = self.record_of(self._rows[self.cursor]) if 0 <= self.cursor < len(self._rows) else None
        return sheet_of(self.table_name, lambda: map(self.record_of, self._rows), here, self.fields_of, self.sources)

    def _resize(self) -> None:
        """Set the height of the content. It has no width: with one, every new size is laid out twice."""
        self.virtual_size = Size(0, len(self._rows))

    def on_resize(self, _event: events.Resize) -> None:
        """Scroll to the cursor."""
        self._reveal()

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the old and the new row, scroll to the cursor, post `Moved`."""
        for index in (old, new):
            if index >= 0:
                self.refresh(Region(0, index - int(self.scroll_y), self.size.width, 1))
        self._reveal()
        self._look_ahead(new)
        if (value := self.value) is not None:
            self.post_message(self.Moved(self, value))

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Scrolling by wheel may come near the end, too."""
        super().watch_scroll_y(old, new)
        self._look_ahead(int(new))

    def _look_ahead(self, index: int) -> None:
        """Post `EndNear` once, less than two screens before the end."""
        if self._more and self._rows and index + 2 * self.size.height >= len(self._rows):
            self._more = False
            self.post_message(self.EndNear(self))

    def _reveal(self) -> None:
        """Scroll so that the cursor's row and a heading right above it are visible."""
        if self.cursor < 0 or not self.size.height:
            return
        top = self.cursor - 1 if self.cursor and self._rows[self.cursor - 1].value is None else self.cursor
        height = self.scrollable_content_region.height
        if top < self.scroll_y:
            self.scroll_to(y=top, animate=False, force=True)
        elif self.cursor >= self.scroll_y + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible rows."""
        width = self.scrollable_content_region.width
        if width <= 0:  # a border and a scrollbar can take all that a narrow terminal leaves
            return Strip.blank(0)
        if not self._rows:
            return strips.folded(self, self._note, y, width, self.get_visual_style("rows--note"))
        index = y + int(self.scroll_y)
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        here = index == self.cursor
        row = self._rows[index]
        mark = "▸" if here and row.value is not None else " "
        sign = self.signs(row.value)
        line = Content(mark + sign) + row.draw(max(0, width - 1 - len(sign)))
        style = self.get_visual_style("rows--cursor") if here else self.visual_style
        strip = strips.line(self, line, width, style)
        return strips.one_colour(strip, style.rich_style) if here and self.has_focus else strip

    def action_move(self, step: int) -> None:
        """Move the cursor to the next row with a value, up or down."""
        index = self.cursor + step
        while 0 <= index < len(self._rows):
            if self._rows[index].value is not None:
                self.cursor = index
                return
            index += step
        if step < 0:
            self.scroll_to(y=0, animate=False, force=True)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a page."""
        self._jump(direction, self.scrollable_content_region.height - 1)

    def action_half(self, direction: int) -> None:
        """Move the cursor by half a page."""
        self._jump(direction, self.scrollable_content_region.height // 2)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or last row."""
        self._jump(direction, len(self._rows))

    def _jump(self, direction: int, rows: int) -> None:
        """Move the cursor by so many rows, at least one, and on to a row that can be chosen."""
        self.cursor = _landing(self._rows, self.cursor, self.cursor + direction * max(1, rows), direction)

    def action_choose(self) -> None:
        """Post `Chosen` for the row under the cursor."""
        if (value := self.value) is not None:
            self.post_message(self.Chosen(self, value))

    def on_click(self, click: events.Click) -> None:
        """Move the cursor to the clicked row; a click on the cursor's row chooses it."""
        offset = click.get_content_offset(self)
        index = int(self.scroll_y) + offset.y if offset else -1
        if 0 <= index < len(self._rows) and self._rows[index].value is not None:
            if index == self.cursor:
                self.action_choose()
            self.cursor = index


def _no_sign(_value: object) -> str:
    """Nothing."""
    return ""


def _landing(rows: Sequence[Row], cursor: int, index: int, direction: int) -> int:
    """The nearest row with a value, from `index` in `direction`, else the other way; else the cursor's own."""
    if not rows:
        return cursor
    index = max(0, min(len(rows) - 1, index))
    ahead = range(index, len(rows)) if direction > 0 else range(index, -1, -1)
    back = range(index, -1, -1) if direction > 0 else range(index, len(rows))
    return next((at for at in itertools.chain(ahead, back) if rows[at].value is not None), cursor)
