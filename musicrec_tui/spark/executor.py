"""What the executors do with the rows of a log: DuckDB reads and judges them there by the statements of the index.

So the mapping of columns, the reading of text, and the reasons to leave a row out are the same as on one machine.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source, recognise
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name

_MEMORY = "1GB"
"""What DuckDB may hold in one task; beyond it, it spills to the executor's own disk."""

_BATCH = 100_000

_WHO = """CASE WHEN reason IS NULL THEN user_id END AS user_id,
    CASE WHEN reason IS NULL THEN artist_id END AS artist_id,
    CASE WHEN reason IS NULL THEN artist_name END AS artist_name"""

_TALLIES = f"""
SELECT {_WHO}, reason, timeless, rated, repaired, min(artist_mbid) AS mbid, count(*) AS rows,
    count(*) FILTER (rounded AND reason IS NULL) AS rounded, CAST(sum(plays) AS BIGINT) AS plays,
    sum(rating) AS ratings, min(rating) AS lowest, max(rating) AS highest, bool_and(rating = round(rating)) AS whole,
    min(listened_at) FILTER (reason IS NULL AND NOT rated) AS first_at,
    max(listened_at) FILTER (reason IS NULL AND NOT rated) AS last_at
FROM (%s) GROUP BY ALL
"""  # noqa: S608

_LISTENS = f"""
SELECT user_id, artist_id, artist_name, listened_at, {schema.TITLES}, plays FROM (%s)
WHERE reason IS NULL AND NOT rated AND listened_at IS NOT NULL
"""  # noqa: S608

_ROWS = f"""
SELECT user_id, artist_id, artist_name, artist_mbid, listened_at, {schema.TITLES}, reason, timeless, rated, rounded,
    plays, rating, repaired, dump, what FROM (%s)
"""  # noqa: S608

_COLUMNS = {
    "user_id": pa.string(), "artist_id": pa.string(), "artist_name": pa.string(), "artist_mbid": pa.string(),
    "recording": pa.string(), "release": pa.string(), "mbid": pa.string(),
    "listened_at": pa.timestamp("us"), "reason": pa.string(), "repaired": pa.string(),
    "timeless": pa.bool_(), "rated": pa.bool_(), "whole": pa.bool_(), "plays": pa.int64(), "rows": pa.int64(),
    "rating": pa.float64(), "ratings": pa.float64(), "lowest": pa.float64(), "highest": pa.float64(),
    "first_at": pa.timestamp("us"), "last_at": pa.timestamp("us"), "dump": pa.int32(), "what": pa.string(),
}  # fmt: skip


def _schema(names: str, **others: pa.DataType) -> pa.Schema:
    """The types of some columns."""
    return pa.schema([(name, others.get(name) or _COLUMNS[name]) for name in names.split()])


TALLIES = "tallies"
"""Rows counted by user, spelling and fate: all but the time split needs no more of a log."""
LISTENS = "listens"
"""Rows that are listens with a time."""
ROWS = "rows"
"""All rows, each with its dump and recording, by which it is looked up in other dumps."""

_WANTED = {
    TALLIES: (
        _TALLIES,
        _schema(
            "user_id artist_id artist_name reason timeless rated repaired mbid rows rounded plays ratings lowest "
            "highest whole first_at last_at",
            rounded=pa.int64(),
        ),
    ),
    LISTENS: (_LISTENS, _schema("user_id artist_id artist_name listened_at recording release plays")),
    ROWS: (
        _ROWS,
        _schema(
            "user_id artist_id artist_name artist_mbid listened_at recording release reason timeless rated "
            "rounded plays rating repaired dump what",
            rounded=pa.bool_(),
        ),
    ),
}

_SPARK_TYPES = {
    pa.string(): "string", pa.bool_(): "boolean", pa.int64(): "long", pa.int32(): "int", pa.float64(): "double",
    pa.timestamp("us"): "timestamp_ntz",
}  # fmt: skip


def columns(wanted: str) -> str:
    """The columns of `TALLIES`, `LISTENS` or `ROWS` as Spark declares them."""
    return ", ".join(f"{field.name} {_SPARK_TYPES[field.type]}" for field in _WANTED[wanted][1])


@dataclass(frozen=True)
class TableReader:
    """Reads the rows of a table that Spark has scanned.

    Attributes:
        select: the canonical columns, then `file` and `row`, as SQL over the table's columns.
        wanted: `TALLIES`, `LISTENS` or `ROWS`.
    """

    select: str
    wanted: str

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is wanted of a task's rows."""
        incoming = iter(batches)
        first = next(incoming, None)
        if first is None:
            return
        with _connected() as connection:
            reader = pa.RecordBatchReader.from_batches(first.schema, _chained(first, incoming))
            connection.register("scanned", reader)
            judged = schema.over(schema.JUDGED, f"SELECT {self.select} FROM scanned")  # noqa: S608
            rows = f"SELECT *, NULL AS repaired, file AS dump, row AS what FROM ({judged})"  # noqa: S608
            yield from _asked(connection, rows, {}, self.wanted)


@dataclass(frozen=True)
class FileReader:
    """Reads whole files, one after another, as this machine would: text, JSON, and tables that Spark does not read.

    Each batch has a column `file`, its path, or `name` and `content`.

    Attributes:
        layout: the layout that the user insisted on, else empty.
        wanted: `TALLIES`, `LISTENS` or `ROWS`.
    """

    layout: str
    wanted: str

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is wanted of a task's files."""
        for batch in batches:
            for row in batch.to_pylist():
                if "file" in row:
                    yield from self._read(Path(row["file"]))
                    continue
                with tempfile.TemporaryDirectory(prefix="musicrec-") as folder:
                    # An address is written with escapes, and a name may hold anything but a slash.
                    copy = Path(folder, str(row["name"]).rpartition("/")[2])
                    copy.write_bytes(row["content"])
                    yield from self._read(copy)

    def _read(self, file: Path) -> Iterator[pa.RecordBatch]:
        """What is wanted of one file."""
        source = recognise(Log([file], self.layout))
        refuse_what_spark_lacks(source)
        with _connected() as connection:
            reading = Reading(connection, source)
            with reading.failures():
                reading.stage(lambda sql, parameters: _executed(connection, sql, parameters))
            _store_repairs(connection, reading)
            judged = schema.over(schema.JUDGED, reading.sql)
            # Dumps are not read here, so no row is of one.
            rows = f"SELECT *, NULL AS dump, NULL AS what FROM ({judged}) LEFT JOIN repaired_line USING (file, row)"  # noqa: S608
            yield from _asked(connection, rows, reading.parameters, self.wanted)
            if self.wanted != LISTENS:
                yield from _broken(reading.broken(), self.wanted)


def refuse_what_spark_lacks(source: Source) -> None:
    """Refuse layouts that are not read on a cluster.

    Raises:
        UserError: a table has to be joined with others.
    """
    for part in source.parts:
        if part.companions:
            raise UserError(
                f"{part.layout.name} is not read on Spark: its tables have to be joined first. Give a table of listens "
                "or play counts with artists' names in it."
            )


def normal_names(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Names with their normal form: `name string, normal string`."""
    for batch in batches:
        names = batch.column(0)
        normal = pa.array([normal_name(name) for name in names.to_pylist()], pa.string())
        yield pa.record_batch([names, normal], names=["name", "normal"])


@contextlib.contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB for one task."""
    with (
        tempfile.TemporaryDirectory(prefix="musicrec-") as spill,
        duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": _MEMORY,
                "temp_directory": spill,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        ) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def _asked(
    connection: duckdb.DuckDBPyConnection, judged: str, parameters: Mapping[str, object], wanted: str
) -> Iterator[pa.RecordBatch]:
    """What is wanted of judged rows, given as a SELECT."""
    statement, types = _WANTED[wanted]
    for batch in connection.sql(statement % judged, params=dict(parameters)).to_arrow_reader(_BATCH):
        yield from pa.Table.from_batches([batch]).cast(types).to_batches()


def _store_repairs(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Make the table `repaired_line(file, row, repaired)` of the rows of text that were repaired."""
    repaired = [
        (number, line, why)
        for number, text in reading.texts.items()
        for why, lines in text.account.repaired.items()
        for line in lines
    ]
    connection.execute("CREATE TEMP TABLE repaired_line (file INTEGER, row BIGINT, repaired VARCHAR)")
    if repaired:
        files, rows, reasons = (list(column) for column in zip(*repaired, strict=True))
        insert = "INSERT INTO repaired_line SELECT unnest($files), unnest($rows), unnest($reasons)"
        connection.execute(insert, {"files": files, "rows": rows, "reasons": reasons})


def _broken(broken: dict[str, int], wanted: str) -> Iterator[pa.RecordBatch]:
    """Lines of text that are no rows: as tallies one of each reason, as rows each of them."""
    types = _WANTED[wanted][1]
    for reason, lines in broken.items():
        known: dict[str, object] = {"reason": reason, "timeless": False, "rated": False, "rounded": False}
        if wanted == TALLIES:
            known |= {"rows": lines, "rounded": 0, "plays": 0}
        times = 1 if wanted == TALLIES else lines
        yield pa.RecordBatch.from_pylist([{field.name: known.get(field.name) for field in types}] * times, schema=types)


def _executed(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    return connection.execute(sql, dict(parameters)).fetchall()


def _chained(first: pa.RecordBatch, others: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """A batch, and those that follow."""
    yield first
    yield from others
