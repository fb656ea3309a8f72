"""The data as they are: the first rows of the log, and which code stands for whom."""

from typing import Literal

import duckdb

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.records import Table
from musicrec_tui.dataset.sources import archives, glimpse
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_CODES = {
    "user": ('SELECT code, key, artists, listens FROM "user"', ("code", "user", "artists", "listens")),
    "artist": (
        "SELECT code, key, name, listeners, listens FROM artist",
        ("code", "key", "artist", "listeners", "listens"),
    ),
}


def first_rows(dataset: Dataset, limit: int = 50) -> Table:
    """The first rows of the log's first file as they are there, with all columns; `total` counts all rows of the log.

    Raises:
        UserError: the log is not there any more, or cannot be read.
    """
    source = recognise(dataset.sources, dataset.info.insisted, unpacked=archives.beside(dataset.path))
    part = source.parts[0]._replace(files=source.parts[0].files[:1])
    try:
        with duckdb.connect() as connection:
            seen = glimpse.rows(connection, part, limit)
    except duckdb.Error as error:
        raise UserError(f"Cannot read {printable(str(part.files[0]), None)}: it changed, or it is damaged.") from error
    return Table(seen.columns, seen.types, seen.rows, dataset.info.rows)


def codes(dataset: Dataset, what: Literal["user", "artist"], limit: int = 50, offset: int = 0) -> Table:
    """Rows of a code table, in the order of the codes: the matrix's rows (`user`) or columns (`artist`)."""
    sql, columns = _CODES[what]
    rows = dataset.query(f"{sql} ORDER BY code LIMIT $limit OFFSET $offset", {"limit": limit, "offset": offset})
    text = tuple(tuple(None if value is None else str(value) for value in row) for row in rows)
    types = tuple("VARCHAR" if name in ("key", "user", "artist") else "INTEGER" for name in columns)
    total = dataset.info.users if what == "user" else dataset.info.artists
    return Table(columns, types, text, total)
