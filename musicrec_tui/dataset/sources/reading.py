"""A source, whatever its layouts and formats, as SQL that gives canonical listens; and what became of its lines."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import (
    documents,
    dumps,
    encoding,
    json_tables,
    quick_check,
    repeated_plays,
    tables,
    text_tables,
)
from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout, Staged, TableLayout
from musicrec_tui.dataset.sources.delimited import BROKEN_ROW, Fits, Row, any_row
from musicrec_tui.dataset.sources.dialect import LINE
from musicrec_tui.dataset.sources.head import UnreadableFile, legible
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.dataset.sources.relations import Parameters, file_list, join_query, place, scan
from musicrec_tui.dataset.sources.text_lines import chunks, count_lines, lines, open_text
from musicrec_tui.dataset.sources.text_tables import Broken, LineAccount
from musicrec_tui.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

Execute = Callable[[str, Mapping[str, object]], Sequence[tuple[Any, ...]]]
"""Runs a statement with its parameters and gives its rows."""

_START = 262_144
_REJECTED = """
SELECT DISTINCT e.line, first(e.csv_line) FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id)
WHERE s.file_path = $path GROUP BY e.line ORDER BY e.line
"""


class TextFile(NamedTuple):
    """What became of a text file: its lines, and how it was read.

    Attributes:
        account: of its physical lines.
        encoding: what its bytes are, for people.
        by_lines: whether rows are numbered by their lines already (else by their order: see `Reading.line`).
        gaps: lines after the header that are no rows, where rows are numbered by their order.
    """

    account: LineAccount
    encoding: str
    by_lines: bool
    gaps: Sequence[int] = ()


class Reading:
    """A source as SQL: `sql` with `parameters` gives canonical listens, on the connection that staged it.

    The columns are those of `base.CANONICAL`, then `file` (its number in `source.files`) and `row` (see `line`). Text,
    records and tables that have to be joined are read once, into temporary tables: several passes follow, and each
    would do that work again.

    Args:
        connection: what is staged there is temporary.
        source: the log.
        join_plays: whether a play that is in several exports counts once (see `same_plays`).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source, *, join_plays: bool = False) -> None:
        self._connection = connection
        self._source = source
        self._failure: Exception | None = None
        connection.execute("SET TimeZone = 'UTC'")  # what text without an offset means
        self.parameters: Parameters = {}
        self.texts: dict[int, TextFile] = {}
        self.beside: dict[Path, LineAccount] = {}
        self._records: dict[int, LineAccount] = {}
        self._join_plays = join_plays
        self._later = dumps.later_dumps(source.parts)
        self._selects = [self._select(number, part) for number, part in enumerate(source.parts)]
        self.sql = " UNION ALL ".join(self._selects)

    def select(self, number: int) -> str:
        """The SELECT of one part of the source."""
        return self._selects[number]

    def stage(self, execute: Execute) -> None:
        """Read what `sql` needs to have been read; call it within `failures()`.

        Raises:
            UserError: a text file cannot be read.
        """
        for number, part in enumerate(self._source.parts):
            if part.format == "records":
                from musicrec_tui.dataset.sources.batches import reader  # Arrow: not for the TUI

                account = LineAccount()
                self._connection.register(f"incoming_{number}", reader(self._batches(part, account)))
                execute(f"CREATE TEMP TABLE part_{number} AS FROM incoming_{number}", {})
                self._records[part.first] = account
                if part.lined:
                    self.texts[part.first] = self._counted(part, account)
            elif part.format in ("csv", "json"):
                select = "*" if part.companions else self._canonical(part)
                self.texts[part.first] = self._stage_text(execute, f"part_{number}", part, select)
                self._leave_out_totals(execute, number, part)
            if part.companions:
                self._join(execute, number, part)
        if self._later:
            execute(*dumps.repeated(self._source.parts))
        if self._join_plays:
            self._leave_out_repeated(execute)

    def _leave_out_totals(self, execute: Execute, number: int, part: Part) -> None:
        """Refuse the rows of play counts that are the total of the others, as spreadsheets have them."""
        if part.layout.name != tables.COUNTS.name or part.understood is None:
            return
        table = f"part_{number}"
        [(totals,)] = execute(tables.totals_sql(table), {})
        if totals:
            self._selects[number] = self._selects[number].replace(
                f"FROM {table}", f"FROM {tables.without_totals(table)}"
            )
            self.sql = " UNION ALL ".join(self._selects)

    def _leave_out_repeated(self, execute: Execute) -> None:
        """Refuse the plays that another file of people's exports tells of too."""
        own = [number for number, part in enumerate(self._source.parts) if repeated_plays.may_repeat(part)]
        parts = [self._source.parts[number] for number in own]
        if sum(len(part.files) for part in parts) < 2:
            return
        exports = " UNION ALL ".join(self._selects[number] for number in own)
        found = repeated_plays.repeated(execute, exports, self.parameters, parts)
        if not found:
            return
        execute("CREATE TEMP TABLE same_play (file INTEGER, row BIGINT, again BOOLEAN)", {})
        files, rows = zip(*found, strict=True)
        execute(
            "INSERT INTO same_play SELECT unnest($same_files), unnest($same_rows), true",
            {"same_files": list(files), "same_rows": list(rows)},
        )
        for number in own:
            self._selects[number] = repeated_plays.once(self._selects[number])
        self.sql = " UNION ALL ".join(self._selects)

    def release(self) -> None:
        """Drop what was staged: `sql` cannot be used after this."""
        for number in range(len(self._source.parts)):
            for kind, name in (("VIEW", "part"), ("TABLE", "part"), ("TABLE", "joined")):
                with contextlib.suppress(duckdb.CatalogException):  # a view is no table, and a table no view
                    self._connection.execute(f"DROP {kind} IF EXISTS {name}_{number}")
            self._connection.execute(f"DROP TABLE IF EXISTS part_{number}_plain")

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

    def broken(self) -> dict[str, int]:
        """How many lines of text were not rows of their table, by reason (call after `stage`)."""
        total: Counter[str] = Counter()
        for text in self.texts.values():
            total += text.account.refused
        return dict(total)

    def rows_by_file(self) -> dict[int, int]:
        """How many rows each file has, by its number; broken lines aside (call after `stage`)."""
        rows: dict[int, int] = {}
        numbers = {str(file): number for number, file in enumerate(self._source.files)}
        for number, part in enumerate(self._source.parts):
            if part.format == "parquet":
                sql = "SELECT file_name, num_rows FROM parquet_file_metadata($files)"
                counted = self._connection.execute(sql, {"files": file_list(part)}).fetchall()
                rows |= {numbers[str(path)]: int(count) for path, count in counted}
            elif part.format in ("csv", "json"):
                rows[part.first] = self.texts[part.first].account.rows
            else:
                sql = f"SELECT {part.first}, count(*) FROM part_{number}"  # noqa: S608
                rows |= {int(file): int(count) for file, count in self._connection.execute(sql).fetchall()}
        return rows

    def line(self, file: int, row: int) -> int:
        """The physical line of a row of text; of other files the row's own number."""
        text = self.texts.get(file)
        if text is None or text.by_lines:
            return row
        line = row + text.account.before
        for gap in text.gaps:
            if gap > line:
                break
            line += 1
        return line

    def line_texts(self, file: int, wanted: Sequence[int]) -> dict[int, str]:
        """Some physical lines of a text file as they stand there; of records those that are no entries."""
        part = next((part for part in self._source.parts if part.first == file), None)
        if not wanted or part is None:
            return {}
        if part.format == "records" and not part.lined:
            return {row: text for row, text in self._records[file].texts.items() if row in wanted}
        if part.format == "parquet" or (part.format == "json" and not _has_lines(part)):
            return {}  # entries of a document have no lines
        with legible(part.files[0]), open_text(part.files[0]) as opened:
            numbered = enumerate(lines(chunks(opened, part.encoding)), 1)
            return {
                number: line.decode(errors="replace")
                for number, line in islice(numbered, max(wanted))
                if number in wanted
            }

    def _canonical(self, part: Part) -> str:
        """The select list of a table."""
        assert isinstance(part.layout, TableLayout)  # noqa: S101  (records are canonical already)
        return part.layout.select(part.columns)

    def _select(self, number: int, part: Part) -> str:
        """The SELECT of one part."""
        fields = ", ".join(CANONICAL)
        if isinstance(part.layout, RecordLayout):
            return f"SELECT {fields}, {part.first} AS file, {LINE} AS row FROM part_{number}"  # noqa: S608
        if part.companions:
            return f"SELECT {self._canonical(part)}, file, row FROM joined_{number}"  # noqa: S608
        if part.format in ("csv", "json"):
            return f"SELECT {fields}, {part.first} AS file, {LINE} AS row FROM part_{number}"  # noqa: S608
        sql, parameters = scan(part, f"_{number}")
        self.parameters |= parameters
        select = f"SELECT {self._canonical(part)}, {place(part)} FROM {sql}"  # noqa: S608
        return dumps.once(select) if part.dump in self._later else select

    def _join(self, execute: Execute, number: int, part: Part) -> None:
        """Join a part with its companions."""
        tables: dict[str, str] = {}
        parameters: Parameters = {}
        for name, parts in part.companions.items():
            selects = []
            for at, one in enumerate(parts):
                if one.format == "csv":
                    text = self._stage_text(execute, f"{name}_{number}_{at}", one, "*")
                    self.beside[one.files[0]] = text.account
                    selects.append(f"SELECT * EXCLUDE ({LINE}) FROM {name}_{number}_{at}")  # noqa: S608
                else:
                    sql, values = scan(one, f"_{name}_{at}")
                    selects.append(f"SELECT * FROM {sql}")  # noqa: S608
                    parameters |= values
            tables[name] = " UNION ALL BY NAME ".join(selects)
        if part.format == "csv":
            listens = f"SELECT * EXCLUDE ({LINE}), {part.first} AS file, {LINE} AS row FROM part_{number}"  # noqa: S608
        else:
            sql, values = scan(part)
            listens = f"SELECT *, {place(part)} FROM {sql}"  # noqa: S608
            parameters |= values
        execute(f"CREATE TEMP TABLE joined_{number} AS {join_query(part, listens, tables)}", parameters)

    def _stage_text(self, execute: Execute, table: str, part: Part, select: str) -> TextFile:
        """Read a text file into a table with these columns and `LINE`."""
        with _named(part.files[0]), legible(part.files[0]):
            if part.format == "json":
                return self._stage_lines(execute, table, part, select)
            found = quick_check.check(part.files[0], part.dialect, part.encoding)
            part = _encoded(part, found.suspect)
            if found.plain and (text := self._stage_plain(execute, table, part, select, found)) is not None:
                return text
            return self._stage_lines(execute, table, part, select)

    def _stage_plain(
        self, execute: Execute, table: str, part: Part, select: str, found: quick_check.Check
    ) -> TextFile | None:
        """The same by DuckDB's reader; None where its rows and our lines do not add up."""
        sql, parameters = scan(part, rejects=True)
        staged = Staged("*", "*")
        if select != "*" and isinstance(part.layout, TableLayout):
            staged = part.layout.staged(part.columns)
        try:
            execute(f"CREATE TEMP TABLE {table}_plain AS SELECT {staged.stored} FROM {sql}", parameters)  # noqa: S608
        except duckdb.InvalidInputException:  # its parser gives up where it expects other quotes
            return None
        [(count,)] = execute(f"SELECT count(*) FROM {table}_plain", {})  # noqa: S608
        rejected = execute(_REJECTED, {"path": str(part.files[0])})
        account = LineAccount()
        account.lines, account.before, account.rows = found.lines, part.dialect.skipped, int(count)
        empty = [int(line) for line, text in rejected if not str(text or "").strip()]
        refused = [(int(line), str(text)) for line, text in rejected if str(text or "").strip()]
        account.blank = found.blank - _blank_before(part, found) + len(empty)
        account.refused[BROKEN_ROW] = len(refused)
        account.examples = [Broken(line, BROKEN_ROW, text[:200]) for line, text in refused[:3]]
        if not account.adds_up:
            execute(f"DROP TABLE {table}_plain", {})
            return None
        whole = _without_refused(execute, f"{table}_plain", staged)
        execute(f"CREATE TEMP VIEW {table} AS SELECT {whole}, rowid + 1 AS {LINE} FROM {table}_plain", {})  # noqa: S608
        gaps = sorted({*empty, *(line for line, _ in refused)})
        if account.blank > len(empty):
            gaps = sorted({*gaps, *_blank_lines(part)})
        return TextFile(account, part.encoding.label, by_lines=False, gaps=gaps)

    def _stage_lines(self, execute: Execute, table: str, part: Part, select: str) -> TextFile:
        """The same line by line."""
        from musicrec_tui.dataset.sources.batches import text_reader

        account = LineAccount()
        with part_rows(part, account) as rows:
            self._connection.register(f"{table}_lines", text_reader(list(part.columns), self._kept_failure(rows)))
            execute(f"CREATE TEMP TABLE {table} AS SELECT {select}, {LINE} FROM {table}_lines", {})  # noqa: S608
        self._connection.unregister(f"{table}_lines")
        if not account.adds_up:
            raise AssertionError(f"the lines of {part.files[0]} do not add up: {vars(account)}")
        return TextFile(account, part.encoding.label, by_lines=True)

    def _kept_failure(self, rows: Iterator[Any]) -> Iterator[Any]:
        """Rows. What they raise is kept, for DuckDB wraps it."""
        try:
            yield from rows
        except Exception as error:
            self._failure = error
            raise

    def _counted(self, part: Part, account: LineAccount) -> TextFile:
        """The account of a file with a record to a line, whose lines are counted apart from its reader."""
        with legible(part.files[0]), open_text(part.files[0]) as opened:
            account.lines = count_lines(chunks(opened, part.encoding))
        if not account.adds_up:
            raise AssertionError(f"the lines of {part.files[0]} do not add up: {vars(account)}")
        return TextFile(account, part.encoding.label, by_lines=True)

    def _batches(self, part: Part, account: LineAccount) -> "Iterator[pa.RecordBatch]":
        """The records of a part. What they raise is kept, for DuckDB wraps it."""
        from musicrec_tui.dataset.sources.batches import batches

        assert isinstance(part.layout, RecordLayout)  # noqa: S101  (only records are read so)
        try:
            for file in part.files:
                with _named(file):
                    quick = part.layout.quick and part.layout.quick(file, account)
                    yield from quick or batches(part.layout.read(file), account)
        except Exception as error:
            self._failure = error
            raise


def _without_refused(execute: Execute, table: str, staged: Staged) -> str:
    """The canonical listen from a table, whose column `refused` is dropped where no row is."""
    if not staged.kept_all:
        return staged.whole
    [(refused,)] = execute(f"SELECT count(refused) FROM {table}", {})  # noqa: S608
    if refused:
        return staged.whole
    execute(f"ALTER TABLE {table} DROP COLUMN refused", {})
    return staged.kept_all


@contextlib.contextmanager
def _named(file: Path) -> Iterator[None]:
    """A sentence about a file comes out as one that says which it is.

    Raises:
        UnreadableFile: the file cannot be read.
    """
    try:
        yield
    except UnreadableFile:
        raise
    except UserError as error:
        raise UnreadableFile(str(error), file) from error


@contextlib.contextmanager
def part_rows(part: Part, account: LineAccount | None = None) -> Iterator[Iterator[Row]]:
    """The rows of a part of text or JSON, read in Python (see `text_tables.rows`)."""
    if part.format == "json":
        yield _json_rows(part, account or LineAccount())
        return
    names, fits = _judges(part)
    with text_tables.rows(part.files[0], part.dialect, part.encoding, account, names=names, fits=fits) as rows:
        yield rows


def _has_lines(part: Part) -> bool:
    """Whether a JSON file has an entry to a line."""
    with documents.text(part.files[0]) as opened:
        return json_tables.is_lines(opened.read(_START).decode("utf-8-sig", errors="replace"))


def _json_rows(part: Part, account: LineAccount) -> Iterator[Row]:
    """The entries of a JSON file, noted as they pass: they, and blank lines between them, are its lines."""
    for row in json_tables.rows(part.files[0], list(part.columns), lines=_has_lines(part)):
        account.take(row)
        account.lines += row.spans
        yield row


def _encoded(part: Part, suspect: bytes) -> Part:
    """A part whose encoding was decided by its beginning, by bytes further on that are not UTF-8 too."""
    if not suspect or part.encoding.marked or part.understood is None or encoding.is_utf_8(suspect):
        return part
    return part._replace(encoding=encoding.single_byte(suspect))


def _judges(part: Part) -> tuple[frozenset[int] | None, Fits]:
    """Which columns of a part hold names, and what tells a row from a piece of one (see `delimited.Parser`)."""
    if part.understood is None:
        return None, any_row
    places = {column: at for at, column in enumerate(part.columns)}
    typed = (roles.PLAYS, roles.TIME, roles.DATE, roles.CLOCK, roles.LENGTH, roles.RATING)
    numbers = [places[column] for role, column in part.understood.columns.items() if role in typed]

    def fits(fields: Sequence[str]) -> bool:
        return all(not fields[at] or any(map(str.isdigit, fields[at])) for at in numbers) and (
            not numbers or any(fields[at] for at in numbers)
        )

    return frozenset(range(len(places))) - {*numbers}, fits


def _blank_before(part: Part, found: quick_check.Check) -> int:
    """The blank lines before the header, which are counted with it."""
    if not found.blank or not part.dialect.preamble:
        return 0
    with open_text(part.files[0]) as opened:
        return sum(not line for line in islice(lines(chunks(opened, part.encoding)), part.dialect.preamble))


def _blank_lines(part: Part) -> list[int]:
    """The numbers of the empty lines after the header."""
    with open_text(part.files[0]) as opened:
        numbered = enumerate(lines(chunks(opened, part.encoding)), 1)
        return [number for number, line in numbered if not line and number > part.dialect.skipped]
