"""Artists of a profile that a log lacks: near names that it has, and those that the user said are the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from musicrec_tui.dataset.artist_matching import OutsideArtist, match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.artists import find_artist, search_artists
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import SameArtist
from musicrec_tui.dataset.profiles.taste import own_artists
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import normal_name, printable

NEAR, SHOWN = 3, 20


class Unknown(NamedTuple):
    """An artist of a profile that a log lacks, with the artists of near names, best first."""

    own: OutsideArtist
    near: tuple[Artist, ...]


def unknown_artists(dataset: Dataset, profile: Profile, limit: int = SHOWN) -> tuple[list[Unknown], int]:
    """The artists with most plays that the log lacks, and how many there are in all.

    Raises:
        UserError: the history or the index is damaged.
    """
    own = [one for one in own_artists(profile) if one.plays > 0]
    found = match_by_key(dataset, own, profile.stored.same_artists)
    lacking = [one for one in own if one.key not in found]
    return [Unknown(one, _near(dataset, one)) for one in lacking[:limit]], len(lacking)


def _near(dataset: Dataset, one: OutsideArtist) -> tuple[Artist, ...]:
    """The artists of near names."""
    return tuple(search_artists(dataset, one.name, NEAR).rows)


def choose(home: Home, dataset: Dataset, name: str, pairs: Sequence[tuple[str, str]]) -> Profile:
    """Save which artists of a profile are which ones of a log; an empty name of the latter forgets what was kept.

    Raises:
        UserError: the profile or the log has no such artist, or the profile cannot be written.
    """
    profile = store.read_profile(home, name)
    own = {normal_name(one.name): one for one in own_artists(profile)}
    chosen = dict(profile.stored.same_artists)
    for mine, theirs in pairs:
        one = own.get(normal_name(mine))
        if one is None:
            raise UserError(f"The profile {printable(name, 60)} has no artist {printable(mine)!r}.")
        chosen.pop(one.key, None)
        if theirs:
            artist = find_artist(dataset, theirs)
            chosen[one.key] = SameArtist(artist.key, artist.name, artist.mbid)
    return store.save_same_artists(home, name, chosen)


def described(chosen: Mapping[str, SameArtist], own: Sequence[OutsideArtist]) -> list[tuple[str, str]]:
    """What was chosen, by name: the profile's artist and the log's."""
    names = {one.key: one.name for one in own}
    return [(names.get(key, key), same.name) for key, same in chosen.items()]
