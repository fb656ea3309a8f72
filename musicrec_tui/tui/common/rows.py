"""The rows of a list: one line each, drawn when it is seen, with the value and the record that it stands for."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

from textual.content import Content

Draw = Callable[[int], Content]


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        draw: makes the row's text for a width in cells; names in it are clean (`cells.fit`).
        value: the value of `Chosen` messages; None: the cursor skips the row.
        record: the record that the row shows (see `tabular.records`), for copy and export; None: none.
    """

    draw: Draw
    value: object | None = None
    record: object | None = None


class LazyRows(Sequence[Row]):
    """Rows that are made when they are drawn, so that a hundred thousand cost nothing.

    Args:
        count: how many.
        make: makes the row of an index.
    """

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """A row, or some of them."""
        indices = range(self._count)[index]
        return self._make(indices) if isinstance(indices, int) else [self._make(at) for at in indices]


def landing(rows: Sequence[Row], cursor: int, index: int, direction: int) -> int:
    """The nearest row with a value, from `index` in `direction`, else the other way; else the cursor's own."""
    if not rows:
        return cursor
    index = max(0, min(len(rows) - 1, index))
    ahead = range(index, len(rows)) if direction > 0 else range(index, -1, -1)
    back = range(index, -1, -1) if direction > 0 else range(index, len(rows))
    return next((at for at in itertools.chain(ahead, back) if rows[at].value is not None), cursor)
