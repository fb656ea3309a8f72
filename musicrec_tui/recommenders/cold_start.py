"""Users that a model has learnt nothing of: they are served by what the log has of them, else by popularity.

A user's training data are usable where they have an artist in the training part and the model's scores of the artists
that could be listed are not all equal. Equal scores would rank by code, and a network's scores for a user without
training data are chance. The rule looks at nothing but the training part, what is no candidate, and the model, so that
an evaluation serves users as the program does.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray, Recommender

MODEL, FOLD_IN, POPULARITY = range(3)
"""What serves a user; `jobs.host_protocol.SERVED_BY` has the words."""


def popularity(train: csr_matrix) -> FloatArray:
    """(artists,): the listeners of each in train."""
    return np.bincount(train.indices, minlength=train.shape[1]).astype(np.float32)


def are_flat(scores: FloatArray) -> NDArray[np.bool_]:
    """(rows,): whether all scores of a row are equal, so that they rank nothing. NaN and infinity are no scores."""
    if not scores.shape[1]:
        return np.ones(len(scores), dtype=bool)
    highest = scores.max(axis=1)
    flat: NDArray[np.bool_] = np.isfinite(highest) & (highest == scores.min(axis=1))
    return flat


def are_flat_among(scores: FloatArray, rows: NDArray[Any], artists: NDArray[Any]) -> NDArray[np.bool_]:
    """(rows,): whether the scores of a row's candidates, two or more, are all equal.

    Args:
        scores: (rows, artists), C-contiguous; written into meanwhile, and the same at the end.
        rows: of the pairs that are no candidates.
        artists: of these pairs.
    """
    if not scores.shape[1]:
        return np.ones(len(scores), dtype=bool)
    several = scores.shape[1] - np.bincount(rows, minlength=len(scores)) > 1
    kept = scores[rows, artists]
    scores[rows, artists] = -np.inf
    highest = scores.max(axis=1)
    scores[rows, artists] = np.inf
    lowest = scores.min(axis=1)
    scores[rows, artists] = kept
    flat: NDArray[np.bool_] = several & np.isfinite(highest) & (highest == lowest)
    return flat


class ColdStart:
    """A model's scores, with popularity where it has learnt nothing of a user; may be used as `Recommender.scores`.

    Args:
        scores: of users of train, as `Recommender.scores`.
        train: what the model was fitted on.
        popular: gives `popularity(train)`, where it is at hand.
        excluded: gives what is no candidate for some users, (users, artists); None: all artists are candidates.

    Attributes:
        cold: (users,), of those who were asked for: whether popularity serves them.
    """

    def __init__(
        self,
        scores: Callable[[IntArray], FloatArray],
        train: csr_matrix,
        popular: Callable[[], FloatArray] | None = None,
        excluded: Callable[[IntArray], csr_matrix] | None = None,
    ) -> None:
        self._excluded = excluded
        self._scores = scores
        self._train = train
        self._popular = popular or (lambda: popularity(train))
        self.cold = np.zeros(train.shape[0], dtype=bool)

    @cached_property
    def _popularity(self) -> FloatArray:
        return self._popular()

    def __call__(self, users: IntArray) -> FloatArray:
        """Scores of all artists, (users, artists)."""
        found = np.require(self._scores(users), np.float32, ["C", "W"])
        starts = self._train.indptr
        cold = (starts[users] == starts[users + 1]) | are_flat(found)
        if self._excluded is not None:
            gone = self._excluded(users)
            cold |= are_flat_among(found, np.repeat(np.arange(len(users)), np.diff(gone.indptr)), gone.indices)
        if cold.any():
            found[cold] = self._popularity
        self.cold[users] = cold
        return found


def served(
    recommender: Recommender,
    train: csr_matrix,
    users: IntArray,
    log: Callable[[IntArray], csr_matrix],
    popular: Callable[[], FloatArray],
) -> tuple[FloatArray, NDArray[np.int8]]:
    """Scores of users of train for the program: a cold user is folded in, where the log says more than train does.

    Args:
        recommender: fitted on `train`.
        train: (users, artists).
        users: codes.
        log: gives the plays of some of them in the whole log, (rows, artists of train).
        popular: gives `popularity(train)`.

    Returns:
        (users, artists), and of each user what serves them (`MODEL`, `FOLD_IN`, `POPULARITY`).
    """
    asked = ColdStart(recommender.scores, train, popular)
    scores, sources = asked(users), np.full(len(users), MODEL, np.int8)
    if recommender.capabilities.impersonal or not (rows := np.flatnonzero(asked.cold[users])).size:
        return scores, sources
    scores[rows], sources[rows] = folded_in(recommender, log(users[rows]), popular)
    return scores, sources


def folded_in(
    recommender: Recommender, profiles: csr_matrix, popular: Callable[[], FloatArray]
) -> tuple[FloatArray, NDArray[np.int8]]:
    """Scores of users by their plays alone, (rows, artists); popularity where the model learns nothing from these.

    Args:
        recommender: fitted.
        profiles: (rows, artists) plays.
        popular: gives the popularity of each artist in train.

    Returns:
        The scores, and of each row what serves it.
    """
    scores: FloatArray = np.empty(profiles.shape, np.float32)
    sources = np.full(profiles.shape[0], POPULARITY, np.int8)
    known = np.flatnonzero(np.diff(profiles.indptr))
    if recommender.capabilities.fold_in and len(known):
        found = recommender.fold_in(profiles[known])
        told = ~are_flat(found)
        scores[known[told]], sources[known[told]] = found[told], FOLD_IN
    if (rest := sources == POPULARITY).any():
        scores[rest] = popular()
    return scores, sources
