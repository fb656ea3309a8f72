"""A wide table: a row for each user and a column for each artist, with play counts or 0 and 1 in it."""

import operator
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import number_forms, tables, text_tables
from musicrec_tui.dataset.sources.base import Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head, legible, look, look_within

NO_PLAYS = "row of a user without a play"
NO_NUMBER = "cell that is not a number"

_FEWEST, _FEWEST_OF_USERS = 4, 2
"""Columns of artists; fewer will do where the first column is named as one of users."""
_KNOWN = (roles.ARTIST, roles.TRACK, roles.PLAYS, roles.RATING, roles.ARTIST_ID, roles.ARTIST_MBID)
_WORDS = {"": 0.0, "true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "x": 1.0}


def _fits(head: Head) -> bool:
    """A header of names, and numbers below all of them but the first."""
    names = head.labels[1:]
    rows = [row for row in head.rows() if len(row) == len(head.labels)][1:]
    users = [row[0] for row in rows]
    fewest = _FEWEST_OF_USERS if head.labels and _names_users(head.labels[0], users) else _FEWEST
    if head.kind != "text" or len(names) < fewest or not all(name.strip() for name in names):
        return False
    if any(roles.rank(role, name) is not None for name in head.labels for role in _KNOWN):
        return False
    cells = [cell.strip() for row in rows for cell in row[1:]]
    form = _form(cells)
    whole = sum(_is_count(cell, form) for cell in cells)
    named = not any(name.strip().replace(".", "", 1).isdecimal() for name in names)
    return bool(cells) and any(cells) and whole * 20 >= 19 * len(cells) and len(set(users)) == len(users) and named


def _names_users(label: str, users: Sequence[str]) -> bool:
    """Whether the first column is named as one of users, or has no name, as pandas writes it, and no row numbers."""
    numbered = [str(at) for at in range(len(users))], [str(at + 1) for at in range(len(users))]
    return roles.rank(roles.USER, label) is not None or (not label.strip() and users not in numbered)


def _form(cells: Sequence[str]) -> str:
    """How the numbers of a table are written."""
    return number_forms.classify((cell for cell in cells if cell.casefold() not in _WORDS), counts=True)


def _is_count(cell: str, form: str) -> bool:
    """Whether a cell may be a number of plays: whole, blank, or yes or no."""
    plays = _plays(cell, form)
    return plays is not None and plays == int(plays)


def _plays(cell: str, form: str) -> float | None:
    """The plays of a cell; None where it is no number."""
    told = _WORDS.get(cell.casefold())
    return number_forms.parse(cell, form) if told is None else told


def _read(file: Path) -> Iterator[Record]:
    """A record for each cell above zero; a row without one is left out."""
    with duckdb.connect() as connection:
        head = look(connection, file)
        if head.kind == "zip":
            head = look_within(file) or head
    below = [row for row in head.rows()[1:] if len(row) == len(head.labels)]
    form = _form([cell.strip() for row in below for cell in row[1:]])
    totals = frozenset(
        at for at, name in enumerate(head.labels) if at and _is_total(name) and _adds_up(below, at, form)
    )
    sums = [0.0] * len(head.labels)
    with legible(file), text_tables.rows(file, head.dialect, head.encoding) as rows:
        for row in rows:
            if row.refused:
                yield Record(refused=row.refused, line=row.line, text=row.text)
            elif row.fields:
                plays = [_plays((cell or "").strip(), form) or 0.0 for cell in row.fields[1:]]
                if _is_total(row.fields[0] or "") and plays == sums[1:]:
                    yield Record(refused=tables.TOTAL, line=row.line)
                    continue
                sums[1:] = map(operator.add, sums[1:], plays)
                records = _records(head.labels, row.fields, form, totals)
                yield from (record._replace(line=row.line) for record in records)


def _is_total(name: str) -> bool:
    """Whether a name is what spreadsheets call a total."""
    return name.strip(" :").casefold() in tables.TOTALS


def _adds_up(rows: Sequence[Sequence[str]], at: int, form: str) -> bool:
    """Whether the cell at a place is the sum of the others in each of some rows."""
    told = [[_plays(cell.strip(), form) or 0.0 for cell in row[1:]] for row in rows]
    return all(sum(cells) == 2 * cells[at - 1] for cells in told)


def _records(
    labels: Sequence[str], fields: Sequence[str | None], form: str, totals: frozenset[int]
) -> Iterator[Record]:
    """The records of one user; columns at the places `totals` are none of an artist."""
    user, *cells = fields
    told = 0
    for at, (name, cell) in enumerate(zip(labels[1:], cells, strict=True), 1):
        if at in totals:
            continue
        text = (cell or "").strip()
        if not text or text == "0":
            continue
        plays = _plays(text, form)
        if plays is None:
            told += 1
            yield Record(user_id=user, artist_name=name, refused=NO_NUMBER)
        elif plays:
            told += 1
            yield Record(user_id=user, artist_name=name, play_count=plays)
    if not told:
        yield Record(user_id=user, refused=NO_PLAYS)


LAYOUT = RecordLayout(
    name="user × artist table",
    sentence="a row for each user and a column for each artist, with play counts or 0 and 1",
    example="user,Portishead,Massive Attack,Pixies,Air\n7,42,0,3,1",
    fits=_fits,
    read=_read,
    timed=False,
)
