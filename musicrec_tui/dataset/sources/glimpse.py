"""Rows of a part as its files have them: for eyes, not for the index."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset.sources import quick_check
from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout, as_text
from musicrec_tui.dataset.sources.head import legible
from musicrec_tui.dataset.sources.reading import part_rows
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.dataset.sources.relations import scan

Texts = tuple[str | None, ...]


class Glimpse(NamedTuple):
    """Some rows as text, with the names and DuckDB types of their columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[Texts, ...]


def rows(connection: duckdb.DuckDBPyConnection, part: Part, limit: int, offset: int = 0) -> Glimpse:
    """So many rows of a part, after so many others; records are shown as the canonical listens that they become.

    Raises:
        UserError: a file of text or of records cannot be read.
        duckdb.Error: a Parquet file cannot be read.
    """
    if isinstance(part.layout, RecordLayout):
        return _records(part, part.layout, limit, offset)
    if part.format in ("csv", "json"):
        some = islice(text_rows(part), offset, offset + limit)
        return Glimpse(tuple(part.columns), tuple(part.columns.values()), tuple(some))
    relation, parameters = scan(part)
    sql = f"SELECT * FROM {relation}"  # noqa: S608
    described = [(str(row[0]), str(row[1])) for row in connection.execute(f"DESCRIBE {sql}", parameters).fetchall()]
    texts = ", ".join(as_text(name, type_) for name, type_ in described)
    shown = f"SELECT {texts} FROM ({sql} LIMIT $limit OFFSET $offset)"  # noqa: S608
    found = connection.execute(shown, {**parameters, "limit": limit, "offset": offset}).fetchall()
    return Glimpse(tuple(name for name, _ in described), tuple(type_ for _, type_ in described), tuple(found))


def is_plain(part: Part) -> bool:
    """Whether DuckDB's reader can be trusted with a text file.

    Raises:
        UserError: it cannot be read.
    """
    with legible(part.files[0]):
        return quick_check.check(part.files[0], part.dialect, part.encoding).plain


def text_rows(part: Part) -> Iterator[Texts]:
    """The rows of a part of text, those that are no rows of the table passed over.

    Raises:
        UserError: a file cannot be read.
    """
    return chain.from_iterable(_text_rows(part, number) for number in range(len(part.files)))


def _text_rows(part: Part, number: int) -> Iterator[Texts]:
    """The rows of one file."""
    file = part.files[number]
    with legible(file), part_rows(part._replace(files=(file,))) as found:
        for row in found:
            if row.fields:
                yield tuple(value or None for value in row.fields)


def _records(part: Part, layout: RecordLayout, limit: int, offset: int) -> Glimpse:
    """The records of a part; columns that none of them fills are left out."""
    records = (record for file in part.files for record in layout.rows(file))
    some = list(islice(records, offset, offset + limit))
    filled = [place for place in range(len(CANONICAL)) if any(record[place] is not None for record in some)]
    names = list(CANONICAL.items())
    return Glimpse(
        tuple(names[place][0] for place in filled),
        tuple(names[place][1] for place in filled),
        tuple(tuple(None if record[place] is None else str(record[place]) for place in filled) for record in some),
    )
