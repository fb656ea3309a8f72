"""From a file with any columns to a table that the generic reader reads, with what was understood of it."""

import glob
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import headless_lines, json_tables, mapping, tables, text_tables, time_forms
from musicrec_tui.dataset.sources.base import TableLayout, as_text
from musicrec_tui.dataset.sources.head import Columns, Head, keys
from musicrec_tui.dataset.sources.mapping import Asked, Table, Understood
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_SAMPLE = 400


class FoundTable(NamedTuple):
    """A table that can be read.

    Attributes:
        layout: with the SQL of its columns.
        understood: which column is what.
        columns: a key for each column, with its DuckDB type.
        header: whether text has one.
    """

    layout: TableLayout
    understood: Understood
    columns: Columns
    header: bool = True

    @property
    def weak(self) -> bool:
        """Whether nothing but names is there: it may be a list that goes with another table."""
        told = {roles.USER, roles.PLAYS, roles.RATING, roles.TIME, roles.DATE}
        return not told & {*self.understood.columns} and not self.understood.user


def find_table(connection: duckdb.DuckDBPyConnection, head: Head, asked: Asked) -> FoundTable | None:
    """The table in a file; None where no column is an artist's.

    Raises:
        UserError: a column that was asked for is not there, or the order of day and month in its dates is ambiguous.
    """
    if head.kind == "parquet":
        table = Table(head.columns, head.labels, _sample_parquet(connection, head))
        understood = mapping.understand(table, asked)
        return None if understood is None else FoundTable(tables.layout(understood), understood, head.columns)
    if head.kind == "json":
        return _json(head, asked)
    if head.kind != "text":
        return None
    rows = head.rows(limit=_SAMPLE)
    width = len(head.columns)
    whole = [row for row in rows[1:] if len(row) == width] or [
        row for row in rows[1:] if head.dialect.fewest <= len(row) <= width
    ]
    padded = [[*row, *[None] * (width - len(row))] for row in whole]
    header = True
    table = Table(head.columns, head.labels, padded)
    understood = mapping.understand(table, asked)
    if understood is not None and understood.time is None and (blank := _blank_times(table)):
        padded += _rows_with(head, blank)
        understood = mapping.understand(table, asked)
    columns: Columns = head.columns
    if understood is None:
        width = Counter(map(len, rows)).most_common(1)[0][0]  # the first line may be a broken one
        columns = {f"column_{place}": "VARCHAR" for place in range(width)}
        lines = [row for row in rows if len(row) == width]
        understood, header = headless_lines.understand(Table(columns, [""] * width, lines), asked)
    if understood is None:
        return None
    understood = understood._replace(padded=_padded(whole))
    understood = _with_order(head, understood, columns, header=header)
    return FoundTable(tables.layout(understood), understood, columns, header)


def _blank_times(table: Table) -> list[int]:
    """The places of columns that are named like a time and have no value in the first rows."""
    return [
        at
        for at, (column, label) in enumerate(zip(table.columns, table.labels, strict=True))
        if roles.rank(roles.TIME, label) is not None and not table.values(column)
    ]


def _rows_with(head: Head, places: Sequence[int]) -> list[list[str | None]]:
    """The first rows of the whole file that have a value in one of some columns."""
    with text_tables.rows(head.file, head.dialect, head.encoding) as rows:
        told = (row.fields for row in rows if row.fields and any((row.fields[at] or "").strip() for at in places))
        return [[*fields] for fields in islice(told, _SAMPLE)]


def _padded(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a blank follows each delimiter, nearly always (`Air, Sexy Boy, 2024-05-01`)."""
    told = [field[:1] == " " for row in rows for field in row[1:] if field]
    return bool(told) and sum(told) * 20 >= 19 * len(told)


def _json(head: Head, asked: Asked) -> FoundTable | None:
    """The table of the entries of a JSON file."""
    found = json_tables.look(head.file, head.start)
    columns = dict.fromkeys(keys(found.columns), "VARCHAR")
    understood = mapping.understand(Table(columns, found.columns, found.rows), asked)
    if understood is None:
        return None
    unread = tuple(
        f"The list {printable(name, 60)!r} of the file holds artists, too, and is not read." for name in found.unread
    )
    understood = understood._replace(user=understood.user or found.user, warnings=understood.warnings + unread)
    return FoundTable(tables.layout(understood), understood, columns)


def _sample_parquet(connection: duckdb.DuckDBPyConnection, head: Head) -> list[tuple[str | None, ...]]:
    """Some rows of a Parquet file, as text."""
    texts = ", ".join(as_text(name, type_) for name, type_ in head.columns.items())
    sql = f"SELECT {texts} FROM read_parquet($files, binary_as_string = true) LIMIT {_SAMPLE}"  # noqa: S608
    try:
        return connection.execute(sql, {"files": [glob.escape(str(head.file))]}).fetchall()
    except duckdb.Error:  # whoever reads it finds it too, and says it
        return []


def _with_order(head: Head, understood: Understood, columns: Columns, *, header: bool) -> Understood:
    """The same, with day and month told apart by all dates of the file where the first ones do not do that.

    Raises:
        UserError: no date of the file does.
    """
    if understood.time is None or not time_forms.is_undecided(understood.time.form):
        return understood
    column = understood.columns.get(roles.DATE) or understood.columns[roles.TIME]
    at = list(columns).index(column)
    dialect = head.dialect._replace(header=header)
    with text_tables.rows(head.file, dialect, head.encoding) as rows:
        order = _first_decision(row.fields[at] or "" for row in rows if row.fields)
    if order is None:
        shown = printable(understood.labels.get(column, column), 60)
        raise UserError(
            f"The dates in the column {shown!r} of {printable(str(head.file), None)} can be day/month or month/day, "
            "and none of them decides: say --dates dmy or --dates mdy."
        )
    return understood._replace(time=understood.time._replace(form=order, label=order))


def _first_decision(values: Iterator[str]) -> str | None:
    """The order that the first values which say one have."""
    while batch := list(islice(values, 10_000)):
        order = time_forms.decided(batch)
        if not time_forms.is_undecided(order):
            return order
    return None
