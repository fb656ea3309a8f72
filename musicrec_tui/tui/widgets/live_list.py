"""A list of what goes on by itself (jobs, tunings); above it a row for a new one."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.content import Content

from musicrec_tui.runs.status import Status
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.row_list import Row, RowList

NEW = "new"


class Item(Protocol):
    """A run or a tuning."""

    @property
    def id(self) -> str:
        """Tells it from others."""

    @property
    def status(self) -> Status:
        """Its state."""


I = TypeVar("I", bound=Item)  # noqa: E741  (one letter, as type variables have)


class LiveList(RowList, Generic[I]):
    """Rows look their item up when they are drawn, so that news of it needs no new rows."""

    TITLE: ClassVar[str] = ""
    NEW_ROW: ClassVar[str] = ""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, title=self.TITLE)
        self._items: dict[str, I] = {}

    @abstractmethod
    def draw_item(self, item: I, width: int) -> Content:
        """An item as it is now, in so many cells."""

    @property
    def item(self) -> I | None:
        """What the cursor is on; None on the row for a new one."""
        value = self.value
        return self._items.get(value) if isinstance(value, str) else None

    def show(self, items: Sequence[I]) -> None:
        """Show these, newest first; the cursor stays on its item."""
        known = tuple(self._items)
        self._items = {item.id: item for item in items}
        alive = sum(item.status.live for item in items)
        self.set_title(f"{self.TITLE}, {alive} at work" if alive else self.TITLE)
        if tuple(self._items) == known and self.rows:
            self.refresh()
            return
        here = self.value
        rows = [Row(self._draw_new, NEW), *(Row(partial(self._draw, item), item) for item in self._items)]
        self.set_rows(rows, cursor=next((place for place, row in enumerate(rows) if row.value == here), 0))

    def record_of(self, row: Row) -> object | None:
        """The item as it is now."""
        return self._items.get(row.value) if isinstance(row.value, str) else None

    def go_to(self, value: str) -> None:
        """Put the cursor on an item by its id, or on `NEW`."""
        place = next((place for place, row in enumerate(self.rows) if row.value == value), None)
        if place is not None:
            self.cursor = place

    def _draw(self, item: str, width: int) -> Content:
        """The row of an item."""
        return self.draw_item(self._items[item], width) if item in self._items else Content("")

    def _draw_new(self, width: int) -> Content:
        """The row that stands for the form."""
        return Content(fit(self.NEW_ROW, width))
