"""Records as Arrow, for DuckDB to take; what they say of lines and of broken entries goes into an account."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pyarrow as pa

from musicrec_tui.dataset.sources.base import BLANK_LINE, CANONICAL, COMMENT_LINE, Record
from musicrec_tui.dataset.sources.delimited import Row
from musicrec_tui.dataset.sources.dialect import LINE
from musicrec_tui.dataset.sources.text_tables import LineAccount

_BATCH = 20_000
_MOST_TEXTS = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us")}
SCHEMA = pa.schema([*((name, _TYPES[type_]) for name, type_ in CANONICAL.items()), (LINE, pa.int64())])
"""The canonical listen, and the number of the row in its file."""

_REFUSED, _LINE, _TEXT = (Record._fields.index(name) for name in ("refused", "line", "text"))


def reader(batches: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    """Batches as DuckDB takes them; of small ones several as one, for each costs it as much as hundreds of rows."""
    return pa.RecordBatchReader.from_batches(SCHEMA, _merged(batches))


def _merged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of about `_BATCH` rows or more."""
    small: list[pa.RecordBatch] = []
    for batch in batches:
        small.append(batch)
        if sum(one.num_rows for one in small) >= _BATCH:
            yield from pa.Table.from_batches(small).combine_chunks().to_batches()
            small.clear()
    if small:
        yield from pa.Table.from_batches(small).combine_chunks().to_batches()


def batches(records: Iterable[Record], account: LineAccount) -> Iterator[pa.RecordBatch]:
    """Records, so many at a time."""
    numbered = _numbered(records, account)
    while several := list(islice(numbered, _BATCH)):
        yield _batch(several)


def _numbered(records: Iterable[Record], account: LineAccount) -> Iterator[Record]:
    """The records that are rows, each with its number: that of its line, else how many there were before it."""
    for record in records:
        if record[_REFUSED] == BLANK_LINE:
            account.blank += 1
        elif record[_REFUSED] == COMMENT_LINE:
            account.before += 1
        else:
            account.rows += 1
            numbered = record if record[_LINE] is not None else record._replace(line=account.rows)
            if record.text is not None and len(account.texts) < _MOST_TEXTS:
                account.texts[numbered.line or 0] = record.text
            yield numbered


def _batch(records: list[Record]) -> pa.RecordBatch:
    """Records as Arrow; a time that no calendar has becomes one that the index refuses."""
    columns: list[Any] = [list(column) for column in zip(*records, strict=True)]
    when = Record._fields.index("listened_at")
    columns[when] = [None if seconds is None else moment(seconds) for seconds in columns[when]]
    del columns[_TEXT]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.record_batch(arrays, schema=SCHEMA)


def moment(seconds: float) -> datetime:
    """The UTC time so many seconds after 1970, naive as the index holds it."""
    try:
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return datetime.max.replace(microsecond=0)


def text_reader(columns: list[str], rows: Iterator[Row]) -> pa.RecordBatchReader:
    """The rows of a text table, with the number of their line as `LINE`; what has no values is passed over."""
    schema = pa.schema([*((name, pa.string()) for name in columns), (LINE, pa.int64())])

    def packed() -> Iterator[pa.RecordBatch]:
        kept = (row for row in rows if row.fields)
        while several := list(islice(kept, _BATCH)):
            arrays = [pa.array(values, pa.string()) for values in zip(*(row.fields for row in several), strict=True)]
            arrays.append(pa.array([row.line for row in several], pa.int64()))
            yield pa.record_batch(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, packed())
