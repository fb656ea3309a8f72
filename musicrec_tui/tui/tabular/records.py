"""The columns of records in lists: artists, users, listens, titles, recommendations and their reasons."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from musicrec_tui.dataset.bookmarks import Bookmark
from musicrec_tui.dataset.records import Artist, Bucket, Listen, Listener, Month, Played, Title, User
from musicrec_tui.dataset.table_files import Cells, Column, Kind, Value
from musicrec_tui.jobs.host_protocol import EvaluatedRow, HeldOut, Recommendation
from musicrec_tui.jobs.shares import Share

_UNSEEN = ("_key", "_mbid")
"""Endings of columns that no list of records shows."""


class Field(NamedTuple):
    """A column with the function that reads its value from a record.

    Attributes:
        seen: whether lists show it; what is not seen is neither sorted nor filtered by, only copied and exported.
    """

    column: Column
    value: Callable[[Any], Value]
    seen: bool = True


def field(name: str, value: Callable[[Any], Value], kind: Kind = "text") -> Field:
    """A field with a new column; lists do not show keys and MBIDs."""
    return Field(Column(name, kind), value, seen=not name.endswith(_UNSEEN))


def fields(record: object) -> tuple[Field, ...]:
    """The fields of records of this type; none for other objects (a heading, a button)."""
    return _FIELDS.get(type(record), ())


def columns_of(described: Sequence[Field]) -> tuple[Column, ...]:
    """The columns of fields."""
    return tuple(one.column for one in described)


def cells_of(described: Sequence[Field], record: object) -> Cells:
    """The values of a record."""
    return tuple(one.value(record) for one in described)


def rows_of(records: Iterable[object]) -> list[Cells]:
    """The values of records of one type."""
    listed = list(records)
    described = fields(listed[0]) if listed else ()
    return [cells_of(described, record) for record in listed]


_ARTIST = (
    field("artist", lambda one: one.name),
    field("listeners", lambda one: one.listeners, "whole"),
    field("listens", lambda one: one.listens, "whole"),
    field("first_at", lambda one: one.first_at, "time"),
    field("last_at", lambda one: one.last_at, "time"),
    field("artist_key", lambda one: one.key),
    field("artist_mbid", lambda one: one.mbid),
)
_USER = (
    field("user", lambda one: one.user_id),
    field("listens", lambda one: one.listens, "whole"),
    field("artists", lambda one: one.artists, "whole"),
    field("first_at", lambda one: one.first_at, "time"),
    field("last_at", lambda one: one.last_at, "time"),
    field("user_key", lambda one: one.key),
)
_PLAYED = (
    field("artist", lambda one: one.artist.name),
    field("plays", lambda one: one.plays, "whole"),
    field("last_at", lambda one: one.last_at, "time"),
    field("listeners", lambda one: one.artist.listeners, "whole"),
    field("artist_key", lambda one: one.artist.key),
    field("artist_mbid", lambda one: one.artist.mbid),
)
_LISTENER = (
    field("user", lambda one: one.user.user_id),
    field("plays", lambda one: one.plays, "whole"),
    field("user_key", lambda one: one.user.key),
)
_LISTEN = (
    field("listened_at", lambda one: one.listened_at, "time"),
    field("artist", lambda one: one.artist_name),
    field("recording", lambda one: one.recording_name),
    field("artist_key", lambda one: one.artist_key),
)
_TITLE = (
    field("title", lambda one: one.name),
    field("listens", lambda one: one.listens, "whole"),
    field("artist", lambda one: one.artist_name),
    field("artist_key", lambda one: one.artist_key),
)
_RECOMMENDATION = (
    field("artist", lambda one: one.artist.name),
    field("rank", lambda one: one.rank, "whole"),
    field("score", lambda one: one.score, "number"),
    field("heard", lambda one: one.heard, "truth"),
    field("because", lambda one: "; ".join(reason.artist.name for reason in one.reasons) or None),
    field("listeners", lambda one: one.artist.listeners, "whole"),
    field("artist_key", lambda one: one.artist.key),
    field("artist_mbid", lambda one: one.artist.mbid),
)
_EVALUATED = (
    field("rank", lambda one: one.rank, "whole"),
    field("artist", lambda one: one.artist.name),
    field("score", lambda one: one.score, "number"),
    field("held_out", lambda one: getattr(one, "held_out", True), "truth"),
    field("artist_key", lambda one: one.artist.key),
    field("artist_mbid", lambda one: one.artist.mbid),
)
_MONTH = (
    field("month", lambda one: one.month),
    field("listens", lambda one: one.listens, "whole"),
    field("new_artists", lambda one: one.new_artists, "whole"),
)
_BUCKET = (
    field("fewest", lambda one: one.fewest, "whole"),
    field("most", lambda one: one.most, "whole"),
    field("count", lambda one: one.count, "whole"),
    field("listens", lambda one: one.listens, "whole"),
)

_SHARE = (
    field("artist", lambda one: one.artist.name if one.artist is not None else None),
    field("amount", lambda one: one.amount, "number"),
    field("share", lambda one: one.share, "number"),
    field("artists", lambda one: one.artists, "whole"),
    field("artist_key", lambda one: one.artist.key if one.artist is not None else None),
    field("artist_mbid", lambda one: one.artist.mbid if one.artist is not None else None),
)
_BOOKMARK = (
    field("name", lambda one: one.name),
    field("kind", lambda one: one.kind),
    field("key", lambda one: one.key),
    field("at", lambda one: one.at, "time"),
)

_FIELDS: dict[type, tuple[Field, ...]] = {
    Artist: _ARTIST, User: _USER, Played: _PLAYED, Listener: _LISTENER, Listen: _LISTEN, Title: _TITLE,
    Recommendation: _RECOMMENDATION, EvaluatedRow: _EVALUATED, HeldOut: _EVALUATED, Month: _MONTH,
    Bucket: _BUCKET, Share: _SHARE,
    Bookmark: _BOOKMARK,
}  # fmt: skip
