"""A list of one-line rows that draws only what is seen: 10 or 100,000 rows cost the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from musicrec_tui.text import printable
from musicrec_tui.tui.common import strips
from musicrec_tui.tui.common.arrangement import Arrangement, Order, plain, sortable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.filter_line import FilterLine
from musicrec_tui.tui.common.rows import Row, landing
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, SortWanted, TabularWidget
from musicrec_tui.tui.common.two_keys import TwoKeys
from musicrec_tui.tui.common.verbs import (
    CLOSE,
    DOWN,
    FIND,
    FIRST,
    HALF_DOWN,
    HALF_UP,
    LAST,
    OPEN,
    PAGE_DOWN,
    PAGE_UP,
    SORT,
    TOP,
    UP,
)
from musicrec_tui.tui.tabular import records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet, Source, sheet_of

ALL = 2**31 - 1
"""More rows than any list has."""
_LEAST = 200
"""So many further rows are asked for at least."""
_LOOK = 10
"""A record is looked for in so many first rows."""
_LONGEST_FILTER = 40


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
        Command("list.down", "move(1)", DOWN, "Next row", "Move down in a list.", shown="j ↓", palette=False,
                guest=True),
        Command("list.up", "move(-1)", UP, "Previous row", "Move up in a list.", shown="k ↑", palette=False,
                guest=True),
        Command("list.page_down", "page(1)", PAGE_DOWN, "Page down", "A page down.", palette=False, guest=True),
        Command("list.page_up", "page(-1)", PAGE_UP, "Page up", "A page up.", palette=False, guest=True),
        Command("list.half_down", "half(1)", HALF_DOWN, "Half a page down", "Half a page down a list.",
                palette=False, guest=True),
        Command("list.half_up", "half(-1)", HALF_UP, "Half a page up", "Half a page up a list.", palette=False,
                guest=True),
        Command("list.first", "edge(-1)", FIRST, "First row", "To the top.", palette=False, guest=True),
        Command("list.top", "edge(-1)", TOP, "First row", "To the top of a list.", palette=False, twice=True,
                guest=True),
        Command("list.last", "edge(1)", LAST, "Last row", "To the end.", palette=False, guest=True),
        Command("list.choose", "choose", OPEN, "Open", "Open the selected row.", palette=False, guest=True),
        Command("list.filter", "filter", FIND, "Filter this list", "Show only rows with a text; // searches the log.",
                footer="filter", guest=True, also="search find"),
        Command("list.clear", "clear_filter", CLOSE, "Clear the filter", "Show all rows of the list again.",
                footer="all rows", guest=True),
        Command("list.sort", "sort", SORT, "Sort this list", "Choose the column; again: the other way round.",
                footer="sort", guest=True, also="order"),
        *TABLE_COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)
    ARRANGED: ClassVar[tuple[str, ...]] = ("filter", "sort")
    """What is done as in all lists; what is left out has a way of its own."""
    column_title: Callable[[str], str] = staticmethod(plain)
    """Gives the title of a column of its records by the column's name."""
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
        """The last loaded row is nearly in sight, and there are more rows: see `add_rows` and `show_more`."""

        wanted: int = ALL
        """So many rows are needed, counted from the first."""

    def __init__(self, *, id: str | None = None, classes: str | None = None, title: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._source: Sequence[Row] = ()
        """All loaded rows; `_rows` are those that are shown, in their order."""
        self.arrangement: Arrangement[Row] = Arrangement()
        self._more = self._pending = False
        """Whether there are further rows, and whether they were asked for."""
        self._to_end = False
        """Whether the cursor goes to the last row once all are loaded."""
        self._owed = 0
        """So many rows further the cursor goes once they are loaded: pages that were turned beyond the last one."""
        self._note = ""
        self._plain_title = Content("")
        self.table_name = title
        self.sources: dict[type, Source] = {}
        """By type of record: where its further rows come from. `set_rows` clears it."""
        self.signs: Callable[[object], str] = _no_sign
        """Gives what is drawn before a row of this value: nothing, or a sign with a space."""
        self._restored_cursor: int | None = None
        self.set_title(title)

    def set_title(self, title: str | Content) -> None:
        """Set the title above the list (clean text)."""
        self._plain_title = title if isinstance(title, Content) else Content(title)
        self.border_title = self._plain_title + Content(
            printable(self.arrangement.describe(self.column_title), _LONGEST_FILTER)
        )

    def set_rows(self, rows: Sequence[Row], note: str = "", *, cursor: int | None = None, more: bool = False) -> None:
        """Show these rows, or `note` if there are none. The cursor goes to the first row with a value.

        `more`: there are further rows; `EndNear` is posted when they are needed.
        """
        self._hold_rows(rows)
        self._note = note
        self._more, self._pending, self._to_end, self._owed = more, False, False, 0
        self._rows = self._arranged()
        self.sources = {}
        if rows and cursor is None:
            cursor, self._restored_cursor = self._restored_cursor, None
        self._begin_at(cursor)
        if self.arrangement.active:
            self._want_rows(ALL)

    def _begin_at(self, cursor: int | None) -> None:
        """Draw the rows from the first on, with the cursor on this index, else on the first row with a value."""
        rows = self._rows
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
        self.show_more([*self._source, *rows], more=more)

    def show_more(self, rows: Sequence[Row], *, more: bool) -> None:
        """Show these rows, which begin with those that are loaded; cursor and scroll position stay."""
        here = self.value
        self._hold_rows(rows)
        self._more, self._pending = more, False
        self._rows = self._arranged()
        self._resize()
        if self.arrangement.active:
            self._return_to(here)
        self.refresh()
        if self._to_end and not more:
            self._to_end = False
            self.action_edge(1)
        elif more and (self._to_end or self.arrangement.active):
            self._want_rows(ALL)
        else:
            owed, self._owed = self._owed, 0
            if owed:
                self._jump(1, owed)
            self._look_ahead(self.cursor)

    def _hold_rows(self, rows: Sequence[Row]) -> None:
        """Set the loaded rows; the footer offers to sort and to filter as soon as there is something to sort."""
        before = bool(self.orders())
        self._source = rows
        if bool(self.orders()) != before:
            self.refresh_bindings()

    def _arranged(self) -> Sequence[Row]:
        """The loaded rows that pass the filter, in their order."""
        return self.arrangement.arrange(self._source, self.record_of, self.fields_of)

    @property
    def filter_text(self) -> str:
        """What the list is filtered by; empty: nothing."""
        return self.arrangement.text

    def set_filter(self, text: str) -> None:
        """Show only rows with this text in a visible column; empty: all. Rows that are not loaded are asked for."""
        self.arrangement.text = text.strip()
        self._rearrange()

    def set_order(self, order: Order | None) -> None:
        """Sort by a column; None: as listed. Rows that are not loaded are asked for."""
        self.arrangement.order = order
        self._rearrange()

    def orders(self) -> list[Field]:
        """The columns that the list can be sorted by; none: it cannot."""
        record = next((one for row in self._source[:_LOOK] if (one := self.record_of(row)) is not None), None)
        return sortable(self.fields_of(record)) if record is not None else []

    def _rearrange(self) -> None:
        """Show the rows with the present filter and order; the cursor stays on its row if that is shown."""
        here = self.value
        self._rows = self._arranged()
        self._begin_at(None)
        self._return_to(here)
        self.set_title(self._plain_title)
        self.refresh_bindings()
        if self.arrangement.active:
            self._want_rows(ALL)

    def _return_to(self, value: object | None) -> None:
        """Put the cursor on the row of a value, if it is shown."""
        if value is not None:
            at = next((at for at, row in enumerate(self._rows) if row.value is value or row.value == value), None)
            if at is not None:
                self.cursor = at

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Sorting and filtering need columns; a filter is cleared where there is one."""
        if action in ("filter", "sort"):
            return action in self.ARRANGED and bool(self.orders())
        if action == "clear_filter":
            return bool(self.arrangement.text)
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Open the filter line; a second `/` opens the screen's search."""
        self.app.push_screen(FilterLine(self))

    def action_search(self) -> None:
        """Open the screen's search, where there is one."""
        search = getattr(self.screen, "action_search", None)
        if search is not None:
            search()

    def action_clear_filter(self) -> None:
        """Show all rows."""
        self.set_filter("")

    def action_sort(self) -> None:
        """Ask for the column to sort by."""
        self.post_message(SortWanted(self.orders(), self.arrangement.order, self.set_order, self.column_title))

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
    def cursor_line(self) -> int | None:
        """The line of the screen that the cursor is on; None: it is not seen."""
        line = self.content_region.y + self.cursor - int(self.scroll_y)
        return line if self.cursor >= 0 and self.content_region.y <= line < self.content_region.bottom else None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are shown."""
        return self._rows

    @property
    def loaded(self) -> Sequence[Row]:
        """All rows that are loaded, shown or not, as listed."""
        return self._source

    def record_of(self, row: Row) -> object | None:
        """The record of a row."""
        return row.record

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The columns of records of this type; none if it is no record."""
        return records.fields(record)

    def sheet(self) -> Sheet | None:
        """A table of the shown rows whose records have the type of the one under the cursor."""
        here = self.record_of(self._rows[self.cursor]) if 0 <= self.cursor < len(self._rows) else None
        sources = {} if self.arrangement.active else self.sources
        return sheet_of(self.table_name, lambda: map(self.record_of, self._rows), here, self.fields_of, sources)

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
        if self._rows and index + 2 * self.size.height >= len(self._rows):
            self._want_rows(len(self._source) + max(_LEAST, 2 * self.size.height))

    def _want_rows(self, wanted: int) -> None:
        """Post `EndNear` if there are more rows and none were asked for."""
        if self._more:
            self._more, self._pending = False, True
            self.post_message(self.EndNear(self, wanted))

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
            note = "No row has this text. Esc clears the filter." if self.arrangement.text else self._note
            return strips.folded(self, note, y, width, self.get_visual_style("rows--note"))
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
        self._to_end, self._owed = False, 0
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
        """Move the cursor to the first or last row; where the last is not loaded yet, once it is."""
        self._jump(direction, len(self._rows))
        if direction > 0 and (self._more or self._pending):
            self._to_end, self._owed = True, 0
            self._want_rows(ALL)

    def _jump(self, direction: int, rows: int) -> None:
        """Move the cursor by so many rows, at least one, and on to a row that can be chosen."""
        self._to_end = False
        target = self.cursor + direction * max(1, rows)
        beyond = target - len(self._rows) + 1
        self._owed = self._owed + beyond if direction > 0 and beyond > 0 and (self._more or self._pending) else 0
        self.cursor = landing(self._rows, self.cursor, target, direction)

    def action_choose(self) -> None:
        """Post `Chosen` for the row under the cursor."""
        if (value := self.value) is not None:
            self.post_message(self.Chosen(self, value))

    def on_click(self, click: events.Click) -> None:
        """Move the cursor to the clicked row; a click on the cursor's row chooses it."""
        if click.y == 0 and self.styles.border_top[0] and self.check_action("sort", ()):
            self.action_sort()
            return
        offset = click.get_content_offset(self)
        index = int(self.scroll_y) + offset.y if offset else -1
        if 0 <= index < len(self._rows) and self._rows[index].value is not None:
            if index == self.cursor:
                self.action_choose()
            self.cursor = index


def _no_sign(_value: object) -> str:
    """Nothing."""
    return ""
