"""Artists: search while somebody types, find one, and all about it."""

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, USER, artist_of, months_of, user_of
from musicrec_tui.dataset.records import Artist, ArtistPage, ArtistProfile, Listener, Recording
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name, printable, search_name

_SEARCH = f"""
SELECT {ARTIST}, count(*) OVER () AS total FROM artist a
WHERE contains(a.search_name, $text)
ORDER BY CASE
    WHEN a.search_name = $text THEN 0
    WHEN starts_with(a.search_name, $text) THEN 1
    WHEN contains(' ' || a.search_name, ' ' || $text) THEN 2
    ELSE 3 END, a.listeners DESC, a.listens DESC, a.code
LIMIT $limit OFFSET $offset
"""  # noqa: S608

_POPULAR = f"""
SELECT {ARTIST}, (SELECT count(*) FROM artist) AS total FROM artist a
ORDER BY a.listeners DESC, a.listens DESC, a.code LIMIT $limit OFFSET $offset
"""  # noqa: S608

_COUNT = "SELECT count(*) FROM artist WHERE contains(search_name, $text)"

_SAME = f"SELECT {ARTIST} FROM artist a WHERE a.search_name = $text ORDER BY a.listeners DESC, a.listens DESC, a.code"  # noqa: S608

_ALIKE = """
SELECT name FROM (
    SELECT name, listeners, contains(search_name, $text) AS holds,
        jaro_winkler_similarity(search_name, $text) AS likeness
    FROM artist)
WHERE holds OR likeness >= 0.8
ORDER BY CASE WHEN likeness >= 0.8 THEN likeness ELSE 0.5 END DESC, listeners DESC, name LIMIT 3
"""

_LISTENERS = f"""
SELECT {USER}, p.plays FROM play_by_artist p JOIN "user" u ON u.code = p.user_code
WHERE p.artist_code = $artist ORDER BY p.plays DESC, u.code LIMIT $limit
"""  # noqa: S608

_MONTHS = "SELECT month, listens FROM artist_month WHERE artist_code = $artist ORDER BY month"

_RECORDINGS = "SELECT name, listens FROM recording WHERE artist_code = $artist ORDER BY listens DESC, name LIMIT $limit"

_MOST_NAMED = 3


def search(dataset: Dataset, text: str, limit: int = 50, offset: int = 0) -> ArtistPage:
    """The artists whose names hold `text`, case and accents aside.

    Exact names come first, then names that start so, then words that do, then the rest; within each, more listeners
    first. An empty text means the most popular artists.
    """
    wanted = search_name(text)
    values = {"limit": limit, "offset": offset}
    rows = dataset.query(_SEARCH, {**values, "text": wanted}) if wanted else dataset.query(_POPULAR, values)
    if rows:
        return ArtistPage(tuple(map(artist_of, rows)), int(rows[0][-1]))
    [(total,)] = dataset.query(_COUNT, {"text": wanted})
    return ArtistPage((), int(total))


def find(dataset: Dataset, name_or_key: str) -> Artist:
    """The one artist with this key or name (case aside; accents too, where nothing else has that name).

    Raises:
        UserError: there is none (close names are suggested), or several (their keys are told).
    """
    if found := by_keys(dataset, [name_or_key]):
        return found[name_or_key]
    wanted = search_name(name_or_key)
    same = [artist_of(row) for row in dataset.query(_SAME, {"text": wanted})] if wanted else []
    exact = [artist for artist in same if artist.name == name_or_key]
    normal = [artist for artist in same if normal_name(artist.name) == normal_name(name_or_key)]
    for candidates in (exact, normal, same):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise _ambiguous(name_or_key, candidates)
    alike = [printable(str(name)) for (name,) in dataset.query(_ALIKE, {"text": wanted})] if wanted else []
    hint = f" Did you mean {_either(alike)}?" if alike else ""
    raise UserError(f"There is no artist {printable(name_or_key)!r} in this data.{hint}")


def by_keys(dataset: Dataset, keys: list[str]) -> dict[str, Artist]:
    """The artists with these keys; keys that the data lack are left out."""
    sql = f"SELECT {ARTIST} FROM artist a WHERE a.key IN (SELECT unnest($keys))"  # noqa: S608
    return {row[1]: artist_of(row) for row in dataset.query(sql, {"keys": keys})} if keys else {}


def by_codes(dataset: Dataset, codes: list[int]) -> dict[int, Artist]:
    """The artists with these codes."""
    sql = f"SELECT {ARTIST} FROM artist a WHERE a.code IN (SELECT unnest($codes))"  # noqa: S608
    return {row[0]: artist_of(row) for row in dataset.query(sql, {"codes": codes})} if codes else {}


def profile(dataset: Dataset, artist: Artist, limit: int = 50) -> ArtistProfile:
    """An artist's top listeners, months, and top recordings (at most `limit` of each)."""
    values = {"artist": artist.code, "limit": limit}
    return ArtistProfile(
        artist=artist,
        top_listeners=tuple(Listener(user_of(row), int(row[-1])) for row in dataset.query(_LISTENERS, values)),
        months=months_of(dataset.query(_MONTHS, {"artist": artist.code})),
        top_recordings=tuple(Recording(name, int(listens)) for name, listens in dataset.query(_RECORDINGS, values)),
    )


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
