"""Popularity for whom it may concern: a user of the log or a profile, without what they dislike or block."""

from typing import NamedTuple

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, popular
from musicrec_tui.dataset.lookups.popular import Known
from musicrec_tui.dataset.opinions import lookup, store
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.dataset.profiles import taste
from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import Played, User
from musicrec_tui.paths import Home

_OWN = """
SELECT unnest($codes) AS artist_code, unnest($plays) AS plays, CAST(unnest($times) AS TIMESTAMP) AS last_at
"""


class Ranked(NamedTuple):
    """The best known artists with somebody's plays, how many candidates there are, and the keys of those they love."""

    rows: list[Played]
    total: int
    loved: frozenset[str]


def ranked(home: Home, dataset: Dataset, user: User, k: int = 10, filters: Filters = Filters()) -> Ranked:  # noqa: B008  (frozen)
    """The k best known artists for a user or a profile's user, as the filters and their opinions have it.

    Raises:
        UserError: the profile is not there, or it, the opinions or the index is damaged.
    """
    told = lookup.verdicts(dataset, store.read(home.opinions), user.key)
    found = artists.by_keys(dataset, [*told.loved, *told.blocked, *filters.blocked])
    blocked = {found[key].code for key in (*told.blocked, *filters.blocked) if key in found}
    loved = {found[key].code for key in told.loved}
    name = of_key(user.key)
    if name is None:
        who = popular.known(dataset, user, blocked, loved)
    else:
        who = _profile(home, dataset, name, blocked, loved)
    rows, total = popular.ranked(dataset, who, k, filters)
    return Ranked(rows, total, told.loved)


def _profile(home: Home, dataset: Dataset, name: str, blocked: set[int], loved: set[int]) -> Known:
    """A profile, who dislikes what they rated so unless they love it."""
    profile = profiles.read(home, name)
    told = taste.of(dataset, profile)
    heard = [one for one in told.heard if one.plays > 0]
    hated = {one.artist.code for one in told.heard if one.artist.key in told.disliked}
    values = {
        "codes": [one.artist.code for one in heard],
        "plays": [one.plays for one in heard],
        "times": [one.last_at.replace(tzinfo=None) if one.last_at else None for one in heard],
    }
    return Known(_OWN, values, profile.stored.last_at, hated - loved | blocked, loved)
