"""Who a list of recommendations is for, and what they love and block: a user, a profile, or typed artists.

Artists are given by the keys of an index. An opinion may come from another log: `artist_matching` finds its artist.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.artist_matching import LAYOUT_END, OutsideArtist, match_artists
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import NAME
from musicrec_tui.dataset.opinions import EVERYBODY, Opinion, Opinions, Verdict, opinion
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.taste import Taste, taste_of
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.paths import Home
from musicrec_tui.text import normal_name

_DISLIKED = """
SELECT a.key FROM rating JOIN artist a ON a.code = artist_code WHERE user_code = $user AND liking < 0
"""


class Verdicts(NamedTuple):
    """The artists that a user or profile loves, and those that they or everybody blocks; none is both."""

    loved: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()


class Recipient(NamedTuple):
    """Who a list is for.

    Attributes:
        code: of a user of the index, which has their plays; None: not a user of the index.
        plays: of a profile and of typed artists, above 0.
        last_at: when the artists of a profile were played last (UTC); None: no play of it has a time.
        end: when the listening history ends; None where no play has a time.
        disliked: artists with a low rating.
        verdicts: what they love and block.
        unknown: artists with plays that the index lacks.
    """

    code: int | None = None
    plays: Mapping[str, float] = {}
    last_at: Mapping[str, datetime | None] = {}
    end: datetime | None = None
    disliked: frozenset[str] = frozenset()
    verdicts: Verdicts = Verdicts()
    unknown: int = 0

    @property
    def never(self) -> frozenset[str]:
        """The artists that are never recommended: blocked ones, and disliked ones that are not loved since."""
        return (self.disliked - self.verdicts.loved) | self.verdicts.blocked

    def with_artists(self, plays: Mapping[str, float], disliked: Collection[str]) -> "Recipient":
        """The same recipient with typed artists: those with plays beside the others, the disliked ones as blocked."""
        together = {**self.plays, **{key: self.plays.get(key, 0) + count for key, count in plays.items()}}
        loved, blocked = self.verdicts
        return self._replace(plays=together, verdicts=Verdicts(loved.difference(disliked), blocked.union(disliked)))


def user_recipient(dataset: Dataset, code: int | None, verdicts: Verdicts) -> Recipient:
    """A user of a log, by their code in the index (None: this index does not have them)."""
    rows = dataset.query(_DISLIKED, {"user": code}) if dataset.info.disliked and code is not None else []
    disliked = frozenset(str(key) for (key,) in rows)
    return Recipient(code, end=dataset.info.last_at, disliked=disliked, verdicts=verdicts)


def profile_recipient(profile: Profile, taste: Taste, verdicts: Verdicts) -> Recipient:
    """A profile, whose taste was read."""
    return Recipient(
        plays={key: float(plays) for key, plays in taste.plays.items()},
        last_at={one.artist.key: one.last_at for one in taste.heard},
        end=profile.stored.last_at,
        disliked=taste.disliked,
        verdicts=verdicts,
        unknown=taste.unknown,
    )


def read_recipient(home: Home, dataset: Dataset, user: User) -> Recipient:
    """A user of a log or a profile's user, as the files are now.

    Raises:
        UserError: the profile is not there, or it, the opinions or the index is damaged.
    """
    verdicts = verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key)
    name = profile_of_key(user.key)
    if name is None:
        return user_recipient(dataset, user.code, verdicts)
    profile = store.read_profile(home, name)
    return profile_recipient(profile, taste_of(dataset, profile), verdicts)


def verdicts_of(dataset: Dataset, given: Opinions, key: str) -> Verdicts:
    """The opinions of a user or profile, by its key or `EVERYBODY`, and what is blocked for everybody."""
    blocked = {artist for artist, one in own_opinions(dataset, given, EVERYBODY).items() if one.verdict == "blocked"}
    own = own_opinions(dataset, given, key) if key != EVERYBODY else {}
    blocked |= {artist for artist, one in own.items() if one.verdict == "blocked"}
    return Verdicts(frozenset(own.keys() - blocked), frozenset(blocked))


def own_opinions(dataset: Dataset, given: Opinions, key: str) -> dict[str, Opinion]:
    """The opinions of one user or profile alone, by artist; of two about one artist the later holds."""
    own = given.of(key)
    found = match_artists(dataset, [_as_outside_artist(one) for one in own])
    return {artist.key: one for artist, one in zip(found, own, strict=True) if artist is not None}


def toggle_opinion(
    home: Home, dataset: Dataset, key: str, artist: Artist, verdict: Verdict
) -> Verdict | Literal["neither"]:
    """Love or block an artist; take it back where that was the verdict already.

    Args:
        home: where opinions are kept.
        dataset: the index that the artist is from.
        key: of the user or profile, or `EVERYBODY`.
        artist: which one.
        verdict: what it shall be.

    Returns:
        What it is now.

    Raises:
        UserError: as of `opinions.change_opinions`.
    """
    before = own_opinions(dataset, opinions.read_opinions(home.opinions), key).get(artist.key)
    undone = before is not None and before.verdict == verdict
    set_opinion(home, dataset, key, artist, None if undone else verdict)
    return "neither" if undone else verdict


def set_opinion(home: Home, dataset: Dataset, key: str, artist: Artist, verdict: Verdict | None) -> None:
    """Love or block an artist, or (None) neither; arguments and errors as for `toggle_opinion`."""
    before = own_opinions(dataset, opinions.read_opinions(home.opinions), key).get(artist.key)
    give = (opinion(verdict, artist, dataset.info.layout, datetime.now(UTC)),) if verdict else ()
    opinions.change_opinions(home, key, give=give, take=(before,) if before else ())


def signs_of(home: Home, dataset: Dataset, key: str) -> dict[str, Verdict]:
    """What a user or profile thinks of artists, by the artists' keys; what is blocked for everybody too.

    Raises:
        UserError: the file of opinions is damaged.
    """
    found = verdicts_of(dataset, opinions.read_opinions(home.opinions), key)
    loved: dict[str, Verdict] = dict.fromkeys(found.loved, "loved")
    return loved | dict.fromkeys(found.blocked, "blocked")


def _as_outside_artist(one: Opinion) -> OutsideArtist:
    """An opinion's artist, for `match_artists`."""
    ids = [f"{layout}{LAYOUT_END}{one.artist_id}" for layout in one.layouts if one.artist_id is not None]
    return OutsideArtist(NAME + normal_name(one.name), one.name, one.mbid, ids, 0, None, None)
