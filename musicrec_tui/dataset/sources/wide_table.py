"""A wide table: a row for each user and a column for each artist, with play counts or 0 and 1 in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import number_forms, text_tables
from musicrec_tui.dataset.sources.base import Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head, legible, look

NO_PLAYS = "row of a user without a play"
NO_NUMBER = "cell that is not a number"

_FEWEST = 4
_KNOWN = (roles.ARTIST, roles.TRACK, roles.PLAYS, roles.RATING, roles.ARTIST_ID, roles.ARTIST_MBID)


def _fits(head: Head) -> bool:
    """A header of names, and numbers below all of them but the first."""
    names = head.labels[1:]
    if head.kind != "text" or len(names) < _FEWEST or not all(name.strip() for name in names):
        return False
    if any(roles.rank(role, name) is not None for name in head.labels for role in _KNOWN):
        return False
    rows = [row for row in head.rows() if len(row) == len(head.labels)][1:]
    cells = [cell.strip() for row in rows for cell in row[1:]]
    users = [row[0] for row in rows]
    whole = sum(cell.isdecimal() or not cell for cell in cells)
    named = not any(name.strip().replace(".", "", 1).isdecimal() for name in names)
    return bool(cells) and any(cells) and whole * 20 >= 19 * len(cells) and len(set(users)) == len(users) and named


def _read(file: Path) -> Iterator[Record]:
    """A record for each cell above zero; a row without one is left out."""
    with duckdb.connect() as connection:
        head = look(connection, file)
    with legible(file), text_tables.rows(file, head.dialect, head.encoding) as rows:
        for row in rows:
            if row.refused:
                yield Record(refused=row.refused, line=row.line, text=row.text)
            elif row.fields:
                yield from (record._replace(line=row.line) for record in _records(head.labels, row.fields))


def _records(labels: Sequence[str], fields: Sequence[str | None]) -> Iterator[Record]:
    """The records of one user."""
    user, *cells = fields
    told = 0
    for name, cell in zip(labels[1:], cells, strict=True):
        text = (cell or "").strip()
        if not text or text == "0":
            continue
        told += 1
        try:
            plays = float(text.replace(",", ".") if number_forms.classify([text]) == number_forms.DOTS else text)
        except ValueError:
            yield Record(user_id=user, artist_name=name, refused=NO_NUMBER)
            continue
        if plays:
            yield Record(user_id=user, artist_name=name, play_count=plays)
        else:
            told -= 1
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
