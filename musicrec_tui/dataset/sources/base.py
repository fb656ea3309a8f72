"""What a layout is, and the SQL that brings values of many types to the canonical listen."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

Columns = Mapping[str, str]
"""A file's columns: lower-case name to DuckDB type."""

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
}
"""The canonical listen. `listened_at` is UTC; `play_count` is 1 for a listen, n where the log is aggregated."""

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = (*_INTEGERS, *(f"U{name}" for name in _INTEGERS), "FLOAT", "DOUBLE", "DECIMAL")
_TYPES: dict[Kind, tuple[str, ...]] = {
    "id": ("VARCHAR", "ENUM", "UUID", *_NUMBERS),
    "text": ("VARCHAR", "ENUM"),
    "time": ("TIMESTAMP", "DATE", "TIME", "VARCHAR", "BIGINT", "INTEGER", "DOUBLE"),
    "number": ("VARCHAR", *_NUMBERS),
    "ids": ("VARCHAR",),
}


class Layout(NamedTuple):
    """A way in which logs of listens are written.

    Attributes:
        name: what `DatasetInfo.layout` says.
        sentence: what it is, for people.
        required, optional: column names (lower case) with the kind of values that they must hold.
        expressions: gives, for a file's columns, the SQL expression of each canonical field that the layout has;
            only columns that the file has may be named in it.
    """

    name: str
    sentence: str
    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]
    expressions: Callable[[Columns], dict[str, str]]

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
        have = self.expressions(columns)
        return ", ".join(f"CAST({have.get(name, 'NULL')} AS {type_}) AS {name}" for name, type_ in CANONICAL.items())


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
    type_ = columns[column]
    if type_.startswith("TIMESTAMP WITH"):
        return f"make_timestamp(epoch_us({column}))"
    if type_ == "VARCHAR":
        seconds = f"TRY(make_timestamp(CAST(TRY_CAST({column} AS DOUBLE) * 1000000 AS BIGINT)))"
        return f"coalesce(make_timestamp(epoch_us(TRY_CAST({column} AS TIMESTAMPTZ))), {seconds})"
    if type_ in ("BIGINT", "INTEGER", "DOUBLE"):
        return f"TRY(make_timestamp(CAST({column} * 1000000 AS BIGINT)))"
    return f"CAST({column} AS TIMESTAMP)"
