"""Finds the artists of a profile, or of another log, in an index, by the rules of the index itself (`index.identity`).

An artist is the one with its mapped id, where the index is of the same layout; else the one with its MBID; else the one
that the index would give the name to: the artist without id of this normal name, or the mapped one that is called so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import ID
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.records import Artist
from musicrec_tui.text import normal_name, search_name

_BY_NAME = 3

_CANDIDATES = f"""
WITH asked AS (
    SELECT unnest($places) AS asked, unnest($keys) AS named, unnest($ids) AS id, unnest($mbids) AS mbid,
        unnest($searches) AS search),
found AS (
    SELECT asked, code, 0 AS way FROM (SELECT asked, unnest(id) AS key FROM asked) JOIN artist USING (key)
    UNION ALL SELECT asked, code, 1 FROM asked JOIN artist USING (mbid)
    UNION ALL SELECT asked, code, 2 FROM asked JOIN artist ON key = named
    UNION ALL SELECT asked, code, {_BY_NAME}
    FROM asked JOIN artist ON search_name = search AND starts_with(key, '{ID}'))
SELECT {ARTIST}, asked, way FROM found JOIN artist a USING (code) ORDER BY way, a.listens DESC, a.key
"""  # noqa: S608

LAYOUT_END = "\n"
"""Between a layout's name and an artist's id in it; no id has one."""


class OutsideArtist(NamedTuple):
    """An artist of a profile or of another log.

    Attributes:
        key, name, mbid: as the profile has them, the name raw.
        ids: mapped ids, each behind its layout's name and `LAYOUT_END`.
        plays, last_at: how often, and when last (UTC).
        liking: of its ratings, −1 to 1; None where there are none.
    """

    key: str
    name: str
    mbid: str | None
    ids: Sequence[str]
    plays: int
    last_at: datetime | None
    liking: float | None


class Same(Protocol):
    """An artist of a log, as a user chose it."""

    @property
    def key(self) -> str:
        """Its key there."""

    @property
    def name(self) -> str:
        """Its name there."""

    @property
    def mbid(self) -> str | None:
        """Its MBID, where it has one."""


def match_by_key(
    dataset: Dataset, own: Sequence[OutsideArtist], chosen: Mapping[str, Same] = MappingProxyType({})
) -> dict[str, Artist]:
    """The artists of the index, by the keys that they have in the profile; those that the data lack are left out.

    `chosen` says, by those keys, which other artist one is: it counts only where the index lacks the artist itself.
    """
    found = match_artists(dataset, own)
    others = [one for one, artist in zip(own, found, strict=True) if artist is None and one.key in chosen]
    if others:
        as_chosen = [
            one._replace(key=same.key, name=same.name, mbid=same.mbid, ids=())
            for one in others
            for same in (chosen[one.key],)
        ]
        by_choice = dict(zip((one.key for one in others), match_artists(dataset, as_chosen), strict=True))
        found = [artist or by_choice.get(one.key) for one, artist in zip(own, found, strict=True)]
    return {one.key: artist for one, artist in zip(own, found, strict=True) if artist is not None}


def match_artists(dataset: Dataset, own: Sequence[OutsideArtist]) -> list[Artist | None]:
    """For each, the artist of the index; None where the data lack it."""
    if not own:
        return []
    layouts = dataset.info.layout.split(" + ")
    names = [normal_name(one.name) for one in own]
    values = {
        "places": list(range(len(own))),
        "keys": [one.key for one in own],
        "ids": [[ID + id_ for layout, _, id_ in map(_parted, one.ids) if layout in layouts] for one in own],
        "mbids": [one.mbid for one in own],
        "searches": [search_name(one.name) for one in own],
    }
    found: list[Artist | None] = [None] * len(own)
    for *row, asked, way in dataset.query(_CANDIDATES, values):
        artist = artist_of(tuple(row))
        if found[asked] is None and (way < _BY_NAME or normal_name(artist.name) == names[asked]):
            found[asked] = artist
    return found


def _parted(artist_id: str) -> tuple[str, str, str]:
    """An id of `merging` as its layout, what stands between, and the id."""
    return artist_id.partition(LAYOUT_END)
