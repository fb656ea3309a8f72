"""Rows of a table that are fetched a page at a time, when they are about to be drawn."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import overload

from textual.content import Content

from musicrec_tui.dataset.records import Table
from musicrec_tui.tui.common.cells import DIM
from musicrec_tui.tui.common.row_list import Row

PAGE = 200
_KEPT = 8
Cells = tuple[str | None, ...]


class Pages(Sequence[Row]):
    """As many rows as there are, of which a few pages are here; drawing one that is not asks for its page.

    Args:
        total: rows in all.
        draw: makes a row's text of its cells, for a width.
        want: called with the number of a page that is to be fetched.
    """

    def __init__(self, total: int, draw: Callable[[Cells, int], Content], want: Callable[[int], None]) -> None:
        self._total = total
        self._draw = draw
        self._want = want
        self._pages: OrderedDict[int, Table] = OrderedDict()

    def put(self, page: int, table: Table) -> None:
        """A page has come; the one that was looked at least lately goes."""
        self._pages[page] = table
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    def cells(self, index: int) -> Cells | None:
        """The cells of a row, where its page is here."""
        page, place = divmod(index, PAGE)
        if (table := self._pages.get(page)) is None:
            return None
        self._pages.move_to_end(page)
        return table.rows[place] if place < len(table.rows) else ()

    def loaded(self) -> list[Cells]:
        """The rows whose pages are here, in their order."""
        return [row for page in sorted(self._pages) for row in self._pages[page].rows]

    def __len__(self) -> int:
        """All rows, here or not."""
        return self._total

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """A row that knows its number; its cells are looked up when it is drawn."""
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._total))]
        if not 0 <= index < self._total:
            raise IndexError(index)
        return Row(lambda room: self._drawn(index, room), index)

    def _drawn(self, index: int, room: int) -> Content:
        """The row's text, or dots until it has come."""
        if (cells := self.cells(index)) is None:
            self._want(index // PAGE)
            return Content.styled("…"[:room], DIM)
        return self._draw(cells, room)
