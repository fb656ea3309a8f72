"""What is copied of a table, and how that is told."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.tabular.formats import Extent, Format
from musicrec_tui.tui.tabular.sheet import Sheet


class Choice(NamedTuple):
    """How much, and as what."""

    extent: Extent = "row"
    format: Format = "TSV"


def rows_of(sheet: Sheet, extent: Extent) -> tuple[tuple[Column, ...], Sequence[Cells]]:
    """The columns and the rows of what is meant; no rows where there is no cursor."""
    if extent == "table":
        return sheet.columns, sheet.loaded()
    if sheet.here is None:
        return sheet.columns, ()
    if extent == "row":
        return sheet.columns, (sheet.here,)
    return (sheet.columns[sheet.cell],), ((sheet.here[sheet.cell],),)


def told(sheet: Sheet, choice: Choice, rows: int) -> str:
    """A sentence about what was copied: how much, of how much, as what."""
    columns = len(sheet.columns)
    as_what = f"as {choice.format}"
    if choice.extent == "cell":
        as_what = as_what if choice.format == "JSON" else "as text"
        return f"Copied 1 cell ({printable(sheet.columns[sheet.cell].name, 40)}) {as_what}."
    if choice.extent == "row":
        return f"Copied 1 row {as_what} ({counted(columns, 'cell')})."
    if rows < sheet.total:
        return f"Copied {number(rows)} of {number(sheet.total)} rows {as_what}: those that are loaded."
    return f"Copied {counted(rows, 'row')} {as_what} ({counted(columns, 'column')})."
