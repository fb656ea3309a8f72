"""The SQL that reads a source, whatever its format, as canonical listens."""

import glob

import duckdb

from musicrec_tui.dataset.sources.recognise import Part, Source

_PARQUET = "read_parquet({files}, binary_as_string = true)"
_CSV = (
    "read_csv({files}, columns = {columns}, delim = {delimiter}, auto_detect = false, header = true, "
    "quote = '\"', escape = '\"', store_rejects = {rejects})"
)


class Reading:
    """A source as SQL: `sql` with `parameters` gives canonical listens, on the connection that staged it.

    A CSV is read once, into a temporary table: several passes follow, and each would parse it and count its
    broken rows again.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source) -> None:
        self._connection = connection
        self._source = source
        connection.execute("SET TimeZone = 'UTC'")  # what text without an offset means
        self.parameters: dict[str, object] = {}
        selects = [self._select(number, part) for number, part in enumerate(source.parts)]
        self.sql = " UNION ALL ".join(selects)

    def _select(self, number: int, part: Part) -> str:
        """The SELECT of one part."""
        if part.format == "csv":
            relation = f"csv_{number}"
        else:
            relation = _PARQUET.format(files=f"$files_{number}")
            self.parameters[f"files_{number}"] = file_list(part)
        return f"SELECT {self._source.layout.select(part.columns)} FROM {relation}"  # noqa: S608

    def staging(self) -> list[tuple[str, dict[str, object]]]:
        """The statements (with parameters) to execute before `sql` is used."""
        return [
            (f"CREATE TEMP TABLE csv_{number} AS SELECT * FROM {csv_relation(rejects=True)}", csv_parameters(part))  # noqa: S608
            for number, part in enumerate(self._source.parts)
            if part.format == "csv"
        ]

    def broken_rows(self) -> int:
        """How many lines of CSVs were not rows of their table (call after `staging`)."""
        if not any(part.format == "csv" for part in self._source.parts):
            return 0
        sql = "SELECT count(*) FROM (SELECT DISTINCT scan_id, file_id, line FROM reject_errors)"
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


def file_list(part: Part) -> list[str]:
    """The files of a part as DuckDB takes them, which sees a glob in each."""
    return [glob.escape(str(file)) for file in part.files]


def csv_relation(*, rejects: bool) -> str:
    """The table function that reads a CSV part; its parameters come from `csv_parameters`."""
    return _CSV.format(
        files="$files", columns="$columns", delimiter="$delimiter", rejects="true" if rejects else "false"
    )


def csv_parameters(part: Part) -> dict[str, object]:
    """The parameters of `csv_relation`."""
    return {"files": file_list(part), "columns": dict(part.columns), "delimiter": part.delimiter}


def parquet_relation() -> str:
    """The table function that reads a Parquet part; its parameter is `files`."""
    return _PARQUET.format(files="$files")
