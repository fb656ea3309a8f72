"""Users that a model has learnt nothing of: they are served by what the log has of them, else by popularity.

A user's training data are usable where they have an artist in the training part and the model's scores for them are not
all equal. Equal scores would rank by code, and a network's scores for a user without training data are chance. The rule
looks at nothing but the training part and the model, so that an evaluation serves users as the program does.
"""

from collections.abc import Callable
from functools import cached_property

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


class ColdStart:
    """A model's scores, with popularity where it has learnt nothing of a user; may be used as `Recommender.scores`.

    Args:
        scores: of users of train, as `Recommender.scores`.
        train: what the model was fitted on.
        popular: gives `popularity(train)`, where it is at hand.

    Attributes:
        cold: (users,), of those who were asked for: whether popularity serves them.
    """

    def __init__(
        self,
        scores: Callable[[IntArray], FloatArray],
        train: csr_matrix,
        popular: Callable[[], FloatArray] | None = None,
    ) -> None:
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
