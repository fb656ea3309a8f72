"""From rows of the index to the structs that look-ups answer with."""

from datetime import UTC, date, datetime
from typing import Any

from musicrec_tui.dataset.records import Artist, Month, User

ARTIST = "a.code, a.key, a.name, a.listeners, a.listens, a.mbid, a.first_at, a.last_at"
"""The select list that `artist_of` reads; the table is called `a`."""
USER = "u.code, u.key, u.user_id, u.artists, u.listens, u.first_at, u.last_at"
"""The select list that `user_of` reads; the table is called `u`."""

Row = tuple[Any, ...]


def aware(moment: datetime | None) -> datetime | None:
    """A moment of the index, which holds UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment else None


def artist_of(row: Row) -> Artist:
    """The artist in the first columns of a row."""
    code, key, name, listeners, listens, mbid, first_at, last_at = row[:8]
    return Artist(code, key, name, listeners, listens, mbid, aware(first_at), aware(last_at))


def user_of(row: Row) -> User:
    """The user in the first columns of a row."""
    code, key, user_id, artists, listens, first_at, last_at = row[:7]
    return User(code, key, user_id, artists, listens, aware(first_at), aware(last_at))


def months_of(rows: list[tuple[date, int]] | list[tuple[date, int, int]]) -> tuple[Month, ...]:
    """Months in order, with zeros for those in between that have no listens.

    Args:
        rows: month, listens, and new artists where they are known.
    """
    if not rows:
        return ()
    counts = {row[0].year * 12 + row[0].month - 1: row[1:] for row in rows}
    nothing = (0,) * len(next(iter(counts.values())))
    return tuple(
        Month(f"{at // 12:04d}-{at % 12 + 1:02d}", *counts.get(at, nothing))
        for at in range(min(counts), max(counts) + 1)
    )


def storable(text: str) -> str:
    """A text that an index can be asked for: lone surrogates, which no index holds, become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
