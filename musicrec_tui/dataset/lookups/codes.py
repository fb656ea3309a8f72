"""Codes and names: which row of the matrix is which user, which column which artist."""

from typing import Literal

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import arranging, artists, users
from musicrec_tui.dataset.lookups.arranging import AS_LISTED, Arranging
from musicrec_tui.dataset.records import Table
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

What = Literal["user", "artist"]

_TABLES = {
    "user": (
        'SELECT code, user_id, artists, listens FROM "user"',
        ("code", "user", "artists", "listens"),
        ("INTEGER", "VARCHAR", "INTEGER", "BIGINT"),
    ),
    "artist": (
        "SELECT code, name, listeners, listens, key FROM artist",
        ("code", "artist", "listeners", "listens", "key"),
        ("INTEGER", "VARCHAR", "INTEGER", "BIGINT", "VARCHAR"),
    ),
}


def code_page(dataset: Dataset, what: What, limit: int = 50, offset: int = 0, wanted: Arranging = AS_LISTED) -> Table:
    """Rows of a code table from row `offset` on: the matrix's rows (`user`) or columns (`artist`).

    Args:
        dataset: an index.
        what: the table.
        limit: the most rows.
        offset: how many rows come before them.
        wanted: their filter and order; by code without.

    Raises:
        UserError: there is no column to sort by of this name.
    """
    sql, columns, types = _TABLES[what]
    values: dict[str, object] = {"limit": limit, "offset": offset}
    if not wanted.active:
        rows = dataset.query(f"{sql} WHERE code >= $offset ORDER BY code LIMIT $limit", values)
        total = _total(dataset, what)
    else:
        named = f"(SELECT * FROM ({sql}) listed({', '.join(columns)}) {arranging.where(columns, wanted)})"  # noqa: S608
        text = arranging.parameter(wanted)
        order = arranging.order(columns, wanted, "code")
        rows = dataset.query(f"SELECT * FROM {named} {order} LIMIT $limit OFFSET $offset", values | text)  # noqa: S608
        [(total,)] = dataset.query(f"SELECT count(*) FROM {named}", text)  # noqa: S608
    texts = tuple(tuple(None if value is None else str(value) for value in row) for row in rows)
    return Table(columns, types, texts, total)


def find_code(dataset: Dataset, what: What, text: str) -> int:
    """The code that a person means by `text`: `#12` is code 12, all else an id or a name, whole or in part.

    A number that no user or artist has for a name is a code too.

    Raises:
        UserError: there is no such name or code.
    """
    wanted = text.strip()
    total = _total(dataset, what)
    digits = wanted.removeprefix("#").replace(",", "")
    code = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else -1
    if wanted.startswith("#") and code >= 0:
        if code < total:
            return code
        raise UserError(f"Codes go from #0 to #{total - 1}.")
    if wanted:
        search = users.search_users if what == "user" else artists.search_artists
        if found := search(dataset, wanted, 1, 0).rows:
            return found[0].code
    if 0 <= code < total:
        return code
    raise UserError(f"No {what} is called {printable(wanted, 60)!r}, and no code is: #12 is the code 12.")


def _total(dataset: Dataset, what: What) -> int:
    """How many codes there are."""
    return dataset.info.users if what == "user" else dataset.info.artists
