"""Rows of a part as its files have them: for eyes, not for the index."""

from itertools import islice
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.dataset.sources.relations import Parameters, joined, scan


class Glimpse(NamedTuple):
    """Some rows as text, with the names and DuckDB types of their columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def relation(part: Part) -> tuple[str, Parameters]:
    """A SELECT of all rows and columns of a part that is a table (with those of its companions), and its parameters.

    Lines that are no rows of their table are passed over. A part of records has no such relation (see `rows`).
    """
    sql, parameters = scan(part)
    if not part.companions:
        return f"SELECT * FROM {sql}", parameters  # noqa: S608
    query, more = joined(part, f"SELECT *, 0 AS file, 0 AS row FROM {sql}")  # noqa: S608
    return f"SELECT * EXCLUDE (file, row) FROM ({query})", parameters | more  # noqa: S608


def rows(connection: duckdb.DuckDBPyConnection, part: Part, limit: int, offset: int = 0) -> Glimpse:
    """So many rows of a part, after so many others; records are shown as the canonical listens that they become.

    Raises:
        UserError: a file of records cannot be read.
        duckdb.Error: a file of a table cannot be read.
    """
    if isinstance(part.layout, RecordLayout):
        return _records(part, part.layout, limit, offset)
    sql, parameters = relation(part)
    described = [(str(row[0]), str(row[1])) for row in connection.execute(f"DESCRIBE {sql}", parameters).fetchall()]
    texts = ", ".join(as_text(name, type_) for name, type_ in described)
    shown = f"SELECT {texts} FROM ({sql} LIMIT $limit OFFSET $offset)"  # noqa: S608
    found = connection.execute(shown, {**parameters, "limit": limit, "offset": offset}).fetchall()
    return Glimpse(tuple(name for name, _ in described), tuple(type_ for _, type_ in described), tuple(found))


def as_text(column: str, type_: str) -> str:
    """The expression of a column as text; a time that DuckDB cannot write as text (it breaks) is shown as a number."""
    name = '"' + column.replace('"', '""') + '"'
    if type_ not in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return f"CAST({name} AS VARCHAR)"
    written = f"CAST(CASE WHEN {name} BETWEEN '0001-01-01' AND '9999-12-31' THEN {name} END AS VARCHAR)"
    return f"coalesce({written}, CAST(epoch_us({name}) AS VARCHAR))"


def _records(part: Part, layout: RecordLayout, limit: int, offset: int) -> Glimpse:
    """The records of a part; columns that none of them fills are left out."""
    records = (record for file in part.files for record in layout.read(file))
    some = list(islice(records, offset, offset + limit))
    filled = [place for place in range(len(CANONICAL)) if any(record[place] is not None for record in some)]
    names = list(CANONICAL.items())
    return Glimpse(
        tuple(names[place][0] for place in filled),
        tuple(names[place][1] for place in filled),
        tuple(tuple(None if record[place] is None else str(record[place]) for place in filled) for record in some),
    )
