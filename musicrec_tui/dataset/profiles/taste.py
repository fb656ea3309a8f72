"""The part of a profile that a model uses: how often which artists of an index were played, and which are disliked."""

from datetime import datetime
from typing import NamedTuple

from musicrec_tui.dataset.artist_matching import OutsideArtist, match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import aware
from musicrec_tui.dataset.profiles import history
from musicrec_tui.dataset.profiles.history import Query
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.records import Artist

_ASKED = f"SELECT * FROM ({history.ARTISTS}) ORDER BY plays DESC, last_at DESC, artist_key"  # noqa: S608


class Heard(NamedTuple):
    """An artist of the index with a person's plays of it; `liking` is the lowest that one of its names has.

    `last_at` (UTC) is the latest; None: no play of it has a time.
    """

    artist: Artist
    plays: int
    liking: float | None
    last_at: datetime | None = None


class Taste(NamedTuple):
    """A profile, seen from an index.

    Attributes:
        heard: artists of the index, those with most plays first; some were only rated.
        unknown: artists with plays that the index does not have.
    """

    heard: tuple[Heard, ...]
    unknown: int

    @property
    def plays(self) -> dict[str, int]:
        """Plays by artist key, above 0."""
        return {one.artist.key: one.plays for one in self.heard if one.plays > 0}

    @property
    def disliked(self) -> frozenset[str]:
        """The keys of artists that are never to be recommended."""
        return frozenset(one.artist.key for one in self.heard if one.liking is not None and one.liking < 0)


def own_artists(profile: Profile) -> list[OutsideArtist]:
    """All artists of a profile, those with most plays first.

    Raises:
        UserError: the history is damaged.
    """
    return history.ask(profile, artists_of)


def artists_of(query: Query) -> list[OutsideArtist]:
    """The same, where the history is being asked."""
    return [
        OutsideArtist(key, name, mbid, ids or (), plays, aware(last_at), liking)
        for key, name, mbid, ids, plays, _, last_at, liking, _ in query(_ASKED)
    ]


def taste_of(dataset: Dataset, profile: Profile) -> Taste:
    """The taste of a profile; what are several artists there and one in the index is added up.

    Raises:
        UserError: the history or the index is damaged.
    """
    own = own_artists(profile)
    found = match_by_key(dataset, own, profile.stored.same_artists)
    heard: dict[str, Heard] = {}
    for one in own:
        if (artist := found.get(one.key)) is not None:
            before = heard.get(artist.key, Heard(artist, 0, None))
            likings = [liking for liking in (before.liking, one.liking) if liking is not None]
            times = [at for at in (before.last_at, one.last_at) if at is not None]
            plays = before.plays + one.plays
            heard[artist.key] = Heard(artist, plays, min(likings, default=None), max(times, default=None))
    unknown = sum(one.plays > 0 and one.key not in found for one in own)
    return Taste(tuple(sorted(heard.values(), key=lambda one: (-one.plays, one.artist.key))), unknown)
