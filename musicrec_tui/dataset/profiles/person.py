"""All that can be asked about a person: a user of an index, or a profile, whose artists are shown as the index's."""

from collections.abc import Callable
from datetime import UTC
from functools import partial
from typing import NamedTuple

from musicrec_tui.dataset.artist_matching import match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.lookups.details import details, hours_of
from musicrec_tui.dataset.lookups.in_period import tables_of
from musicrec_tui.dataset.lookups.structs import months_of
from musicrec_tui.dataset.period import Period, period_of
from musicrec_tui.dataset.profiles import history, store, taste, typed
from musicrec_tui.dataset.profiles.lookup import missing, user_in
from musicrec_tui.dataset.profiles.merging import LISTEN
from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.records import Listen, ListenPage, Played, Title, TitlePage, User, UserDetails, UserProfile
from musicrec_tui.paths import Home

_MONTHS = f"""
SELECT month, listens, coalesce(new_artists, 0) FROM (
    SELECT CAST(date_trunc('month', timezone($zone, timezone('UTC', listened_at))) AS DATE) AS month,
        CAST(sum(plays) AS BIGINT) AS listens
    FROM told WHERE kind = '{LISTEN}' GROUP BY month)
LEFT JOIN (
    SELECT CAST(date_trunc('month', timezone($zone, timezone('UTC', first_at))) AS DATE) AS month,
        count(*) AS new_artists
    FROM (SELECT min(listened_at) AS first_at FROM everything WHERE kind = '{LISTEN}' GROUP BY artist_key)
    WHERE first_at BETWEEN (SELECT min(listened_at) FROM told) AND (SELECT max(listened_at) FROM told) GROUP BY month)
USING (month) ORDER BY month
"""  # noqa: S608
"""New artists are those that were never heard before, be it outside of the period."""

_RECENT = f"""
SELECT listened_at, artist_name, recording_name FROM told WHERE kind = '{LISTEN}'
ORDER BY listened_at DESC, artist_key, recording_key LIMIT $limit OFFSET $offset
"""  # noqa: S608

_LISTENED = f"SELECT count(*) FROM told WHERE kind = '{LISTEN}'"  # noqa: S608

_TITLES = f"""
, heard AS (
    SELECT artist_key, min(artist_name) AS artist, %s AS title, CAST(sum(plays) AS BIGINT) AS plays
    FROM told WHERE kind = '{LISTEN}' AND trim(title) <> '' GROUP BY artist_key, title)
SELECT title, plays, artist, (SELECT count(*) FROM heard) FROM heard
ORDER BY plays DESC, title, artist_key LIMIT $limit
"""  # noqa: S608

_HOURS = f"""
SELECT hour(timezone($zone, timezone('UTC', listened_at))), CAST(sum(plays) AS BIGINT)
FROM told WHERE kind = '{LISTEN}' GROUP BY ALL
"""  # noqa: S608


class Person(NamedTuple):
    """A user with profile, recent listens and details.

    Attributes:
        user: who it is.
        profile: takes the length of the longest list.
        recent: a page of listens, the latest first; takes a limit and an offset.
        details: takes the length of the longest list.
        time_zone: of their hours, and of what shows their times.
        period: whose listens they are; None: all.
    """

    user: User
    profile: Callable[[int], UserProfile]
    recent: Callable[[int, int], ListenPage]
    details: Callable[[int], UserDetails]
    time_zone: str = "UTC"
    period: Period | None = None


def person_of(home: Home, dataset: Dataset, user: User, time_zone: str, period: Period | None = None) -> Person:
    """A user's or a profile's calls, with the hours of the day in a time zone.

    Args:
        home: where profiles are.
        dataset: the log.
        user: one of its users, or a profile as a user.
        time_zone: an IANA name.
        period: only their listens of this period count; None: all. This year and the last 12 months of a profile end
            with its own last listen.

    Raises:
        UserError: the profile is not there any more, or damaged; the log has no timestamps, so no period.
    """
    name = profile_of_key(user.key)
    if name is None:
        return _of_index(dataset, user, time_zone, period)
    profile = store.read_profile(home, name)
    if period is not None and period.name and profile.stored.last_at is not None:
        period = period_of(period.name, profile.stored.last_at, period.time_zone)
    return Person(
        user_in(profile, period),
        partial(_profile, dataset, profile, period),
        partial(_recent, profile, period),
        partial(_details, profile, time_zone, period),
        time_zone,
        period,
    )


def _profile(dataset: Dataset, profile: Profile, period: Period | None, limit: int = 50) -> UserProfile:
    """Top artists, months and most recent listens; artists that the index does not have come with the code -1."""
    zone = period.time_zone if period is not None else "UTC"
    artists, months, recent, [(listened,)], [(liked, disliked)] = history.ask(
        profile,
        lambda query: (
            taste.artists_of(query), query(_MONTHS, zone=zone), query(_RECENT, limit=limit, offset=0),
            query(_LISTENED), query(typed.COUNTS),
        ),
        period,
    )  # fmt: skip
    own = [one for one in artists if one.plays > 0]
    found = match_by_key(dataset, own, profile.stored.same_artists)
    return UserProfile(
        user=user_in(profile, period),
        top_artists=tuple(Played(found.get(one.key, missing(one)), one.plays, one.last_at) for one in own[:limit]),
        months=months_of(months),
        recent=_listens_of(recent),
        listened=listened,
        unknown_artists=sum(one.key not in found for one in own),
        typed_liked=liked,
        typed_disliked=disliked,
    )


def _recent(profile: Profile, period: Period | None, limit: int = 50, offset: int = 0) -> ListenPage:
    """A page of listens, the latest first."""
    rows, [(total,)] = history.ask(
        profile, lambda query: (query(_RECENT, limit=limit, offset=offset), query(_LISTENED)), period
    )
    return ListenPage(_listens_of(rows), total)


def _details(profile: Profile, time_zone: str, period: Period | None, limit: int = 50) -> UserDetails:
    """Top releases and recordings, and the hours of the day."""
    releases, recordings, hours = history.ask(
        profile,
        lambda query: (
            query(_TITLES % "release_name", limit=limit),
            query(_TITLES % "recording_name", limit=limit),
            hours_of(query(_HOURS, zone=time_zone)),
        ),
        period,
    )
    return UserDetails(_page(releases), _page(recordings), hours, time_zone)


def _page(rows: list[tuple[str, int, str, int]]) -> TitlePage:
    """Titles; each row tells how many there are in all."""
    titles = tuple(Title(title, plays, artist) for title, plays, artist, _ in rows)
    return TitlePage(titles, rows[0][-1] if rows else 0)


def _listens_of(rows: list[tuple[object, ...]]) -> tuple[Listen, ...]:
    """Listens of a profile; their artists are told by name."""
    return tuple(Listen(at.replace(tzinfo=UTC), artist or "", title) for at, artist, title in rows)  # type: ignore[attr-defined, arg-type]


def _of_index(dataset: Dataset, user: User, time_zone: str, period: Period | None) -> Person:
    """A user of an index, with the hours of the day in a time zone."""
    tables = tables_of(dataset, period)
    user = users.user_in(tables, user)  # who may come with the figures of another period
    return Person(
        user,
        partial(users.user_profile, tables, user),
        partial(users.recent_listens, tables, user),
        partial(details, tables, user, time_zone),
        time_zone,
        period,
    )
