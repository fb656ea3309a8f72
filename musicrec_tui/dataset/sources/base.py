"""What a layout is, and the SQL that brings values of many types to the canonical listen.

There are two kinds. A `TableLayout` is a table (Parquet, CSV, TSV) that DuckDB reads: it says which columns it needs
and gives an SQL expression for each canonical field. A `RecordLayout` is anything else (JSON, a zip of it, a
scrobbler's log): it yields one `Record` after another.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from musicrec_tui.dataset import formula_guard
from musicrec_tui.dataset.sources.head import Columns, Head

if TYPE_CHECKING:
    import pyarrow as pa

    from musicrec_tui.dataset.sources.text_tables import LineAccount

ME = "me"
"""The user of a log that is one person's, and does not say whose."""

NO_ENTRY = "not an entry of its layout (cut, or with values of another type)"
CUT_OFF = "the file is cut off here"
NOT_PLAYED = "skipped, not played"
"""Reasons of several layouts to refuse a record."""

BLANK_LINE, COMMENT_LINE = "blank line", "comment"
"""What a line of a file may be that is no record; it is counted, but not as a row."""

Kind = Literal["id", "text", "time", "number", "ids"]

CANONICAL: dict[str, str] = {
    "user_id": "VARCHAR",
    "artist_id": "VARCHAR",
    "artist_name": "VARCHAR",
    "artist_mbid": "VARCHAR",
    "release_name": "VARCHAR",
    "recording_name": "VARCHAR",
    "recording_mbid": "VARCHAR",
    "listened_at": "TIMESTAMP",
    "play_count": "DOUBLE",
    "rating": "DOUBLE",
    "refused": "VARCHAR",
}
"""The canonical listen. `listened_at` is UTC; `play_count` is 1 for a listen, n where the log is aggregated, and NULL
where the row is a rating and no listen; `refused` is the layout's own reason to leave a row out."""

_CONSTANT = re.compile(r"NULL|\d+|'(?:[^']|'')*'")
"""An SQL expression that is the same for each row."""

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = (*_INTEGERS, *(f"U{name}" for name in _INTEGERS), "FLOAT", "DOUBLE", "DECIMAL")
_TYPES: dict[Kind, tuple[str, ...]] = {
    "id": ("VARCHAR", "ENUM", "UUID", *_NUMBERS),
    "text": ("VARCHAR", "ENUM"),
    "time": ("TIMESTAMP", "DATE", "TIME", "VARCHAR", "BIGINT", "INTEGER", "DOUBLE"),
    "number": ("VARCHAR", *_NUMBERS),
    "ids": ("VARCHAR",),
}


class Record(NamedTuple):
    """One row of a `RecordLayout`, as the canonical listen; times are seconds since 1970, UTC.

    Every row of a file becomes a record: one that is left out says why in `refused`.

    Attributes:
        line: its physical line, of a layout of lines (where blank lines and comments are records, too).
        text: how a record that is no entry begins.
    """

    user_id: str | None = None
    artist_id: str | None = None
    artist_name: str | None = None
    artist_mbid: str | None = None
    release_name: str | None = None
    recording_name: str | None = None
    recording_mbid: str | None = None
    listened_at: float | None = None
    play_count: float | None = 1.0
    rating: float | None = None
    refused: str | None = None
    line: int | None = None
    text: str | None = None


class Join(NamedTuple):
    """What a layout keeps in tables beside that of the listens.

    Attributes:
        tables: their names, with the columns they are recognised by.
        needed: those without which the listens say nothing.
        query: gives, from the columns of `listens` and of those tables that are there, a SELECT over relations of
            these names. It passes the columns `file` and `row` of `listens` on, and gives each of its rows once.
    """

    tables: Mapping[str, Mapping[str, Kind]]
    needed: tuple[str, ...]
    query: Callable[[Mapping[str, Columns]], str]

    def told_by(self, columns: Columns) -> str:
        """Which of the tables one with these columns is; empty: none."""
        return next((name for name, wanted in self.tables.items() if wanted.keys() <= columns.keys()), "")


class Staged(NamedTuple):
    """Select lists of a table that is stored for several passes.

    Attributes:
        stored: what is stored.
        whole: the canonical listen from it.
        kept_all: the same where no row is refused, so that the column `refused` need not stay; empty: it is not stored.
    """

    stored: str
    whole: str
    kept_all: str = ""


class TableLayout(NamedTuple):
    """A table that DuckDB reads.

    Attributes:
        name: what `--format` and `DatasetInfo.layout` say.
        sentence: what it is, for people.
        example: a line or two of it.
        required, optional: column names (lower case) with the kind of values that they must hold.
        expressions: gives, for a file's columns, the SQL expression of each canonical field that the layout has;
            only columns that the file has may be named in it.
        timed: whether its rows say when; None: they are ratings, which go with either.
        headless: for text without a header: the names of the columns where these lines are of this layout, else None.
        quotes: whether quotation marks in text stand around values (else they are part of them).
        join: the tables that it is made of, where there are several (NYU's).
        recording: the column that distinguishes recordings where one dump may repeat listens of another; empty: there
            are no dumps of this layout.
        excerpt: how the name of a file ends that holds no more than a part of what the file without that end has.
        parquet_only: whether text with such columns is left to the generic reader.
        generic: whether the generic reader (see `tables`) finds the columns; `required` then are those of its example.
    """

    name: str
    sentence: str
    example: str
    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]
    expressions: Callable[[Columns], dict[str, str]]
    timed: bool | None = True
    headless: Callable[[list[list[str]]], list[str] | None] | None = None
    quotes: bool = True
    join: Join | None = None
    recording: str = ""
    excerpt: str = ""
    parquet_only: bool = False
    generic: bool = False

    def fits(self, columns: Columns) -> bool:
        """Whether all required columns are there (whatever they hold)."""
        return self.required.keys() <= columns.keys()

    def misfits(self, columns: Columns) -> list[str]:
        """The columns that hold what they must not, as "artist_name is a BLOB"."""
        wanted = {**self.optional, **self.required}
        return [
            f"{name} is {type_}"
            for name, type_ in columns.items()
            if name in wanted and not _holds(type_, wanted[name])
        ]

    def select(self, columns: Columns) -> str:
        """The select list that maps a file with these columns to the canonical listen, in its order."""
        return ", ".join(self._canonical(columns).values())

    def staged(self, columns: Columns) -> Staged:
        """The same in two select lists: what has to be stored of a file, and all from what is stored.

        What is the same for each row is not stored: a column of text takes 16 bytes of memory a row.
        """
        have, canonical = self.expressions(columns), self._canonical(columns)
        same = {name for name in CANONICAL if _CONSTANT.fullmatch(have.get(name, "NULL"))}
        whole = {name: one if name in same else name for name, one in canonical.items()}
        kept_all = whole | {"refused": f"CAST(NULL AS {CANONICAL['refused']}) AS refused"}
        return Staged(
            ", ".join(one for name, one in canonical.items() if name not in same),
            ", ".join(whole.values()),
            ", ".join(kept_all.values()) if "refused" not in same else "",
        )

    def _canonical(self, columns: Columns) -> dict[str, str]:
        """The columns of the canonical listen, each as SQL; texts of our guarded CSV files as they were before."""
        have = self.expressions(columns)
        casts = {name: f"CAST({have.get(name, 'NULL')} AS {kind})" for name, kind in CANONICAL.items()}
        if formula_guard.MARK in columns:
            casts |= {name: formula_guard.unguard(casts[name]) for name, kind in CANONICAL.items() if kind == "VARCHAR"}
        return {name: f"{cast} AS {name}" for name, cast in casts.items()}


def _never(_: Head) -> bool:
    """No file of the layout has lines."""
    return False


class RecordLayout(NamedTuple):
    """A file that Python reads, record by record.

    Attributes:
        name, sentence, example, timed: as in `TableLayout`.
        fits: whether a file, by what it shows of itself, is of this layout.
        read: yields its records, in the order of the file. Raises `UserError` where the file cannot be read at all.
        lined: whether a file that begins so has one record to a line.
        quick: the records of a file as Arrow, where that takes less time than one after another; None: it does not.
    """

    name: str
    sentence: str
    example: str
    fits: Callable[[Head], bool]
    read: Callable[[Path], Iterator[Record]]
    timed: bool | None = True
    lined: Callable[[Head], bool] = _never
    quick: "Callable[[Path, LineAccount], Iterator[pa.RecordBatch] | None] | None" = None

    def rows(self, file: Path) -> Iterator[Record]:
        """The records that are rows: neither blank lines nor comments."""
        return (record for record in self.read(file) if record.refused not in (BLANK_LINE, COMMENT_LINE))


Layout = TableLayout | RecordLayout


def _holds(type_: str, kind: Kind) -> bool:
    """Whether a DuckDB type can hold a kind of values."""
    if type_ == '"NULL"':  # a column without one value, as pandas writes it
        return True
    if type_.endswith("[]"):
        return kind == "ids" and _holds(type_.removesuffix("[]"), "id")
    return any(type_.startswith(allowed) for allowed in _TYPES[kind])


def optional(columns: Columns, fields: Mapping[str, str]) -> dict[str, str]:
    """The expressions (canonical field to column) of those columns that the file has."""
    return {field: column for field, column in fields.items() if column in columns}


def key_text(column: str, columns: Columns) -> str:
    """An id as text; pandas makes whole numbers with gaps floating, so 12.0 is 12 and NaN is no id."""
    if columns[column] in ("FLOAT", "DOUBLE"):
        return f"TRY_CAST({column} AS BIGINT)"
    return column


def instant(column: str, columns: Columns) -> str:
    """A UTC timestamp from a timestamp with or without zone, seconds since 1970, or ISO text (session in UTC)."""
    return instant_of(column, columns[column])


def instant_of(value: str, type_: str) -> str:
    """The same of an expression of some DuckDB type."""
    if type_ == "TIMESTAMPTZ_NS":  # as pandas writes it; `epoch_us` does not take it
        return f"make_timestamp(epoch_us(CAST({value} AS TIMESTAMPTZ)))"
    if type_.startswith("TIMESTAMP WITH"):
        return f"make_timestamp(epoch_us({value}))"
    if type_ == "VARCHAR":
        seconds = f"TRY(make_timestamp(CAST(TRY_CAST({value} AS DOUBLE) * 1000000 AS BIGINT)))"
        return f"coalesce(make_timestamp(epoch_us(TRY_CAST({value} AS TIMESTAMPTZ))), {seconds})"
    if type_ in ("BIGINT", "INTEGER", "DOUBLE"):
        return f"TRY(make_timestamp(CAST({value} * 1000000 AS BIGINT)))"
    return value if type_ == "TIMESTAMP" else f"TRY_CAST({value} AS TIMESTAMP)"


def identifier(column: str) -> str:
    """A column's name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


def as_text(column: str, type_: str) -> str:
    """The expression of a column as text; a time that DuckDB cannot write as text (it breaks) is shown as a number."""
    name = identifier(column)
    if type_ not in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return f"CAST({name} AS VARCHAR)"
    written = f"CAST(CASE WHEN {name} BETWEEN '0001-01-01' AND '9999-12-31' THEN {name} END AS VARCHAR)"
    return f"coalesce({written}, CAST(epoch_us({name}) AS VARCHAR))"


def blank_is_null(column: str) -> str:
    """An id of text, where an empty field means that there is none."""
    return f"nullif(trim(CAST({column} AS VARCHAR)), '')"
