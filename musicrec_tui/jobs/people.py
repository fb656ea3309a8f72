"""The people that models recommend to: users of the data, and newcomers who are folded in."""

import math
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.opinions.lookup import Verdicts
from musicrec_tui.dataset.opinions.stored import EVERYBODY
from musicrec_tui.dataset.profiles import store, taste
from musicrec_tui.dataset.profiles.lookup import user_of
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.taste import Taste
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import histories
from musicrec_tui.jobs.filtering import UNKNOWN, History, instant
from musicrec_tui.jobs.held import Held
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.jobs.protocol import Newcomer
from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray
from musicrec_tui.text import printable

_REMEMBERED = 4
LIKED = float(ratings.confidence(1.0))
"""What an artist counts for that a newcomer loves, in the place of plays."""


class Person(NamedTuple):
    """Somebody as a model sees them; artists are the model's codes.

    Attributes:
        history: gives what they have played, (artists,) each; takes whether it matters when.
        end: when their history ends (UTC); None where no play has a time.
        never: what is never recommended to them, for they dislike or block it.
        loved: what they love.
        scores: gives those of all artists, (1, artists).
        explain: gives their own artists' parts in the scores of some.
        estimate: whether the scores are no more than an estimate (see `Capabilities.fold_in_estimate`).
        unknown: how many artists of theirs the model does not know.
    """

    history: Callable[[bool], History]
    end: datetime | None
    never: IntArray
    loved: IntArray
    scores: Callable[[], FloatArray]
    explain: Callable[[IntArray], list[list[Contribution]]]
    estimate: bool = False
    unknown: int = 0


class _Told(NamedTuple):
    """A newcomer by the keys of artists: plays, when those of a profile were last, and their verdicts."""

    plays: dict[str, float]
    last: dict[str, datetime | None]
    end: datetime | None
    verdicts: Verdicts
    unknown: int = 0


class People:
    """Finds people; the tastes of the profiles that were used last are remembered.

    Args:
        held: what they love and block.
    """

    def __init__(self, held: Held) -> None:
        self._held = held
        self._tastes: OrderedDict[tuple[Dataset, str], Taste] = OrderedDict()

    def find(self, opened: OpenedRun, who: str | Newcomer) -> Person:
        """A user of the data by key, or a newcomer.

        Raises:
            UserError: the model knows no such user, the profile or what is loved and blocked cannot be read, or none of
                a newcomer's artists is known.
        """
        if isinstance(who, Newcomer):
            return _folded_in(opened, self._newcomer(opened, who))
        return _known(opened, who, self._held.verdicts(opened.dataset, who))

    def _newcomer(self, opened: OpenedRun, who: Newcomer) -> _Told:
        """All that is told of a newcomer."""
        told = self._profile(opened, store.open_folder(Path(who.profile))) if who.profile else None
        if told is None:
            told = _Told({}, {}, None, self._held.verdicts(opened.dataset, EVERYBODY))
        plays = dict(told.plays)
        for key, more in who.plays.items():
            if not math.isfinite(more) or more <= 0:
                raise UserError("Plays in a profile must be positive numbers.")
            plays[key] = plays.get(key, 0) + more
        verdicts = Verdicts(told.verdicts.loved.difference(who.disliked), told.verdicts.blocked.union(who.disliked))
        return told._replace(plays=plays, verdicts=verdicts)

    def _profile(self, opened: OpenedRun, profile: Profile) -> _Told:
        """What a profile says, and what was said of it: who loves an artist does not dislike it any more."""
        told = self._taste(opened.dataset, profile)
        loved, blocked = self._held.verdicts(opened.dataset, user_of(profile).key)
        return _Told(
            plays={key: float(plays) for key, plays in told.plays.items()},
            last={one.artist.key: one.last_at for one in told.heard},
            end=profile.stored.last_at,
            verdicts=Verdicts(loved, (told.disliked - loved) | blocked),
            unknown=told.unknown,
        )

    def _taste(self, dataset: Dataset, profile: Profile) -> Taste:
        """What a profile says of the artists of an index."""
        key = dataset, profile.stored.sha256
        if key not in self._tastes:
            self._tastes[key] = taste.of(dataset, profile)
            while len(self._tastes) > _REMEMBERED:
                self._tastes.popitem(last=False)
        self._tastes.move_to_end(key)
        return self._tastes[key]


def _known(opened: OpenedRun, key: str, held: Verdicts) -> Person:
    """A user of the data."""
    code = opened.user_code(key)
    recommender = opened.model.recommender
    loved = opened.codes_of(held.loved)
    return Person(
        history=lambda timed: histories.of_user(opened, key, timed=timed),
        end=opened.dataset.info.last_at,
        never=np.union1d(np.setdiff1d(opened.disliked(key), loved), opened.codes_of(held.blocked)),
        loved=loved,
        scores=lambda: recommender.scores(np.array([code], np.int32)),
        explain=lambda some: recommender.explain(code, some),
    )


def _folded_in(opened: OpenedRun, told: _Told) -> Person:
    """Somebody who is not in the data: what they love counts as plays do."""
    codes = opened.artist_codes
    counts = {**told.plays, **{key: told.plays.get(key, 0) + LIKED for key in told.verdicts.loved}}
    known = {codes[key]: count for key, count in counts.items() if key in codes}
    if not known:
        raise UserError(
            f"None of these artists was in the data that {printable(opened.run.label)} was trained on; add others."
        )
    own: IntArray = np.array(sorted(known), np.int32)
    row = np.array([known[code] for code in own.tolist()], np.float32)
    profile = csr_matrix((row, own, np.array([0, len(own)], np.int32)), shape=(1, len(opened.to_index)))
    recommender = opened.model.recommender
    return Person(
        history=lambda _: _history(opened, told),
        end=told.end,
        never=opened.codes_of(told.verdicts.blocked),
        loved=opened.codes_of(told.verdicts.loved),
        scores=lambda: recommender.fold_in(profile),
        explain=lambda some: recommender.explain_profile(profile, some),
        estimate=recommender.capabilities.fold_in_estimate,
        unknown=told.unknown + len(counts) - len(known),
    )


def _history(opened: OpenedRun, told: _Told) -> History:
    """What a newcomer has played; typed artists count as played, nobody knows when."""
    plays = np.zeros(len(opened.to_index))
    last = np.full(len(opened.to_index), UNKNOWN, np.int64)
    for key, count in told.plays.items():
        if (code := opened.artist_codes.get(key)) is not None:
            plays[code] = count
            last[code] = instant(told.last.get(key))
    return History(plays, last)
