"""Tables as files: CSV, Parquet or JSON, streamed and atomic. Names are written as the log has them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from musicrec_tui import files
from musicrec_tui.dataset.export_target import check_target
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable


def write_table(batches: Iterable[Any], target: Path, schema: Any = None) -> int:
    """Write Arrow record batches to a CSV, Parquet or JSON file, in their order.

    CSV has a header, quotes all text (null is empty, empty text is "") and guards nothing away. JSON is one array of
    objects, one object on each line. A reader sees the whole file or none.

    Args:
        batches: an iterable of `pyarrow.RecordBatch`, consumed as it is written.
        target: its ending says the format.
        schema: of the batches; needed only where there may be none.

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
    rows = 0
    try:
        with files.replacing(target) as temporary, _writer(temporary, target.suffix.lower(), schema) as writer:
            batch = first
            while batch is not None:
                writer.write_batch(batch)
                rows += batch.num_rows
                batch = next(source, None)
    except OSError as error:
        raise UserError(
            f"Cannot write {printable(str(target), None)}: {error.strerror or error}.", exit_code=1
        ) from error
    return rows


@contextmanager
def _writer(path: Path, suffix: str, schema: Any) -> Iterator[Any]:
    """What writes batches in a format."""
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

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write the rows of a batch."""
        for row in batch.to_pylist():
            self._file.write(self._separator + self._encoder.encode(row))
            self._separator = b",\n"


def _text(value: object) -> str:
    """What JSON has no form for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
