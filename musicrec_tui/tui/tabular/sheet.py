"""A table as values: what can be copied of a list, a table or a plot, and exported."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.tui.tabular.pictures import Picture
from musicrec_tui.tui.tabular.records import Field, cells_of, columns_of

Cancelled = Callable[[], bool]
Pages = Callable[[Cancelled], Iterable[Sequence[Cells]]]
"""All rows, some at a time; called in a thread, with a function that says whether to stop."""


@dataclass(frozen=True)
class Sheet:
    """The table that a widget shows. Values are raw.

    Attributes:
        title: what the rows are: "Top artists".
        columns: of them.
        loaded: makes the rows that are here.
        here: the row under the cursor; None where there is none.
        cell: the column of it that is meant where one value is.
        total: how many rows there are; 0: those that are here are all.
        whole: all of them, from where they come from; None: only those that are here can be had.
        reach: how many `whole` gives at most; 0: all.
        pictures: makes what can be drawn of them, one below the other; None: nothing.
    """

    title: str
    columns: tuple[Column, ...]
    loaded: Callable[[], Sequence[Cells]]
    here: Cells | None = None
    cell: int = 0
    total: int = 0
    whole: Pages | None = None
    reach: int = 0
    pictures: Callable[[], Sequence[Picture]] | None = None


class Source(NamedTuple):
    """Where all records of a kind come from: how many they are, how to get them, how many of them (see `Sheet`)."""

    total: int
    whole: Pages | None = None
    reach: int = 0


def sheet_of(
    title: str,
    records: Callable[[], Iterable[object | None]],
    here: object | None,
    fields_of: Callable[[object], tuple[Field, ...]],
    sources: dict[type, Source],
) -> Sheet | None:
    """The records of one kind: of the one under the cursor, else of the first that there is; None without any.

    Args:
        title: what they are.
        records: goes through them; None where a row tells of nothing.
        here: the one under the cursor.
        fields_of: the columns of a kind.
        sources: by kind, what there is beside the records of the list.
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
