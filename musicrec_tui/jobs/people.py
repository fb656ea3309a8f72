"""The people that models recommend to: users of the data, and newcomers who are folded in."""

import math
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.profiles import store, taste
from musicrec_tui.dataset.profiles.taste import Taste
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.jobs.protocol import Newcomer
from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray
from musicrec_tui.text import printable

_REMEMBERED = 4


class Person(NamedTuple):
    """Somebody as a model sees them; artists are the model's codes.

    Attributes:
        heard: what they have played.
        disliked: what is never recommended to them.
        scores: gives those of all artists, (1, artists).
        explain: gives their own artists' parts in the scores of some.
        estimate: whether the scores are no more than an estimate (see `Capabilities.fold_in_estimate`).
        unknown: how many artists of theirs the model does not know.
    """

    heard: IntArray
    disliked: IntArray
    scores: Callable[[], FloatArray]
    explain: Callable[[IntArray], list[list[Contribution]]]
    estimate: bool = False
    unknown: int = 0


class People:
    """Finds people; the tastes of the profiles that were used last are remembered."""

    def __init__(self) -> None:
        self._tastes: OrderedDict[tuple[Dataset, str], Taste] = OrderedDict()

    def find(self, opened: OpenedRun, who: str | Newcomer) -> Person:
        """A user of the data by key, or a newcomer.

        Raises:
            UserError: the model knows no such user, the profile is not there, or none of a newcomer's artists is known.
        """
        return self._newcomer(opened, who) if isinstance(who, Newcomer) else _known(opened, who)

    def _newcomer(self, opened: OpenedRun, who: Newcomer) -> Person:
        plays: dict[str, float] = {}
        disliked = set(who.disliked)
        unknown = 0
        if who.profile:
            told = self._taste(opened.dataset, Path(who.profile))
            plays |= told.plays
            disliked |= told.disliked
            unknown = told.unknown
        for key, more in who.plays.items():
            if not math.isfinite(more) or more <= 0:
                raise UserError("Plays in a profile must be positive numbers.")
            plays[key] = plays.get(key, 0) + more
        return _folded_in(opened, plays, disliked, unknown)

    def _taste(self, dataset: Dataset, folder: Path) -> Taste:
        """What a profile says of the artists of an index."""
        profile = store.open_folder(folder)
        key = dataset, profile.stored.sha256
        if key not in self._tastes:
            self._tastes[key] = taste.of(dataset, profile)
            while len(self._tastes) > _REMEMBERED:
                self._tastes.popitem(last=False)
        self._tastes.move_to_end(key)
        return self._tastes[key]


def _known(opened: OpenedRun, key: str) -> Person:
    """A user of the data."""
    code = opened.user_code(key)
    recommender = opened.model.recommender
    return Person(
        heard=opened.heard(key),
        disliked=opened.disliked(key),
        scores=lambda: recommender.scores(np.array([code], np.int32)),
        explain=lambda some: recommender.explain(code, some),
    )


def _folded_in(opened: OpenedRun, plays: dict[str, float], disliked: set[str], unknown: int) -> Person:
    """Somebody who is not in the data."""
    codes = opened.artist_codes
    known = {codes[key]: count for key, count in plays.items() if key in codes}
    if not known:
        raise UserError(
            f"None of these artists was in the data that {printable(opened.run.label)} was trained on; add others."
        )
    own: IntArray = np.array(sorted(known), np.int32)
    row = np.array([known[code] for code in own.tolist()], np.float32)
    profile = csr_matrix((row, own, np.array([0, len(own)], np.int32)), shape=(1, len(opened.to_index)))
    recommender = opened.model.recommender
    return Person(
        heard=own,
        disliked=np.array(sorted(codes[key] for key in disliked if key in codes), np.int32),
        scores=lambda: recommender.fold_in(profile),
        explain=lambda some: recommender.explain_profile(profile, some),
        estimate=recommender.capabilities.fold_in_estimate,
        unknown=unknown + len(plays) - len(known),
    )
