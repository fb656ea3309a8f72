"""Tables as lines of text: column widths, and rows that are fetched a page at a time."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import takewhile, zip_longest
from types import MappingProxyType

from rich.cells import cell_len
from textual.content import Content

from musicrec_tui.dataset.records import Table
from musicrec_tui.dataset.table_files import Column
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.rows import LazyRows, Row
from musicrec_tui.tui.tabular.records import Field

_WIDEST, _NARROWEST = 40, 10
GAP = 2
"""Cells between columns."""
_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INT",
    "BIGINT",
    "DOUBLE",
    "FLOAT",
    "DECIMAL",
    "UTINY",
    "USMALL",
    "UINT",
    "UBIG",
    "HUGE",
)
HEADING = "bold $foreground 70%"
PAGE = 200
_KEPT = 8
Cells = tuple[str | None, ...]


class PagedRows(LazyRows):
    """All rows of a table, a few pages of which are loaded; drawing a row of another page requests that page.

    Args:
        total: number of rows.
        draw: makes a row's text of its cells, for a width.
        want: called with the number of a page to fetch.
    """

    def __init__(self, total: int, draw: Callable[[Cells, int], Content], want: Callable[[int], None]) -> None:
        super().__init__(total, lambda index: Row(lambda room: self._draw_row(index, room), index))
        self._draw = draw
        self._want = want
        self._pages: OrderedDict[int, Table] = OrderedDict()

    def put(self, page: int, table: Table) -> None:
        """Store a page; the least recently used one is dropped."""
        self._pages[page] = table
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    def cells(self, index: int) -> Cells | None:
        """The cells of a row; None if its page is not loaded."""
        page, place = divmod(index, PAGE)
        if (table := self._pages.get(page)) is None:
            return None
        self._pages.move_to_end(page)
        return table.rows[place] if place < len(table.rows) else ()

    def loaded(self) -> list[Cells]:
        """The loaded rows, in order."""
        return [row for page in sorted(self._pages) for row in self._pages[page].rows]

    def _draw_row(self, index: int, room: int) -> Content:
        """The row's text, or "…" until its page is loaded."""
        if (cells := self.cells(index)) is None:
            self._want(index // PAGE)
            return Content.styled("…"[:room], DIM)
        return self._draw(cells, room)


class Columns:
    """The columns of a table: their widths, and the drawing of a row from column `first` on.

    Widths only grow while pages are loaded, so that columns stand still.

    Args:
        names: of the columns, as the data have them.
        types: DuckDB's; numbers are set to the right.
        whole: number of leading columns that are not narrowed in favour of later ones.
    """

    def __init__(self, names: Sequence[str], types: Sequence[str], whole: int = 0) -> None:
        self.names = tuple(names)
        self._whole = whole
        self._right = [
            kind.upper().startswith(_NUMBERS) for _, kind in zip_longest(names, types[: len(names)], fillvalue="")
        ]
        self._wanted = [cell_len(printable(name)) for name in names]
        self.chosen: dict[int, int] = {}
        """Widths set by the user, by column index."""

    def fields(self) -> list[Field]:
        """The columns with their values as they are compared: numbers as such."""
        return [
            Field(Column(name, "number" if number else "text"), partial(_compared, at, number))
            for at, (name, number) in enumerate(zip(self.names, self._right, strict=False))
        ]

    def measure(self, table: Table) -> None:
        """Widen the columns for a page's values."""
        for row in table.rows:
            for at, cell in enumerate(row):
                self._wanted[at] = max(self._wanted[at], cell_len(_text(cell)))

    def seen(self, first: int, room: int) -> int:
        """The number of columns that fit into `room` cells, from `first` on."""
        return len(self.given(first, room))

    def heads(self, first: int, room: int) -> Content:
        """The column names as a line."""
        return self.line(self.names, first, room, HEADING)

    def line(self, cells: Sequence[str | None], first: int, room: int, style: str = "") -> Content:
        """A row as a line; a missing value is a dim dash."""
        given = self.given(first, room)
        parts = [
            Content.styled(fit(_text(cell), width, right=right), DIM if cell is None else style)
            for cell, width, right in zip(cells[first:], given, self._right[first:], strict=False)
        ]
        return Content(" " * GAP).join(parts)

    def given(self, first: int, room: int) -> list[int]:
        """The widths of the columns that fit into `room` cells, from `first` on."""
        chosen = {at - first: cells for at, cells in self.chosen.items()}
        whole = max(0, self._whole - first)
        behind = takewhile(lambda at: self._right[at], range(first + whole, len(self.names)))
        return widths(self._wanted[first:], room, whole, chosen, sum(GAP + self._wanted[at] for at in behind))


_NONE: Mapping[int, int] = MappingProxyType({})


def widths(
    wanted: Sequence[int], room: int, whole: int = 0, chosen: Mapping[int, int] = _NONE, behind: int = 0
) -> list[int]:
    """Widths of the leading columns that fit into `room`, two cells apart: none squeezed below what can be read.

    The first `whole` ones are as wide as they want to be, up to what one column may have and there is beside the
    `behind` cells of the numbers that follow them; those that are `chosen`, by their places, are exactly as wide as
    that, as long as there is so much room.
    """
    given: list[int] = []
    for at, width in enumerate(wanted):
        left = room - sum(given) - GAP * len(given)
        least = min(width, max(_NARROWEST, min(_WIDEST, left - behind)) if at < whole else _NARROWEST)
        least = chosen.get(at, least)
        if given and least > left:
            break
        given.append(min(least, max(room, 1)) if at in chosen else least)
    spare = room - sum(given) - GAP * (len(given) - 1)
    while spare > 0:
        growing = [at for at, width in enumerate(given) if at not in chosen and width < min(wanted[at], _WIDEST)]
        if not growing:
            break
        for at in growing[:spare]:
            given[at] += 1
            spare -= 1
    return given


def _compared(at: int, number: bool, cells: Cells) -> str | float | None:
    """The value of a cell: a number where the column has numbers."""
    text = cells[at] if at < len(cells) else None
    if text is None or not number:
        return text
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None


def _text(cell: str | None) -> str:
    """A cell's text."""
    return "–" if cell is None else printable(cell)
