"""What can be asked about: tables with their columns. Enter puts a name into the query."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from musicrec_tui.tui.common.cells import DIM, fit, short
from musicrec_tui.tui.common.row_list import Row, RowList

if TYPE_CHECKING:
    from musicrec_tui.dataset.sql.tables import TableOfIndex


class Named(NamedTuple):
    """What a row stands for: a table, or a column of it."""

    table: str
    name: str


class TableList(RowList):
    """The tables of the index; each is followed by its columns."""

    def __init__(self) -> None:
        super().__init__(id="tables", title="Tables")

    def show(self, tables: "tuple[TableOfIndex, ...]") -> None:
        """List them."""
        rows: list[Row] = []
        for table in tables:
            rows.append(Row(partial(_table, table.name, short(table.rows)), Named(table.name, table.name)))
            rows += [Row(partial(_column, one.name, one.type), Named(table.name, one.name)) for one in table.columns]
        self.set_rows(rows)


def _table(name: str, rows: str, width: int) -> Content:
    """A table with its size."""
    return Content.assemble((fit(name, max(1, width - 6)), "bold"), (fit(rows, 6, right=True), DIM))


def _column(name: str, kind: str, width: int) -> Content:
    """A column with its type."""
    left = min(max(len(name) + 1, width - 13), width - 3)
    return Content.assemble(f" {fit(name, left)}", (fit(kind.lower(), max(0, width - left - 1)), DIM))
