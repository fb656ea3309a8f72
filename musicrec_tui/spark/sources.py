"""From paths to the rows of a log as a DataFrame: which files, of which layout, and who reads them.

Parquet is scanned by Spark, which prunes columns and splits large files. Text and JSON, and Parquet with types that
Spark does not have, are read file by file, by a task each: what a quotation mark means is known from a file's beginning
only.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb

from musicrec_tui.dataset.log import FileState, Log
from musicrec_tui.dataset.sources import dumps, repeated_plays
from musicrec_tui.dataset.sources.base import TableLayout
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.recognise import Part, Source, recognise
from musicrec_tui.dataset.sources.synthetic import is_synthetic
from musicrec_tui.errors import UserError
from musicrec_tui.spark import executor
from musicrec_tui.spark.addresses import local_address, plain
from musicrec_tui.spark.table_store import TableStore
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

REPEATS = "On Spark, a play that several files of people's exports have counts once for each."

_NO_LOG = (".", "_")
_MILLISECOND = 1_000_000
"""In nanoseconds."""

_AGAIN = f"""
SELECT * EXCEPT (reason, dump, what, earliest, there),
    CASE WHEN dump > 0 AND (dump > earliest OR there) THEN '{dumps.REPEATED}' ELSE reason END AS reason
FROM (
    SELECT *, min(CASE WHEN dump > 0 THEN dump END) OVER same AS earliest,
        coalesce(bool_or(dump = 0) OVER same AND user_id IS NOT NULL AND listened_at IS NOT NULL AND what IS NOT NULL,
            false) AS there
    FROM {{rows}} WINDOW same AS (PARTITION BY user_id, listened_at, what))
"""  # noqa: S608
"""As `dataset.sources.dumps` has it: the first dump is never refused, a later one where an earlier has the listen."""

_TALLIED = """
SELECT CASE WHEN reason IS NULL THEN user_id END AS user_id, CASE WHEN reason IS NULL THEN artist_id END AS artist_id,
    CASE WHEN reason IS NULL THEN artist_name END AS artist_name, reason, timeless, rated, repaired,
    min(artist_mbid) AS mbid, count(*) AS rows, count_if(rounded AND reason IS NULL) AS rounded, sum(plays) AS plays,
    sum(rating) AS ratings, min(rating) AS lowest, max(rating) AS highest, bool_and(rating = round(rating)) AS whole,
    min(CASE WHEN reason IS NULL AND NOT rated THEN listened_at END) AS first_at,
    max(CASE WHEN reason IS NULL AND NOT rated THEN listened_at END) AS last_at
FROM {rows} GROUP BY 1, 2, 3, reason, timeless, rated, repaired
"""
"""As `executor` tallies the rows of one task."""

_TOGETHER = """
SELECT user_id, artist_id, artist_name, reason, timeless, rated, repaired, min(mbid) AS mbid, sum(rows) AS rows,
    sum(rounded) AS rounded, sum(plays) AS plays, sum(ratings) AS ratings, min(lowest) AS lowest,
    max(highest) AS highest, bool_and(whole) AS whole, min(first_at) AS first_at, max(last_at) AS last_at
FROM {tallies} GROUP BY user_id, artist_id, artist_name, reason, timeless, rated, repaired
"""

_KEPT_LISTENS = """
SELECT user_id, artist_id, artist_name, listened_at, recording, release, plays FROM {rows}
WHERE reason IS NULL AND NOT rated AND listened_at IS NOT NULL
"""


@dataclass(frozen=True)
class LogSource:
    """A log on its way into DataFrames.

    Attributes:
        store: of the session.
        source: the log's files by layout; of a remote one its first file stands for all.
        remote: the addresses of a remote log's files, else empty.
        states: sizes and times of the log's files.
        log: as it was asked for.
        notes: what a reader of the log should know.
    """

    store: TableStore
    source: Source
    remote: tuple[str, ...]
    states: tuple[FileState, ...]
    log: Log
    notes: tuple[str, ...]

    def tallies(self) -> "DataFrame":
        """All rows, counted by user, spelling and fate (see `executor.TALLIES`)."""
        if self._has_dumps:
            return self.store.run(_TALLIED, rows=self._rows())
        return self.store.run(_TOGETHER, tallies=self._read(executor.TALLIES))

    def listens(self) -> "DataFrame":
        """The rows that are listens with a time."""
        if self._has_dumps:
            return self.store.run(_KEPT_LISTENS, rows=self._rows())
        return self._read(executor.LISTENS)

    @property
    def _has_dumps(self) -> bool:
        """Whether a listen may be in two dumps."""
        return bool(dumps.later_dumps(self.source.parts))

    def _rows(self) -> "DataFrame":
        """All rows; those refused that an earlier dump has."""
        return self.store.run(_AGAIN, rows=self._read(executor.ROWS))

    def _read(self, wanted: str) -> "DataFrame":
        """What is wanted of all parts."""
        numbers = {
            name: at for at, name in enumerate(dict.fromkeys(part.dump for part in self.source.parts if part.dump))
        }
        frames, files = [], []
        for part in self.source.parts:
            scanned = self._scanned(part)
            if scanned is None or not isinstance(part.layout, TableLayout):
                files += [*part.files]
                continue
            what = dumps.recording(self.source.parts, part.layout) if wanted == executor.ROWS and part.dump else "NULL"
            select = f"{_select(part)}, {numbers.get(part.dump, 'NULL')} AS file, {what} AS row"
            frames.append(scanned.mapInArrow(executor.TableReader(select, wanted), executor.columns(wanted)))
        if files:
            reader = executor.FileReader(self.log.layout, wanted)
            frames.append(self._whole(files).mapInArrow(reader, executor.columns(wanted)))
        return reduce(lambda some, more: some.unionByName(more), frames)

    def _scanned(self, part: Part) -> "DataFrame | None":
        """A part's columns as Spark scans them; None where it does not have their types."""
        from pyspark.errors import PySparkException

        if part.format != "parquet" or not isinstance(part.layout, TableLayout):
            return None
        files = self.remote or tuple(map(local_address, part.files))
        try:
            frame = self.store.spark.read.parquet(*map(plain, files))
            names = {name.lower(): name for name in frame.columns}
            frame = frame.select(*(f"`{names[name]}`" for name in _needed(part)))
            found = _duckdb_types(frame)
        except (PySparkException, KeyError) as error:
            if not (self.remote or part.dump):
                return None
            raise UserError(f"Spark cannot read {printable(files[0], None)}: {printable(str(error), 300)}") from error
        if found == {name: part.columns[name] for name in _needed(part)}:
            return frame
        if not (self.remote or part.dump):
            return None
        told = ", ".join(f"{name} is {type_}" for name, type_ in found.items() if part.columns[name] != type_)
        raise UserError(f"Spark reads {printable(files[0], None)} with other types: {told}. Write it with these.")

    def _whole(self, files: Sequence[Path]) -> "DataFrame":
        """The files that tasks read as a whole, a task for each."""
        if self.remote:
            found = self.store.spark.read.format("binaryFile").load(list(map(plain, self.remote)))
            frame = found.selectExpr("path AS name", "content")
            return frame.repartition(len(self.remote))
        paths = [(str(file),) for file in files]
        return self.store.spark.createDataFrame(paths, "file string").repartition(len(paths), "file")


def states_of(spark: "SparkSession", log: Log) -> tuple[FileState, ...]:
    """The sizes and times of a log's files, which Spark lists where they are elsewhere.

    Raises:
        UserError: nothing there, or it cannot be listed.
    """
    return log.states if log.here is not None else _listed(spark, log.addresses)


def find_log(store: TableStore, log: Log) -> LogSource:
    """The files of a log: in folders that all executors see, or at addresses such as `s3a://…`.

    Args:
        store: of the session.
        log: which.

    Raises:
        UserError: nothing there, or columns that no layout has.
    """
    states = states_of(store.spark, log)
    if (here := log.here) is not None:
        source = recognise(here)
        executor.refuse_what_spark_lacks(source)
        notes = (REPEATS,) if sum(len(p.files) for p in source.parts if repeated_plays.may_repeat(p)) > 1 else ()
        return LogSource(store, source, (), states, log, notes)
    files = tuple(one.path for one in states)
    with tempfile.TemporaryDirectory(prefix="musicrec-") as folder:
        copy = Path(folder, unquote(files[0].rpartition("/")[2]))
        _hadoop(store.spark, files[0]).copyToLocalFile(
            False, _path(store.spark, files[0]), _path(store.spark, str(copy)), True
        )
        source = recognise(Log([copy], log.layout))
    executor.refuse_what_spark_lacks(source)
    return LogSource(store, source, files, states, log, ())


def synthetic(source: Source) -> bool:
    """Whether a log on this machine says that it was generated."""
    with duckdb.connect() as connection:
        return is_synthetic(connection, source)


def _needed(part: Part) -> list[str]:
    """The columns of a table that its layout reads."""
    assert isinstance(part.layout, TableLayout)  # noqa: S101  (records have no columns)
    wanted = {*part.layout.required, *part.layout.optional}
    if part.understood is not None:
        wanted = {*part.understood.columns.values()}
    return [name for name in part.columns if name in wanted] or list(part.columns)


def _select(part: Part) -> str:
    """The canonical columns of a table."""
    assert isinstance(part.layout, TableLayout)  # noqa: S101
    needed = {*_needed(part)}
    return part.layout.select({name: type_ for name, type_ in part.columns.items() if name in needed})


def _duckdb_types(frame: "DataFrame") -> Columns:
    """The types that DuckDB gives to the columns of a frame, which come to it as Arrow."""
    from pyspark.sql.pandas.types import to_arrow_schema

    with duckdb.connect() as connection:
        connection.register("scanned", to_arrow_schema(frame.schema, timezone="UTC").empty_table())
        described = connection.execute("DESCRIBE SELECT * FROM scanned").fetchall()
    return {str(row[0]).lower(): str(row[1]) for row in described}


def _hadoop(spark: "SparkSession", address: str) -> Any:
    """Hadoop's file system of an address."""
    context = spark.sparkContext
    return _path(spark, address).getFileSystem(context._jsc.hadoopConfiguration())


def _path(spark: "SparkSession", address: str) -> Any:
    """An address as Hadoop has it."""
    return spark.sparkContext._jvm.org.apache.hadoop.fs.Path(address)


def _listed(spark: "SparkSession", addresses: Sequence[str]) -> tuple[FileState, ...]:
    """The files of addresses, folders and globs among them, sorted.

    Raises:
        UserError: there is nothing, or it cannot be listed.
    """
    from py4j.protocol import Py4JJavaError

    found: dict[str, FileState] = {}
    for address in addresses:
        shown = printable(address, None)
        try:
            system = _hadoop(spark, address)
            states = system.globStatus(_path(spark, address)) or []
            for state in states:
                walk = system.listFiles(state.getPath(), True)
                while walk.hasNext():
                    file = walk.next()
                    path, times = str(file.getPath().toString()), int(file.getModificationTime()) * _MILLISECOND
                    found[path] = FileState(path, int(file.getLen()), times)
        except Py4JJavaError as error:
            told = printable(str(error.java_exception.getMessage()), 300)
            raise UserError(f"Spark cannot list {shown}: {told}") from error
    logs = [found[one] for one in sorted(found) if not one.rpartition("/")[2].startswith(_NO_LOG)]
    if not logs:
        raise UserError(f"There is nothing at {printable(', '.join(addresses), None)}.")
    return tuple(logs)
