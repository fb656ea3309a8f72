"""Which artists a text may mean, best first, and how many there are: one scan of the narrow columns, then one page.

A statement for hits gives `code, place, listeners, listens` for each artist that a text may mean; a smaller `place`
comes first, then more listeners. The other columns are read for the page alone.
"""

from collections.abc import Mapping

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.records import ArtistPage

ALL = "SELECT code, 0 AS place, listeners, listens FROM artist"
"""Hits for an empty text."""

LETTERS = """
SELECT code, listeners, listens, CASE
    WHEN starts_with(search_name, $text) THEN CAST(strlen(search_name) > strlen($text) AS INTEGER)
    WHEN contains(search_name, ' ' || $text) THEN 2
    ELSE 3 END AS place
FROM artist WHERE contains(search_name, $text)
"""
"""Hits that hold `$text`: the name itself, names that start so, those with a word that does, and the rest."""

_PAGE = f"""
WITH hit AS MATERIALIZED (%s),
page AS (
    SELECT row_number() OVER (ORDER BY place, listeners DESC, listens DESC, code) AS rank, code FROM (
        FROM hit ORDER BY place, listeners DESC, listens DESC, code LIMIT $limit OFFSET $offset))
SELECT {ARTIST}, total FROM (SELECT count(*) AS total FROM hit)
LEFT JOIN (page JOIN artist a ON a.code = page.code) ON true ORDER BY rank
"""  # noqa: S608


def page(dataset: Dataset, hits: str, values: Mapping[str, object], limit: int, offset: int) -> ArtistPage:
    """A page of hits, and how many there are in all, be the page beyond the last of them.

    Args:
        dataset: an index.
        hits: a statement for hits, of ours.
        values: its parameters.
        limit: the most rows.
        offset: how many hits come before them.
    """
    rows = dataset.query(_PAGE % hits, {**values, "limit": limit, "offset": offset})
    return ArtistPage(tuple(artist_of(row) for row in rows if row[0] is not None), int(rows[0][-1]))
