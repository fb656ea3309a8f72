"""A table as values: what can be copied of a list, a table or a plot, and exported."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from musicrec_tui.dataset.export_rows import Cells, Column
from musicrec_tui.tui.tabular.pictures import Picture

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
