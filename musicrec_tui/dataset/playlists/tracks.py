"""Which recordings stand for an artist: those that are played most in this log."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.records import Artist

_TOP = """
SELECT artist_code, name FROM (
    SELECT artist_code, name, row_number() OVER (PARTITION BY artist_code ORDER BY listens DESC, name) AS place
    FROM recording WHERE artist_code IN (SELECT unnest($artists)))
WHERE place <= $limit ORDER BY artist_code, place
"""


class Track(NamedTuple):
    """A line of a playlist; all names are raw.

    Attributes:
        artist: whose.
        title: of the recording; empty: the log knows none of the artist's.
        mbid: of the recording at MusicBrainz; empty: not known.
    """

    artist: Artist
    title: str
    mbid: str = ""


def top(dataset: Dataset, artists: Sequence[Artist], limit: int) -> dict[int, list[str]]:
    """The `limit` recordings of each artist that are played most, by the artist's code.

    Raises:
        UserError: the index is damaged.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for code, name in dataset.query(_TOP, {"artists": [artist.code for artist in artists], "limit": limit}):
        found[code].append(name)
    return found
