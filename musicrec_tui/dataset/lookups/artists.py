"""Artists: search while typing, find one, and its profile."""

from collections.abc import Mapping

from msgspec import structs

from musicrec_tui.dataset.lookups import typos
from musicrec_tui.dataset.lookups.in_period import Tables
from musicrec_tui.dataset.lookups.structs import ARTIST, USER, Row, artist_of, months_of, storable, user_of
from musicrec_tui.dataset.records import Artist, ArtistPage, ArtistProfile, Listener, Title, TitlePage
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name, printable, search_name

_SAME = f"SELECT {ARTIST} FROM artist a WHERE a.search_name = $text ORDER BY a.listeners DESC, a.listens DESC, a.code"  # noqa: S608

_LISTENERS = f"""
SELECT {USER}, plays FROM (
    SELECT user_code, plays FROM play_by_artist WHERE artist_code = $artist ORDER BY plays DESC, user_code LIMIT $limit)
JOIN "user" u ON u.code = user_code ORDER BY plays DESC, u.code
"""  # noqa: S608

_MONTHS = "SELECT month, listens FROM artist_month WHERE artist_code = $artist ORDER BY month"

_TITLES = """
SELECT name, listens, count(*) OVER () FROM %s WHERE artist_code = $artist ORDER BY listens DESC, name LIMIT $limit
"""

_MOST_NAMED = 3


_ALL = "SELECT code, 0 AS place, listeners, listens FROM artist"
"""Hits for an empty text."""

_LETTERS = """
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


def search_artists(dataset: Tables, text: str, limit: int = 50, offset: int = 0) -> ArtistPage:
    """The artists whose names hold `text`, case and accents aside.

    Exact names come first, then names that start so, then words that do, then the rest; within each, more listeners
    first. An empty text means the most popular artists. Where no name holds it, small typos are forgiven (see `typos`):
    the page says so, fewer typos come first.
    """
    wanted = storable(search_name(text))
    if not wanted:
        return _page(dataset, _ALL, {}, limit, offset)
    found = _page(dataset, _LETTERS, {"text": wanted}, limit, offset)
    if found.total or (values := typos.parameters(wanted)) is None:
        return found
    near = _page(dataset, typos.HITS, values, limit, offset)
    return ArtistPage(near.rows, near.total, forgiven=near.total > 0)


def find_artist(dataset: Tables, name_or_key: str) -> Artist:
    """The one artist with this key or name (case aside; accents too, where nothing else has that name).

    Raises:
        UserError: there is none (close names are suggested), or several (their keys are listed).
    """
    if found := by_keys(dataset, [storable(name_or_key)]):
        return found[storable(name_or_key)]
    wanted = storable(search_name(name_or_key))
    same = [artist_of(row) for row in dataset.query(_SAME, {"text": wanted})] if wanted else []
    exact = [artist for artist in same if artist.name == name_or_key]
    normal = [artist for artist in same if normal_name(artist.name) == normal_name(name_or_key)]
    for candidates in (exact, normal, same):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise _ambiguous(name_or_key, candidates)
    alike = [printable(artist.name) for artist in search_artists(dataset, wanted, _MOST_NAMED).rows] if wanted else []
    hint = f" Did you mean {_either(alike)}?" if alike else ""
    raise UserError(f"There is no artist {printable(name_or_key)!r} in this data.{hint}")


def all_artists(dataset: Tables) -> list[Artist]:
    """All artists, by code."""
    return [artist_of(row) for row in dataset.query(f"SELECT {ARTIST} FROM artist a ORDER BY a.code")]  # noqa: S608


def by_keys(dataset: Tables, keys: list[str]) -> dict[str, Artist]:
    """The artists with these keys; keys that the data lack are left out."""
    sql = f"SELECT {ARTIST} FROM artist a WHERE a.key IN (SELECT unnest($keys))"  # noqa: S608
    return {row[1]: artist_of(row) for row in dataset.query(sql, {"keys": keys})} if keys else {}


def by_codes(dataset: Tables, codes: list[int]) -> dict[int, Artist]:
    """The artists with these codes."""
    sql = f"SELECT {ARTIST} FROM artist a WHERE a.code IN (SELECT unnest($codes))"  # noqa: S608
    return {row[0]: artist_of(row) for row in dataset.query(sql, {"codes": codes})} if codes else {}


def artist_in(tables: Tables, artist: Artist) -> Artist:
    """An artist with the figures of a period; zeros where it has no listens in it."""
    found = by_codes(tables, [artist.code]).get(artist.code)
    return found or structs.replace(artist, listeners=0, listens=0, first_at=None, last_at=None)


def artist_profile(dataset: Tables, artist: Artist, limit: int = 50) -> ArtistProfile:
    """An artist's top listeners, months, top releases and recordings (at most `limit` of each)."""
    values = {"artist": artist.code, "limit": limit}
    releases, recordings = (dataset.query(_TITLES % table, values) for table in ("release", "recording"))
    return ArtistProfile(
        artist=artist,
        top_listeners=tuple(Listener(user_of(row), int(row[-1])) for row in dataset.query(_LISTENERS, values)),
        months=months_of(dataset.query(_MONTHS, {"artist": artist.code})),
        top_releases=_titles(releases),
        top_recordings=_titles(recordings),
    )


def _titles(rows: list[Row]) -> TitlePage:
    """Names with their listens; each row tells how many there are in all."""
    return TitlePage(tuple(Title(name, int(listens)) for name, listens, _ in rows), int(rows[0][-1]) if rows else 0)


def _ambiguous(name: str, candidates: list[Artist]) -> UserError:
    """The sentence for a name that several artists have."""
    named = [f"{artist.key} ({artist.listeners:,} listeners)" for artist in candidates[:_MOST_NAMED]]
    more = f" and {len(candidates) - _MOST_NAMED} more" if len(candidates) > _MOST_NAMED else ""
    return UserError(
        f"{len(candidates)} artists are called {printable(name)!r}; give a key: {printable(', '.join(named))}{more}."
    )


def _either(names: list[str]) -> str:
    """Names as "a, b or c"."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _page(dataset: Tables, hits: str, values: Mapping[str, object], limit: int, offset: int) -> ArtistPage:
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
