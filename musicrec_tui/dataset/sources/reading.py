"""The SQL that reads a source, whatever its layouts and formats, as canonical listens."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from musicrec_tui.dataset.sources import dumps
from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.dataset.sources.relations import Parameters, file_list, joined, place, scan

if TYPE_CHECKING:
    import pyarrow as pa


class Broken(NamedTuple):
    """A line of text that is no row of its table: the number of its file, its number, and what it holds."""

    file: int
    line: int
    text: str


class Reading:
    """A source as SQL: `sql` with `parameters` gives canonical listens, on the connection that staged it.

    The columns are those of `base.CANONICAL`, then `file` (its number in `source.files`) and `row` (from 1). Text,
    records and tables that have to be joined are read once, into temporary tables: several passes follow, and each
    would do that work again.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source) -> None:
        self._connection = connection
        self._source = source
        self._failure: Exception | None = None
        self._numbers = {str(file): number for number, file in enumerate(source.files)}
        connection.execute("SET TimeZone = 'UTC'")  # what text without an offset means
        self.parameters: Parameters = {}
        self._later = dumps.later_dumps(source.parts)
        self.sql = " UNION ALL ".join(self._select(number, part) for number, part in enumerate(source.parts))

    def staging(self) -> list[tuple[str, Parameters]]:
        """The statements (with parameters) to execute, within `failures()`, before `sql` is used."""
        statements: list[tuple[str, Parameters]] = []
        for number, part in enumerate(self._source.parts):
            if part.format == "records":
                from musicrec_tui.dataset.sources.batches import reader  # Arrow: not for the TUI

                self._connection.register(f"incoming_{number}", reader(self._batches(part)))
                statements.append((f"CREATE TEMP TABLE part_{number} AS FROM incoming_{number}", {}))
            elif part.format == "csv":
                sql, parameters = scan(part, rejects=True)
                statements.append((f"CREATE TEMP TABLE part_{number} AS FROM {sql}", parameters))
            if part.companions:
                sql, parameters = self._joined(number, part)
                statements.append((f"CREATE TEMP TABLE joined_{number} AS {sql}", parameters))
        if self._later:
            statements.append(dumps.repeated(self._source.parts))
        return statements

    @contextlib.contextmanager
    def failures(self) -> Iterator[None]:
        """What a layout's own reader raises comes out of DuckDB as it was raised.

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
        if isinstance(part.layout, RecordLayout):
            return f"SELECT {', '.join(CANONICAL)}, {_numbered(part)} FROM part_{number}"  # noqa: S608
        canonical = part.layout.select(part.columns)
        if part.companions:
            return f"SELECT {canonical}, file, row FROM joined_{number}"  # noqa: S608
        if part.format == "csv":
            return f"SELECT {canonical}, {_numbered(part)} FROM part_{number}"  # noqa: S608
        sql, parameters = scan(part, f"_{number}")
        self.parameters |= parameters
        select = f"SELECT {canonical}, {place(part)} FROM {sql}"  # noqa: S608
        return dumps.once(select) if part.dump in self._later else select

    def _joined(self, number: int, part: Part) -> tuple[str, Parameters]:
        """The statement that joins a part with its companions."""
        if part.format == "csv":
            return joined(part, f"SELECT *, {_numbered(part)} FROM part_{number}")  # noqa: S608
        scanned, parameters = scan(part)
        sql, more = joined(part, f"SELECT *, {place(part)} FROM {scanned}")  # noqa: S608
        return sql, parameters | more

    def _batches(self, part: Part) -> "Iterator[pa.RecordBatch]":
        """The records of a part. What they raise is kept, for DuckDB wraps it."""
        from musicrec_tui.dataset.sources.batches import batches

        assert isinstance(part.layout, RecordLayout)  # noqa: S101  (only records are read so)
        try:
            for file in part.files:
                yield from batches(part.layout.read(file))
        except Exception as error:
            self._failure = error
            raise


def _numbered(part: Part) -> str:
    """The columns `file` and `row` of a staged file."""
    return f"{part.first} AS file, rowid + 1 AS row"
