"""What can be asked about: the tables of an index with their columns, and what a row of each is."""

import msgspec

from musicrec_tui.dataset.index.opened import Dataset

_COLUMNS = """
SELECT table_name, estimated_size, list({'name': column_name, 'type': data_type} ORDER BY column_index)
FROM duckdb_columns() JOIN duckdb_tables() USING (database_oid, schema_oid, table_oid, table_name)
WHERE NOT duckdb_tables.internal GROUP BY ALL
"""

_ROWS = {
    "artist": "an artist; code is the column of the matrix",
    "user": "a user; code is the row of the matrix",
    "play": "how often a user played an artist, by user",
    "play_by_artist": "the same, by artist",
    "listen": "a listen; a log of counts has none",
    "rating": "a user's rating of an artist",
    "user_month": "a user's listens in a month",
    "artist_month": "an artist's listens in a month",
    "recording": "a recording of an artist",
    "release": "a release of an artist",
    "file": "a file that was read",
    "offender": "a row that was skipped or repaired",
    "meta": "what the index says of itself",
}
"""What a row is, in the order in which the tables are listed."""


class IndexColumn(msgspec.Struct, frozen=True):
    """A column, and its DuckDB type."""

    name: str
    type: str


class IndexTable(msgspec.Struct, frozen=True):
    """A table: what a row of it is, how many there are, and its columns in order."""

    name: str
    row: str
    rows: int
    columns: tuple[IndexColumn, ...]


def tables(dataset: Dataset) -> tuple[IndexTable, ...]:
    """All tables of an index, those that people ask about first.

    Raises:
        UserError: the index is damaged.
        Cancelled: the dataset was closed meanwhile.
    """
    found = {
        name: IndexTable(name, _ROWS.get(name, ""), rows, tuple(IndexColumn(**column) for column in columns))
        for name, rows, columns in dataset.query(_COLUMNS)
    }
    known = [found[name] for name in _ROWS if name in found]
    return (*known, *(table for name, table in sorted(found.items()) if name not in _ROWS))
