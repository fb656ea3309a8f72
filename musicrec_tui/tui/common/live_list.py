"""A list of runs or tunings that changes while they run, below a row that opens the form for a new one."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.content import Content

from musicrec_tui.runs.status import Status
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row

NEW = "new"


class Item(Protocol):
    """A run or a tuning."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def status(self) -> Status:
        """Queued, running, finished and so on."""

    @property
    def starred(self) -> bool:
        """Whether the user starred it."""


I = TypeVar("I", bound=Item)  # noqa: E741  (one letter, as type variables have)


class LiveList(RowList, Generic[I]):
    """A list whose rows look up their item when they are drawn, so that a changed item needs no new rows."""

    TITLE: ClassVar[str] = ""
    NEW_ROW: ClassVar[str] = ""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, title=self.TITLE)
        self._items: dict[str, I] = {}
        self._shape: tuple[tuple[str, bool], ...] = ()
        self._title = self.TITLE

    @abstractmethod
    def draw_item(self, item: I, width: int) -> Content:
        """The row of an item, `width` cells wide."""

    @property
    def item(self) -> I | None:
        """The item under the cursor; None on the row for a new one."""
        value = self.value
        return self._items.get(value) if isinstance(value, str) else None

    def has_second(self, item: I) -> bool:
        """Whether an item has a second line."""
        return False

    def draw_second(self, item: I, width: int) -> Content:
        """The second line of an item that has one."""
        return Content(" " * width)

    def show(self, items: Sequence[I]) -> None:
        """List these items: running ones first, then starred ones, otherwise in the given order (newest first).

        The cursor stays on its item. Only lines whose item is different now are drawn again.
        """
        before, shape = self._items, self._shape
        ordered = sorted(items, key=lambda item: (not item.status.live, not item.starred))
        self._items = {item.id: item for item in ordered}
        self._shape = tuple((item.id, self.has_second(item)) for item in ordered)
        alive = sum(item.status.live for item in items)
        self._count(f"{self.TITLE}, {alive} running" if alive else self.TITLE)
        if self._shape == shape and self.rows:
            self._redraw({name for name, item in self._items.items() if item != before[name]})
            return
        here, near = self.value, self.cursor
        rows = [Row(self._draw_new, NEW)]
        for name, two in self._shape:
            rows.append(Row(partial(self._draw, name), name))
            if two:
                rows.append(Row(partial(self._draw_below, name)))
        there = next((place for place, row in enumerate(rows) if row.value == here), None)
        self.set_rows(rows, cursor=_nearest(rows, near) if there is None else there)

    def _count(self, title: str) -> None:
        """Put the number of running items into the title, if it changed."""
        if title != self._title:
            self._title = title
            self.set_title(title)

    def _redraw(self, changed: set[str]) -> None:
        """Draw the lines of these items again."""
        for place, row in enumerate(self.rows):
            if row.value in changed:
                self.refresh_lines(place, 2)

    def record_of(self, row: Row) -> object | None:
        """The current item of a row."""
        return self._items.get(row.value) if isinstance(row.value, str) else None

    def go_to(self, value: str) -> None:
        """Put the cursor on an item by its id, or on `NEW`."""
        place = next((place for place, row in enumerate(self.rows) if row.value == value), None)
        if place is not None:
            self.cursor = place

    def _draw(self, item: str, width: int) -> Content:
        """The row of an item."""
        return self.draw_item(self._items[item], width) if item in self._items else Content("")

    def _draw_below(self, item: str, width: int) -> Content:
        """The second row of an item."""
        return self.draw_second(self._items[item], width) if item in self._items else Content("")

    def _draw_new(self, width: int) -> Content:
        """The row that stands for the form."""
        return Content(fit(self.NEW_ROW, width))


def _nearest(rows: Sequence[Row], place: int) -> int:
    """The last row up to `place` that can be chosen; the first of all where there was no cursor."""
    places = [at for at, row in enumerate(rows[: place + 1]) if row.value is not None]
    return places[-1] if places else 0
