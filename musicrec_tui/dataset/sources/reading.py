"""The SQL that reads a source, whatever its layouts and formats, as canonical listens."""

import contextlib
import glob
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from musicrec_tui.dataset.sources.base import CANONICAL, Record, RecordLayout, TableLayout
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

_PARQUET = "read_parquet({files}, binary_as_string = true)"
_CSV = (
    "read_csv({files}, columns = {columns}, delim = {delimiter}, auto_detect = false, header = {header}, "
    "quote = {quote}, escape = {quote}, compression = {compression}, max_line_size = 4194304, "
    "store_rejects = {rejects})"
)
_BATCH = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Broken(NamedTuple):
    """A line of text that is no row of its table: the number of its file, its number, and what it holds."""

    file: int
    line: int
    text: str


class Reading:
    """A source as SQL: `sql` with `parameters` gives canonical listens, on the connection that staged it.

    The columns are those of `base.CANONICAL`, then `file` (its number in `source.files`) and `row` (from 1). Text and
    records are read once, into temporary tables: several passes follow, and each would parse them again.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source) -> None:
        self._connection = connection
        self._source = source
        self._failure: UserError | None = None
        self._numbers = {str(file): number for number, file in enumerate(source.files)}
        connection.execute("SET TimeZone = 'UTC'")  # what text without an offset means
        self.parameters: dict[str, object] = {}
        selects = [self._select(number, part) for number, part in enumerate(source.parts)]
        self.sql = " UNION ALL ".join(selects)

    def staging(self) -> list[tuple[str, dict[str, object]]]:
        """The statements (with parameters) to execute, within `failures()`, before `sql` is used."""
        statements: list[tuple[str, dict[str, object]]] = []
        for number, part in enumerate(self._source.parts):
            if part.format == "records":
                import pyarrow as pa  # not for the TUI, which reads first rows alone

                batches = pa.RecordBatchReader.from_batches(_record_schema(), self._batches(part))
                self._connection.register(f"incoming_{number}", batches)
                statements.append((f"CREATE TEMP TABLE part_{number} AS FROM incoming_{number}", {}))
            elif part.format == "csv":
                relation = csv_relation(rejects=True)
                statements.append((f"CREATE TEMP TABLE part_{number} AS FROM {relation}", csv_parameters(part)))
        return statements

    @contextlib.contextmanager
    def failures(self) -> Iterator[None]:
        """What a layout's own reader has to say of its file comes out of DuckDB as it was raised.

        Raises:
            UserError: a file cannot be read.
        """
        try:
            yield
        except duckdb.Error:
            if self._failure is not None:
                raise self._failure from None
            raise

    def broken_rows(self) -> int:
        """How many lines of text were not rows of their table (call after `staging`)."""
        return sum(self.broken_by_file().values())

    def broken_by_file(self) -> dict[int, int]:
        """The same, by the number of the file."""
        if not any(part.format == "csv" for part in self._source.parts):
            return {}
        sql = (
            "SELECT s.file_path, count(DISTINCT e.line) FROM reject_errors e JOIN reject_scans s "
            "USING (scan_id, file_id) GROUP BY ALL"
        )
        return {self._numbers[str(path)]: int(lines) for path, lines in self._connection.execute(sql).fetchall()}

    def rows_by_file(self) -> dict[int, int]:
        """How many rows each file has, by its number; broken lines aside (call after `staging`)."""
        rows: dict[int, int] = {}
        for number, part in enumerate(self._source.parts):
            if part.format == "parquet":
                sql = "SELECT file_name, num_rows FROM parquet_file_metadata($files)"
                counted = self._connection.execute(sql, {"files": file_list(part)}).fetchall()
                rows |= {self._numbers[str(path)]: int(count) for path, count in counted}
            else:
                sql = f"SELECT {part.first}, count(*) FROM part_{number}"  # noqa: S608
                rows |= {int(file): int(count) for file, count in self._connection.execute(sql).fetchall()}
        return rows

    def broken(self, limit: int) -> list[Broken]:
        """The first lines of text that were not rows of their table (call after `staging`)."""
        if not any(part.format == "csv" for part in self._source.parts):
            return []
        sql = (
            "SELECT s.file_path, e.line, any_value(e.csv_line) FROM reject_errors e JOIN reject_scans s "
            "USING (scan_id, file_id) GROUP BY ALL ORDER BY ALL LIMIT $limit"
        )
        rows = self._connection.execute(sql, {"limit": limit}).fetchall()
        return [Broken(self._numbers[str(path)], int(line), str(text)) for path, line, text in rows]

    def _select(self, number: int, part: Part) -> str:
        """The SELECT of one part."""
        if part.format != "parquet":
            place = f"{part.first} AS file, rowid + 1 AS row"
            if isinstance(part.layout, RecordLayout):
                return f"SELECT {', '.join(CANONICAL)}, {place} FROM part_{number}"  # noqa: S608
            return f"SELECT {part.layout.select(part.columns)}, {place} FROM part_{number}"  # noqa: S608
        assert isinstance(part.layout, TableLayout)  # noqa: S101  (only tables are Parquet)
        self.parameters[f"files_{number}"] = file_list(part)
        # Columns that DuckDB adds to every scan, and that cost nothing where nobody asks for them.
        place = f"CAST(file_index + {part.first} AS INTEGER) AS file, CAST(file_row_number + 1 AS BIGINT) AS row"
        relation = _PARQUET.format(files=f"$files_{number}")
        return f"SELECT {part.layout.select(part.columns)}, {place} FROM {relation}"  # noqa: S608

    def _batches(self, part: Part) -> "Iterator[pa.RecordBatch]":
        """The records of a part. What they raise is kept, for DuckDB wraps it."""
        assert isinstance(part.layout, RecordLayout)  # noqa: S101  (only records are read so)
        try:
            for file in part.files:
                records = part.layout.read(file)
                while batch := list(islice(records, _BATCH)):
                    yield _batch(batch)
        except UserError as error:
            self._failure = error
            raise


def _record_schema() -> "pa.Schema":
    """The canonical listen as Arrow."""
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us")}
    return pa.schema([(name, types[type_]) for name, type_ in CANONICAL.items()])


def _batch(records: list[Record]) -> "pa.RecordBatch":
    """Records as Arrow; a time that no calendar has becomes one that the index refuses."""
    import pyarrow as pa

    columns: list[Any] = [list(column) for column in zip(*records, strict=True)]
    when = Record._fields.index("listened_at")
    columns[when] = [None if seconds is None else _moment(seconds) for seconds in columns[when]]
    schema = _record_schema()
    return pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _moment(seconds: float) -> datetime:
    """The UTC time so many seconds after 1970, naive as the index holds it."""
    try:
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return datetime.max.replace(microsecond=0)


def file_list(part: Part) -> list[str]:
    """The files of a part as DuckDB takes them, which sees a glob in each."""
    return [glob.escape(str(file)) for file in part.files]


def csv_relation(*, rejects: bool) -> str:
    """The table function that reads a text part; its parameters come from `csv_parameters`."""
    names = ("files", "columns", "delimiter", "header", "quote", "compression")
    return _CSV.format(rejects="true" if rejects else "false", **{name: f"${name}" for name in names})


def csv_parameters(part: Part) -> dict[str, object]:
    """The parameters of `csv_relation`."""
    quotes = isinstance(part.layout, TableLayout) and part.layout.quotes
    return {
        "files": file_list(part),
        "columns": dict(part.columns),
        "delimiter": part.delimiter,
        "header": part.header,
        "quote": '"' if quotes else "",
        "compression": part.compression,
    }


def parquet_relation() -> str:
    """The table function that reads a Parquet part; its parameter is `files`."""
    return "read_parquet($files, binary_as_string = true)"
