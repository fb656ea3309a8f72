"""Tables as files: CSV, Parquet or JSON, streamed and atomic. Names are written as the log has them.

Light: screens describe their tables with `Column` and check a file's name; pyarrow comes with the writing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from musicrec_tui import files
from musicrec_tui.dataset import formula_guard
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

FORMATS = (".csv", ".parquet", ".json")

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


class ExportReport(Protocol):
    """Called with the written rows and the total (0: unknown). May raise `Cancelled`: then no file is left."""

    def __call__(self, done: int, of: int) -> None:
        """Take note."""


def silent(done: int, of: int) -> None:
    """A report that does nothing."""


def check_target(target: Path, formats: Sequence[str] = FORMATS) -> None:
    """Refuse, before any work is done, a file name whose format we do not write.

    Args:
        target: the file.
        formats: the endings that will do, in small letters.

    Raises:
        UserError: the name has another ending, or it is a folder.
    """
    if target.suffix.lower() not in formats:
        raise UserError(f"Unknown format of {printable(str(target), None)}: end it with {', '.join(formats)}.")
    if target.is_dir():
        raise UserError(f"{printable(str(target), None)} is a folder; give a file name.")


def write_table(batches: Iterable[Any], target: Path, schema: Any = None, *, safe: bool = False) -> int:
    """Write Arrow record batches to a CSV, Parquet or JSON file, in their order.

    CSV has a header and quotes all text (null is empty, empty text is ""). JSON is one array of objects, one object on
    each line. A reader sees the whole file or none.

    Args:
        batches: an iterable of `pyarrow.RecordBatch`, consumed as it is written.
        target: its ending says the format.
        schema: of the batches; needed only where there may be none.
        safe: whether a CSV file guards its texts against spreadsheets (see `formula_guard`); one whose name ends in
            `.safe.csv` does so anyway.

    Returns:
        The rows written.

    Raises:
        UserError: the format is unknown, or the file cannot be written.
    """
    check_target(target)
    source = iter(batches)
    first: Any = next(source, None)
    if first is None and schema is None:
        raise UserError("There is nothing to export.")
    schema = schema if schema is not None else first.schema
    safe = formula_guard.is_wanted(target, safe=safe)
    rows = 0
    try:
        schema = formula_guard.guarded(schema) if safe else schema
        with files.replacing(target) as temporary, _writer(temporary, target.suffix.lower(), schema) as writer:
            batch = first
            while batch is not None:
                writer.write_batch(formula_guard.guard(batch) if safe else batch)
                rows += batch.num_rows
                batch = next(source, None)
    except OSError as error:
        raise UserError(
            f"Cannot write {printable(str(target), None)}: {error.strerror or error}.", exit_code=1
        ) from error
    return rows


def write_rows(columns: Sequence[Column], pages: Iterable[Sequence[Cells]], target: Path) -> int:
    """Write rows to a CSV, Parquet or JSON file, in their order and raw (see `write_table`).

    Args:
        columns: at least one; those of equal name get a number.
        pages: some rows at a time, consumed as they are written.
        target: its ending says the format.

    Returns:
        The rows written.

    Raises:
        UserError: the format is unknown, or the file cannot be written.
    """
    import pyarrow

    kinds: dict[Kind, Any] = {
        "text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "truth": pyarrow.bool_(),
        "time": pyarrow.timestamp("us", tz="UTC"),
    }  # fmt: skip
    names = distinct_names([column.name for column in columns])
    schema = pyarrow.schema(
        [pyarrow.field(name, kinds[column.kind]) for name, column in zip(names, columns, strict=True)]
    )

    def batches() -> Iterator[Any]:
        for page in pages:
            values = zip(*page, strict=True) if page else ((),) * len(columns)
            arrays = [pyarrow.array(one, field.type) for one, field in zip(values, schema, strict=True)]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    return write_table(batches(), target, schema)


@contextmanager
def _writer(path: Path, suffix: str, schema: Any) -> Iterator[Any]:
    """What writes batches in a format."""
    import pyarrow.csv
    import pyarrow.parquet

    if suffix == ".parquet":
        with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            yield writer
    elif suffix == ".csv":
        with pyarrow.csv.CSVWriter(path, schema) as writer:
            yield writer
    else:
        with path.open("wb") as file:
            file.write(b"[")
            yield _JsonWriter(file)
            file.write(b"\n]\n")


class _JsonWriter:
    """Writes batches as the objects of one JSON array."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._separator = b"\n"
        self._encoder = msgspec.json.Encoder(enc_hook=_text, decimal_format="number")

    def write_batch(self, batch: Any) -> None:
        """Write the rows of a batch."""
        for row in batch.to_pylist():
            self._file.write(self._separator + self._encoder.encode(row))
            self._separator = b",\n"


def _text(value: object) -> str:
    """What JSON has no form for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def distinct_names(names: Sequence[str]) -> list[str]:
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
