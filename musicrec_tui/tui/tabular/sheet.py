"""A table as values: the content of a list, table or plot for copy and export."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.tui.tabular.pictures import Picture
from musicrec_tui.tui.tabular.records import Field, cells_of, columns_of

IsCancelled = Callable[[], bool]
RowPages = Callable[[IsCancelled], Iterable[Sequence[Cells]]]
"""All rows, a page at a time; called in a thread with a function that returns whether to stop."""


@dataclass(frozen=True)
class Sheet:
    """The displayed table of a widget. Values are raw.

    Attributes:
        title: such as "Top artists".
        columns: of them.
        loaded: makes the loaded rows.
        here: the row under the cursor; None: no cursor.
        cell: index of the selected column.
        total: number of rows; 0: all are loaded.
        whole: fetches all rows; None: only loaded rows are available.
        reach: the most rows of `whole`; 0: all.
        pictures: makes plots of the rows; None: no plots.
    """

    title: str
    columns: tuple[Column, ...]
    loaded: Callable[[], Sequence[Cells]]
    here: Cells | None = None
    cell: int = 0
    total: int = 0
    whole: RowPages | None = None
    reach: int = 0
    pictures: Callable[[], Sequence[Picture]] | None = None


class Source(NamedTuple):
    """Where all records of a type come from: `total`, `whole` and `reach` of a `Sheet`."""

    total: int
    whole: RowPages | None = None
    reach: int = 0


def sheet_of(
    title: str,
    records: Callable[[], Iterable[object | None]],
    here: object | None,
    fields_of: Callable[[object], tuple[Field, ...]],
    sources: dict[type, Source],
) -> Sheet | None:
    """The records of one type: that of the one under the cursor, else of the first; None if there are none.

    Args:
        title: of the table.
        records: iterates over the rows' records; None for a row without one.
        here: the record under the cursor.
        fields_of: the fields of a record's type.
        sources: where further records come from, by type.
    """
    sample = here if here is not None else next((one for one in records() if one is not None), None)
    described = fields_of(sample) if sample is not None else ()
    if not described:
        return None
    kind = type(sample)
    source = sources.get(kind, Source(0))
    return Sheet(
        title, columns_of(described),
        loaded=lambda: [cells_of(described, one) for one in records() if type(one) is kind],
        here=cells_of(described, here) if here is not None else None,
        total=source.total, whole=source.whole, reach=source.reach,
    )  # fmt: skip
