"""Recipients as a model sees them: users of its data, and profiles and typed artists, which are folded in."""

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
from musicrec_tui.dataset.opinions import EVERYBODY
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.profiles.lookup import user_of
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.taste import Taste, taste_of
from musicrec_tui.dataset.recipients import Recipient, profile_recipient, user_recipient
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.candidate_filter import Marks, marks_of
from musicrec_tui.jobs.host_protocol import SERVED_BY, Newcomer, ServedBy
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.jobs.opinions_cache import OpinionsCache
from musicrec_tui.jobs.play_matrix import Plays, newcomer_plays, user_plays
from musicrec_tui.recommenders import cold_start
from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray
from musicrec_tui.text import printable

_REMEMBERED = 4
LIKED = float(ratings.confidence(1.0))
"""What an artist counts for that a newcomer loves, in the place of plays."""


class ModelUser(NamedTuple):
    """A recipient as a model sees them; artists are the model's codes.

    Attributes:
        plays: gives what they have played, (1, artists); takes whether it matters when.
        end: when their history ends (UTC); None where no play has a time.
        marks: what they love, and what is never recommended to them.
        scores: gives those of all artists, (1, artists).
        explain: gives their own artists' parts in the scores of some.
        estimate: whether the scores are no more than an estimate (see `Capabilities.fold_in_estimate`).
        unknown: how many artists of theirs the model does not know.
        served_by: whose scores these are; a newcomer's by the model are folded in, and no cold start.
    """

    plays: Callable[[bool], Plays]
    end: datetime | None
    marks: Marks
    scores: Callable[[], FloatArray]
    explain: Callable[[IntArray], list[list[Contribution]]]
    estimate: bool = False
    unknown: int = 0
    served_by: ServedBy = "model"


class ModelUsers:
    """Finds the user that a question is about; the tastes of the profiles that were used last are remembered.

    Args:
        opinions: what users and profiles love and block.
    """

    def __init__(self, opinions: OpinionsCache) -> None:
        self._opinions = opinions
        self._tastes: OrderedDict[tuple[Dataset, str], Taste] = OrderedDict()

    def find_user(self, opened: OpenedRun, who: str | Newcomer) -> ModelUser:
        """A user of the data by key, or a newcomer.

        Raises:
            UserError: the model knows no such user, the profile or what is loved and blocked cannot be read, or none of
                a newcomer's artists is known.
        """
        if isinstance(who, Newcomer):
            return _folded_in(opened, self._newcomer(opened.dataset, who))
        verdicts = self._opinions.verdicts(opened.dataset, who)
        return _known(opened, who, user_recipient(opened.dataset, opened.index_user(who), verdicts))

    def _newcomer(self, dataset: Dataset, who: Newcomer) -> Recipient:
        """A profile, typed artists, or both."""
        if not all(math.isfinite(plays) and plays > 0 for plays in who.plays.values()):
            raise UserError("Plays in a profile must be positive numbers.")
        if who.profile:
            recipient = self._profile(dataset, store.open_profile(Path(who.profile)))
        else:
            recipient = Recipient(verdicts=self._opinions.verdicts(dataset, EVERYBODY))
        return recipient.with_artists(who.plays, who.disliked)

    def _profile(self, dataset: Dataset, profile: Profile) -> Recipient:
        """A profile with its taste, which takes a moment to read."""
        key = dataset, profile.stored.sha256
        if key not in self._tastes:
            self._tastes[key] = taste_of(dataset, profile)
            while len(self._tastes) > _REMEMBERED:
                self._tastes.popitem(last=False)
        self._tastes.move_to_end(key)
        return profile_recipient(profile, self._tastes[key], self._opinions.verdicts(dataset, user_of(profile).key))


def _known(opened: OpenedRun, key: str, recipient: Recipient) -> ModelUser:
    """A user of the data, or one whom only the index has: they are folded in."""
    code = opened.model.user_keys.code(key)
    recommender, train = opened.model.recommender, opened.model.train

    def log(_: IntArray | None = None) -> csr_matrix:
        return csr_matrix(user_plays(opened, key, timed=False).counts.astype(np.float32))

    if code is None and opened.index_user(key) is None:
        opened.user_code(key)  # refuses
    if code is not None:
        scores, (source,) = cold_start.served(recommender, train, np.array([code], np.int32), log, opened.popularity)
    else:
        scores, (source,) = cold_start.folded_in(recommender, log(), opened.popularity)
    served_by = SERVED_BY[source]

    def explain(some: IntArray) -> list[list[Contribution]]:
        if served_by == "popularity":
            return [[] for _ in some]
        if served_by == "model" and code is not None:
            return recommender.explain(code, some)
        return recommender.explain_profile(log(), some)

    return ModelUser(
        plays=lambda timed: user_plays(opened, key, timed=timed),
        end=recipient.end,
        marks=marks_of(opened, recipient),
        scores=scores.copy,
        explain=explain,
        estimate=served_by == "fold-in" and recommender.capabilities.fold_in_estimate,
        served_by=served_by,
    )


def _folded_in(opened: OpenedRun, recipient: Recipient) -> ModelUser:
    """A recipient who is not in the data: what they love counts as plays do."""
    loved = {key: recipient.plays.get(key, 0) + LIKED for key in recipient.verdicts.loved}
    counts = {**recipient.plays, **loved}
    codes = opened.model.artist_keys.codes(list(counts)).tolist()
    known = {code: count for code, count in zip(codes, counts.values(), strict=True) if code >= 0}
    if not known:
        raise UserError(
            f"None of these artists was in the data that {printable(opened.run.label)} was trained on; add others."
        )
    own: IntArray = np.array(sorted(known), np.int32)
    row = np.array([known[code] for code in own.tolist()], np.float32)
    profile = csr_matrix((row, own, np.array([0, len(own)], np.int32)), shape=(1, len(opened.to_index)))
    recommender = opened.model.recommender
    scores, (source,) = cold_start.folded_in(recommender, profile, opened.popularity)
    cold = SERVED_BY[source] == "popularity"
    return ModelUser(
        plays=lambda _: newcomer_plays(opened, recipient),
        end=recipient.end,
        marks=marks_of(opened, recipient),
        scores=scores.copy,
        explain=lambda some: [[] for _ in some] if cold else recommender.explain_profile(profile, some),
        estimate=not cold and recommender.capabilities.fold_in_estimate,
        unknown=recipient.unknown + len(counts) - len(known),
        served_by="popularity" if cold and not recommender.capabilities.impersonal else "model",
    )
