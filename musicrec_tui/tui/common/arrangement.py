"""How a list is filtered and sorted: a text that rows must have, and the column that they are sorted by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from musicrec_tui.dataset.table_files import Value
from musicrec_tui.text import search_name
from musicrec_tui.tui.tabular.records import Field

T = TypeVar("T")


def plain(column: str) -> str:
    """A column's name as words."""
    return column.replace("_", " ")


class Listed(Protocol):
    """A row of a list."""

    @property
    def value(self) -> object | None:
        """What it stands for; None: a heading or remark."""


R = TypeVar("R", bound=Listed)


class Order(NamedTuple):
    """The column that rows are sorted by, and whether the largest come first."""

    column: str
    descending: bool


@dataclass
class Arrangement(Generic[R]):
    """The filter and the order of a list.

    Attributes:
        text: rows without it are hidden; empty: all are shown.
        order: None: as they were listed.
    """

    text: str = ""
    order: Order | None = None

    @property
    def active(self) -> bool:
        """Whether anything differs from the list as it was made."""
        return bool(self.text) or self.order is not None

    def clear(self) -> None:
        """All rows, as listed."""
        self.text, self.order = "", None

    def arrange(
        self,
        rows: Sequence[R],
        record_of: Callable[[R], object | None],
        fields_of: Callable[[object], tuple[Field, ...]],
    ) -> Sequence[R]:
        """The rows that have the text, in the order; without both the rows themselves.

        Headings and remarks, which have no record, are left out where there is a filter or an order.
        """
        if not self.active:
            return rows
        kept = [(row, record) for row in rows if (record := record_of(row)) is not None]
        if self.text:
            wanted = search_name(self.text)
            kept = [(row, record) for row, record in kept if _has(wanted, fields_of(record), record)]
        if self.order is not None:
            column, descending = self.order
            valued = [(row, _value(column, fields_of(record), record)) for row, record in kept]
            present = [(row, value) for row, value in valued if value is not None]
            present.sort(key=lambda pair: _rank(pair[1]), reverse=descending)
            return [*(row for row, _ in present), *(row for row, value in valued if value is None)]
        return [row for row, _ in kept]

    def describe(self, name_of: Callable[[str], str] = plain) -> str:
        """The filter and the order for a title: ` · /abc · plays ↓`; empty where there is none."""
        filtered = f" · /{self.text}" if self.text else ""
        if self.order is None:
            return filtered
        return f"{filtered} · {name_of(self.order.column)} {'↓' if self.order.descending else '↑'}"


def sortable(fields: Sequence[Field]) -> list[Field]:
    """The columns that rows can be sorted by: those that are seen."""
    return [one for one in fields if one.seen]


def first_order(field: Field) -> Order:
    """The order when a column is first chosen: texts from A, numbers and times from the largest."""
    return Order(field.column.name, field.column.kind != "text")


def _has(wanted: str, fields: Sequence[Field], record: object) -> bool:
    """Whether a record has the text in a column that is seen."""
    for field in sortable(fields):
        value = field.value(record)
        if value is not None and not isinstance(value, bool) and wanted in search_name(str(value)):
            return True
    return False


def _value(column: str, fields: Sequence[Field], record: object) -> Value:
    """A record's value in a column; None if it has none."""
    field = next((one for one in fields if one.column.name == column), None)
    return None if field is None else field.value(record)


def _rank(value: object) -> tuple[int, float, str]:
    """What values of one column are compared by: numbers and times by size, texts without case and accents."""
    if isinstance(value, bool | int | float):
        return 0, float(value), ""
    if isinstance(value, datetime):
        return 0, value.timestamp(), ""
    return 1, 0.0, search_name(str(value))
