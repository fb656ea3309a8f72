"""The rows of the log as they are in its files: any page of them, without reading all before."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.records import Table
from musicrec_tui.dataset.sources import archives
from musicrec_tui.dataset.sources.base import CANONICAL, Record, RecordLayout, as_text
from musicrec_tui.dataset.sources.delimited import REASONS
from musicrec_tui.dataset.sources.glimpse import text_rows
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.dataset.sources.recognise import Part, Source, recognise
from musicrec_tui.dataset.sources.relations import file_list, scan
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.text import printable

Rows = list[tuple[str | None, ...]]
_PATIENCE = 0.3
"""Seconds that closing waits for who reads."""


FIRST = 1000
"""Rows of a text file that are shown: how many it has is known when all of it was read."""


class Span(NamedTuple):
    """A file and which rows of the log it has: `rows` of them, from `first` (counted from 0) on.

    Attributes:
        part: the file alone, as a part of the source.
        part_number: the place of its part among the source's.
        columns: the names of its columns, as it has them.
    """

    part: Part
    part_number: int
    columns: tuple[str, ...]
    first: int
    rows: int


class RawLog:
    """The files of a log, one after another, as one table with the columns of all of them.

    A page of Parquet comes at once wherever it is; text and records are read from the beginning of their file. Lines
    that are no rows of their table are passed over. Any thread may ask, one at a time.

    Args:
        source: the log.
        rows: of each of its files, lines that are no rows included.
        broken: whether there are such lines, so that text must be counted anew.

    Raises:
        UserError: a file cannot be read.
        Cancelled: `interrupt` was called meanwhile.
    """

    def __init__(self, source: Source, rows: Sequence[int], *, broken: bool = False) -> None:
        self.parts = source.parts
        self._connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        self._closed = False
        self._lock = threading.Lock()
        self._running: duckdb.DuckDBPyConnection | None = None
        self.spans: list[Span] = []
        counts = iter(rows)
        first = 0
        for number, part in enumerate(source.parts):
            names = self._names(part._replace(files=part.files[:1]))
            for file in part.files:
                one = part._replace(files=(file,))
                listed = next(counts, 0)
                count = self._count(one) if broken and part.format in ("csv", "json") else listed
                self.spans.append(Span(one, number, names, first, count))
                first += count
        self.total = first
        self.columns = tuple(dict.fromkeys(name for span in self.spans for name in span.columns))

    @classmethod
    def of(cls, dataset: Dataset) -> "RawLog":
        """The log that an index was made from.

        Raises:
            UserError: it is not there any more, or cannot be read.
        """
        own = {layout.name for layout in LAYOUTS}
        known = own.issuperset(dataset.info.layout.split(" + "))  # else it was read by a layout of another package
        source = recognise(dataset.log, unpacked=archives.beside(dataset.path), own=known)
        rows = [file.rows for file in account.source_files(dataset)]
        return cls(source, rows, broken=bool(REASONS & {*dataset.info.rejected}))

    def page(self, offset: int = 0, limit: int = 50) -> Table:
        """At most `limit` rows from row `offset` (counted from 0) on, as text; what a file has no column for is None.

        Raises:
            UserError: a file cannot be read any more.
            Cancelled: `interrupt` was called meanwhile.
        """
        rows: Rows = []
        for span in self.spans:
            skip = max(0, offset - span.first)
            wanted = min(span.rows - skip, limit - len(rows))
            if skip >= span.rows or wanted <= 0:
                continue
            rows += self._spread(span, self.read(span.part, skip, wanted))
        return Table(self.columns, self.types, tuple(rows), self.total)

    def read(self, part: Part, skip: int, limit: int) -> Rows:
        """At most `limit` rows of one file after the first `skip`, in its own columns; errors as `page` raises them."""
        if part.format != "parquet":
            found = list(islice(self._stream(part), skip, skip + limit))
            if self._closed:
                raise Cancelled
            return found
        relation, values = scan(part)
        where = "WHERE file_row_number BETWEEN $skip AND $skip + $limit - 1"
        texts = ", ".join(as_text(name, type_) for name, type_ in part.columns.items())
        sql = f"SELECT {texts} FROM {relation} {where}"  # noqa: S608
        with self.cursor(part) as cursor:
            return cursor.execute(sql, {**values, "skip": skip, "limit": limit}).fetchall()

    def batches(self, size: int) -> Iterator[Rows]:
        """All rows, so many at a time: each file is read once. Errors are raised as `page` raises them."""
        for span in self.spans:
            if span.part.format == "parquet":
                for skip in range(0, span.rows, size):
                    yield self._spread(span, self.read(span.part, skip, size))
                continue
            rows = islice(self._stream(span.part), span.rows)
            while some := list(islice(rows, size)):
                if self._closed:
                    raise Cancelled
                yield self._spread(span, some)

    def _stream(self, part: Part) -> Iterator[tuple[str | None, ...]]:
        """The rows of a text file or of records, until the log is closed."""
        if isinstance(part.layout, RecordLayout):
            records = takewhile(lambda _: not self._closed, part.layout.rows(part.files[0]))
            return (record_texts(record) for record in records)
        return takewhile(lambda _: not self._closed, text_rows(part))

    @contextlib.contextmanager
    def cursor(self, part: Part) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor to read a part with; errors are raised as the class says."""
        with self._lock:  # a connection refuses what comes while it makes a cursor, being closed above all
            if self._closed:
                raise Cancelled
            opened = self._connection.cursor()
        try:
            with opened as cursor:
                self._running = cursor
                yield cursor
        except duckdb.InterruptException as error:
            raise Cancelled from error
        except duckdb.Error as error:
            shown = printable(str(part.files[0]), None)
            raise UserError(f"Cannot read {shown}: it changed, or it is damaged.") from error
        finally:
            self._running = None

    def interrupt(self) -> None:
        """Stop what is being read."""
        if (running := self._running) is not None:
            with contextlib.suppress(duckdb.Error):  # it may just have been closed
                running.interrupt()

    def close(self) -> None:
        """Stop what is being read and let go of the files."""
        self._closed = True
        until = time.monotonic() + _PATIENCE
        while self._running is not None and time.monotonic() < until:  # DuckDB does not close what is busy
            self.interrupt()
            time.sleep(0.002)
        with self._lock, contextlib.suppress(duckdb.Error):  # busy for longer: it goes with the last who reads
            self._connection.close()

    def _names(self, part: Part) -> tuple[str, ...]:
        """The columns of a file; of records, those of the canonical listen."""
        if part.format == "records":
            return tuple(CANONICAL)
        if part.format in ("csv", "json"):
            return tuple(part.columns)
        relation, parameters = scan(part)
        with self.cursor(part) as cursor:
            described = cursor.execute(f"SELECT * FROM {relation} LIMIT 0", parameters).description  # noqa: S608
            return tuple(str(column[0]) for column in described or ())

    @property
    def types(self) -> tuple[str, ...]:
        """The type of each column, in the first file that has it."""
        types: dict[str, str] = {}
        for span in self.spans:
            own = CANONICAL if span.part.format == "records" else span.part.columns
            for name, type_ in zip(span.columns, own.values(), strict=True):
                types.setdefault(name, type_)
        return tuple(types[name] for name in self.columns)

    def _count(self, part: Part) -> int:
        """The rows of a text file that are rows of its table."""
        return sum(1 for _ in text_rows(part))

    def _spread(self, span: Span, rows: Rows) -> Rows:
        """Rows of a file under the columns of all files."""
        if span.columns == self.columns:
            return rows
        places = [span.columns.index(name) if name in span.columns else None for name in self.columns]
        return [tuple(None if place is None else row[place] for place in places) for row in rows]


def index_rows(dataset: Dataset, offset: int = 0, limit: int = 50) -> Table:
    """One page of a dataset's log; see `RawLog.page`."""
    with contextlib.closing(RawLog.of(dataset)) as log:
        return log.page(offset, limit)


def record_texts(record: Record) -> tuple[str | None, ...]:
    """A record as text, its time as a date; a time that no calendar has stays a number of seconds."""
    when: object = record.listened_at
    if record.listened_at is not None:
        with contextlib.suppress(ValueError, OverflowError, OSError):
            when = f"{datetime.fromtimestamp(record.listened_at, UTC):%Y-%m-%d %H:%M:%S}"
    values = record._replace(listened_at=when)[: len(CANONICAL)]  # type: ignore[arg-type]
    return tuple(None if value is None else str(value) for value in values)


def open_unindexed(log: Log) -> RawLog:
    """The rows of the files: of Parquet all, of text and records the first ones of each file.

    Raises:
        UserError: there is no log there, or a file cannot be read.
    """
    source = recognise(log, own=True)
    most = RawLog(source, [count for part in source.parts for count in _counts(part)])
    try:
        present = [
            span.rows if span.part.format == "parquet" else len(most.read(span.part, 0, FIRST)) for span in most.spans
        ]
    finally:
        most.close()
    return RawLog(source, present)


def _counts(part: Part) -> list[int]:
    """The rows of each file of a part, as far as they are known without reading it."""
    if part.format != "parquet":
        return [FIRST] * len(part.files)
    try:
        with duckdb.connect() as connection:
            sql = "SELECT file_name, num_rows FROM parquet_file_metadata($files)"
            rows = dict(connection.execute(sql, {"files": file_list(part)}).fetchall())
    except duckdb.Error as error:
        raise UserError(f"Cannot read {printable(str(part.files[0]), None)}: it is damaged.") from error
    return [int(rows[str(file)]) for file in part.files]
