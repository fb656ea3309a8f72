"""A year of a user or a profile: totals, favourites, discoveries, streaks, months and hours; and the year before."""

import zoneinfo
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec

from musicrec_tui.dataset.artist_matching import match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.profiles import history, store, taste
from musicrec_tui.dataset.profiles.merging import LISTEN
from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable

Rows = list[tuple[Any, ...]]
Select = Callable[..., Rows]
"""Gives the rows of a SELECT over `heard`, with the statement's parameters."""

_LOCAL = "timezone($zone, timezone('UTC', listened_at)) AS moment"
_OF_INDEX = f"""
WITH heard AS (
    SELECT {_LOCAL}, a.key AS artist_key, a.name AS artist, release, recording, plays
    FROM listen JOIN artist a ON a.code = artist_code WHERE user_code = $user)
"""  # noqa: S608
_OF_PROFILE = f"""
, heard AS (
    SELECT {_LOCAL}, artist_key, artist_name AS artist, nullif(trim(release_name), '') AS release,
        nullif(trim(recording_name), '') AS recording, plays
    FROM told WHERE kind = '{LISTEN}')
"""  # noqa: S608

_YEARS = "SELECT year(moment), CAST(sum(plays) AS BIGINT) FROM heard GROUP BY ALL ORDER BY ALL"
_TOTALS = """
SELECT CAST(coalesce(sum(plays), 0) AS BIGINT), count(DISTINCT artist_key),
    count(DISTINCT {'a': artist_key, 't': release}) FILTER (release IS NOT NULL),
    count(DISTINCT {'a': artist_key, 't': recording}) FILTER (recording IS NOT NULL),
    count(DISTINCT CAST(moment AS DATE))
FROM heard WHERE year(moment) = $year
"""
_ARTISTS = """
SELECT min(artist), CAST(sum(plays) AS BIGINT) AS n, artist_key FROM heard WHERE year(moment) = $year
GROUP BY artist_key ORDER BY n DESC, artist_key LIMIT $limit
"""
_TITLES = """
SELECT {column}, min(artist), CAST(sum(plays) AS BIGINT) AS n, artist_key
FROM heard WHERE year(moment) = $year AND {column} IS NOT NULL
GROUP BY {column}, artist_key ORDER BY n DESC, {column}, artist_key LIMIT $limit
"""
_NEW = """
, first AS (SELECT artist_key, min(moment) AS moment FROM heard GROUP BY artist_key
    HAVING year(min(moment)) = $year)
SELECT min(artist), CAST(min(first.moment) AS DATE), CAST(sum(plays) AS BIGINT) AS n, artist_key,
    (SELECT count(*) FROM first)
FROM heard JOIN first USING (artist_key) WHERE year(heard.moment) = $year
GROUP BY artist_key ORDER BY n DESC, artist_key LIMIT $limit
"""
_DAYS = """
SELECT CAST(moment AS DATE) AS day, CAST(sum(plays) AS BIGINT) FROM heard WHERE year(moment) = $year
GROUP BY ALL ORDER BY day
"""
_HOURS = "SELECT hour(moment), CAST(sum(plays) AS BIGINT) FROM heard WHERE year(moment) = $year GROUP BY ALL"
_KEYS = "SELECT DISTINCT artist_key FROM heard WHERE year(moment) = $year"

MOST = 100
"""Rows of the longest list."""


class Totals(msgspec.Struct, frozen=True):
    """How much was listened to in a year; `days` are those with a listen."""

    listens: int
    artists: int
    albums: int
    tracks: int
    days: int


class Favourite(msgspec.Struct, frozen=True):
    """An artist, album or track with its listens; `artist` is empty for an artist."""

    name: str
    listens: int
    artist: str = ""


class Discovery(msgspec.Struct, frozen=True):
    """An artist that was heard for the first time, when that was, and the listens of the year."""

    name: str
    first: date
    listens: int


class Streak(msgspec.Struct, frozen=True):
    """The longest run of days with a listen on each."""

    days: int
    first: date
    last: date


class Review(msgspec.Struct, frozen=True):
    """A year of listening.

    Attributes:
        whose: a user's id or a profile's name, raw.
        year: in the time zone.
        years: all years with listens, ascending.
        totals: of the year.
        before: of the year before; None where it has no listens.
        artists, albums, tracks: most listened to first.
        discoveries: new artists of the year, most listened to first; the first year of a history has nothing but them.
        discovered: how many there are.
        streak: None for a year without listens, which there is not.
        busiest: the day with the most listens, and how many.
        hours: 24 numbers of listens, from midnight on.
        months: 12 numbers of listens.
        mainstream: of all users of the log, the share that an artist of the year has on average (0 to 1); None where
            the log has none of them.
        time_zone: of days and hours, an IANA name.
    """

    whose: str
    year: int
    years: tuple[int, ...]
    totals: Totals
    before: Totals | None
    artists: tuple[Favourite, ...]
    albums: tuple[Favourite, ...]
    tracks: tuple[Favourite, ...]
    discoveries: tuple[Discovery, ...]
    discovered: int
    streak: Streak
    busiest: tuple[date, int]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    mainstream: float | None
    time_zone: str


def review(
    home: Home, dataset: Dataset, user: User, time_zone: str, year: int | None = None, limit: int = 10
) -> Review:
    """Review a year of a user or a profile.

    Args:
        home: where profiles are.
        dataset: the log.
        user: one of its users, or a profile as a user.
        time_zone: an IANA name.
        year: None: the latest with listens, of those that have begun: clocks may have been wrong.
        limit: the longest list.

    Raises:
        UserError: there are no listens with a time, none in that year, or the time zone or profile does not exist.
    """
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(f"Unknown time zone {printable(time_zone)!r}; set time_zone to another one.") from error
    limit = min(limit, MOST)
    name = profile_of_key(user.key)
    if name is None:
        values = {"user": user.code, "zone": time_zone}

        def of_index(sql: str, **more: object) -> Rows:
            return dataset.query(_OF_INDEX + sql, _used(_OF_INDEX + sql, values | more))

        return _review(user.user_id, of_index, partial(_share_in_index, dataset), time_zone, year, limit)
    profile = store.read_profile(home, name)
    own = taste.own_artists(profile)

    def share(keys: Sequence[str]) -> float | None:
        wanted = set(keys)
        found = match_by_key(dataset, [one for one in own if one.key in wanted]).values()
        return sum(one.listeners for one in found) / len(found) / dataset.info.users if found else None

    def ask(query: history.Query) -> Review:
        def of_profile(sql: str, **more: object) -> Rows:
            return query(_OF_PROFILE + sql, zone=time_zone, **_used(sql, more))

        return _review(profile.name, of_profile, share, time_zone, year, limit)

    return history.ask(profile, ask)


def _used(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a statement has: DuckDB refuses others."""
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _share_in_index(dataset: Dataset, keys: Sequence[str]) -> float | None:
    """The mean share of users that these artists of the index have."""
    [(listeners,)] = dataset.query("SELECT avg(listeners) FROM artist WHERE key IN (SELECT unnest($keys))",
                                   {"keys": list(keys)})  # fmt: skip
    return None if listeners is None else float(listeners) / dataset.info.users


def latest_year(years: Collection[int]) -> int:
    """The latest of years that have begun; where a wrong clock made all of them, the latest of all."""
    return max([one for one in years if one <= datetime.now(UTC).year] or years)


def _review(
    whose: str, select: Select, share: Callable[[Sequence[str]], float | None], time_zone: str, year: int | None,
    limit: int,
) -> Review:  # fmt: skip
    """Ask for everything."""
    listens = {int(one): int(count) for one, count in select(_YEARS)}
    clean = printable(whose, 60)
    if not listens:
        raise UserError(f"There are no listens with a time by {clean}, so there is no year to review.")
    chosen = latest_year(listens) if year is None else year
    if chosen not in listens:
        known = ", ".join(map(str, listens))
        raise UserError(f"There are no listens by {clean} in {chosen}; years with listens: {known}.")
    days = [(day, int(count)) for day, count in select(_DAYS, year=chosen)]
    new = select(_NEW, year=chosen, limit=limit)
    months = [0] * 12
    for day, count in days:
        months[day.month - 1] += count
    hours: dict[int, int] = dict(select(_HOURS, year=chosen))
    return Review(
        whose=whose,
        year=chosen,
        years=tuple(listens),
        totals=_totals(select, chosen),
        before=_totals(select, chosen - 1) if chosen - 1 in listens else None,
        artists=tuple(Favourite(name or key, int(count)) for name, count, key in
                      select(_ARTISTS, year=chosen, limit=limit)),
        albums=_titles(select, "release", chosen, limit),
        tracks=_titles(select, "recording", chosen, limit),
        discoveries=tuple(Discovery(name or key, first, int(count)) for name, first, count, key, _ in new),
        discovered=int(new[0][-1]) if new else 0,
        streak=longest_streak([day for day, _ in days]),
        busiest=max(days, key=lambda one: (one[1], -one[0].toordinal())),
        hours=tuple(int(hours.get(hour, 0)) for hour in range(24)),
        months=tuple(months),
        mainstream=share([key for (key,) in select(_KEYS, year=chosen)]),
        time_zone=time_zone,
    )  # fmt: skip


def _totals(select: Select, year: int) -> Totals:
    """How much was listened to in a year."""
    [row] = select(_TOTALS, year=year)
    return Totals(*map(int, row))


def _titles(select: Select, column: str, year: int, limit: int) -> tuple[Favourite, ...]:
    """Albums or tracks."""
    rows = select(_TITLES.format(column=column), year=year, limit=limit)
    return tuple(Favourite(title, int(count), artist or "") for title, artist, count, _ in rows)


def longest_streak(days: Sequence[date]) -> Streak:
    """The longest run of days; the earliest of equal ones.

    Args:
        days: ascending, each once; at least one.
    """
    best = here = (days[0], days[0])
    for before, day in pairwise(days):
        here = (here[0], day) if day - before == timedelta(days=1) else (day, day)
        if here[1] - here[0] > best[1] - best[0]:
            best = here
    return Streak((best[1] - best[0]).days + 1, *best)
