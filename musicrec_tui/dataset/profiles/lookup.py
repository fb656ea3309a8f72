"""Profiles looked up as users are: search and find."""

from msgspec import structs

from musicrec_tui.dataset.artist_matching import OutsideArtist
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.lookups.in_period import InPeriod, Tables
from musicrec_tui.dataset.lookups.structs import aware
from musicrec_tui.dataset.period import Period
from musicrec_tui.dataset.profiles import history, store
from musicrec_tui.dataset.profiles.names import KEY, profile_of_key
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.records import Artist, User, UserPage
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import search_name

_COUNTS = """
SELECT count(DISTINCT artist_key), CAST(coalesce(sum(plays), 0) AS BIGINT), min(listened_at), max(listened_at) FROM told
"""
NOWHERE = -1
"""The code of a profile's user, and of an artist that the index does not have."""


def user_of(profile: Profile) -> User:
    """A profile as a user; the counts are of all artists, in the index or not."""
    stored = profile.stored
    return User(
        NOWHERE, KEY + stored.name, stored.name, stored.artists, stored.listens, stored.first_at, stored.last_at
    )


def user_in(profile: Profile, period: Period | None) -> User:
    """A profile as a user, with the figures of a period; None: of all time."""
    if period is None:
        return user_of(profile)
    [(artists, listens, first, last)] = history.ask(profile, lambda query: query(_COUNTS), period)
    return structs.replace(
        user_of(profile), artists=artists, listens=listens, first_at=aware(first), last_at=aware(last)
    )


def search_users_and_profiles(home: Home, tables: Tables, text: str, limit: int = 50, offset: int = 0) -> UserPage:
    """The profiles whose names hold `text` (case and accents aside), then the users whose ids do.

    Args:
        home: where profiles are.
        tables: an index, or a period of it, whose figures are given then.
        text: a part of the name; empty: all.
        limit: the most rows.
        offset: how many rows come before them.
    """
    wanted, period = search_name(text), tables.period if isinstance(tables, InPeriod) else None
    own = [one for one in store.list_profiles(home).profiles if wanted in search_name(one.name)]
    shown = [user_in(one, period) for one in own[offset : offset + limit]]
    page = users.search_users(tables, text, limit, max(offset - len(own), 0))
    return UserPage((*shown, *page.rows)[:limit], len(own) + page.total)


def find_user_or_profile(home: Home, dataset: Dataset, name: str) -> User:
    """The user with this id, else the profile of this name; `profile:NAME` means the profile.

    Raises:
        UserError: there is neither.
    """
    if (profile := profile_of_key(name)) is not None:
        return user_of(store.read_profile(home, profile))
    try:
        return users.find_user(dataset, name)
    except UserError:
        if store.has_profile(home, name):
            return user_of(store.read_profile(home, name))
        raise


def first_shown(home: Home, dataset: Dataset) -> User:
    """The user to show before any is chosen: the profile that was imported last, else the typical user."""
    own = [one for one in store.list_profiles(home).profiles if one.stored.imports]
    return user_of(max(own, key=lambda one: one.stored.imports[-1].at)) if own else users.typical_user(dataset)


def missing(own: OutsideArtist) -> Artist:
    """An artist that the index does not have."""
    return Artist(NOWHERE, own.key, own.name, 0, 0, own.mbid)
