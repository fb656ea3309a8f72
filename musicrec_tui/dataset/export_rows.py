"""Rows of Python values as a file. Light: screens describe their tables with this; pyarrow comes with the writing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

Value = str | int | float | bool | datetime | None
Cells = tuple[Value, ...]
Kind = Literal["text", "whole", "number", "truth", "time"]


class Column(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes:
        name: of it, raw.
        kind: what its values are where they are not missing (`time`: an aware `datetime`).
    """

    name: str
    kind: Kind = "text"


def write(columns: Sequence[Column], pages: Iterable[Sequence[Cells]], target: Path) -> int:
    """Write rows to a CSV, Parquet or JSON file, in their order and raw (see `export.write_table`).

    Args:
        columns: at least one; those of equal name are told apart by a number.
        pages: some rows at a time, consumed as they are written.
        target: its ending says the format.

    Returns:
        The rows written.

    Raises:
        UserError: the format is unknown, or the file cannot be written.
    """
    import pyarrow

    from musicrec_tui.dataset.export import write_table

    kinds: dict[Kind, Any] = {
        "text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "truth": pyarrow.bool_(),
        "time": pyarrow.timestamp("us", tz="UTC"),
    }  # fmt: skip
    names = unlike([column.name for column in columns])
    schema = pyarrow.schema(
        [pyarrow.field(name, kinds[column.kind]) for name, column in zip(names, columns, strict=True)]
    )

    def batches() -> Iterator[Any]:
        for page in pages:
            values = zip(*page, strict=True) if page else ((),) * len(columns)
            arrays = [pyarrow.array(one, field.type) for one, field in zip(values, schema, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    return write_table(batches(), target, schema)


def unlike(names: Sequence[str]) -> list[str]:
    """Names of which no two are equal: the second `artist` becomes `artist_2`."""
    taken: set[str] = set()
    told = []
    for name in names:
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free)
        told.append(free)
    return told
