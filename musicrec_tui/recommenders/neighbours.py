"""Fold-in for models that have a vector for each user and none for any other: what similar users' scores say.

The users of train with the most similar artists stand in for the newcomer (user-based nearest neighbours, Herlocker et
al. 1999, doi 10.1145/312624.312682): the estimate is the mean of their scores, weighed by the cosine of the artists.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.weighting import weigh

NEIGHBOURS = 30
"""How many users stand in for one."""
_BATCH = 8
"""People at once: people who are alike have the same neighbours, who then are scored once."""


class Neighbours:
    """The users of a train matrix, to be found by their artists.

    Args:
        train: (users, artists) plays.
    """

    def __init__(self, train: csr_matrix) -> None:
        self._train = train
        self._users_of: csr_matrix | None = None

    def estimate(self, profile: csr_matrix, scores: Callable[[IntArray], FloatArray]) -> FloatArray:
        """Scores of all artists for people who are not in train, (rows, artists) float32.

        Args:
            profile: (people, artists) plays.
            scores: of the users of train, as `Recommender.scores` gives them.

        Returns:
            A row of zeros for a user who shares no artist with any user.
        """
        means: FloatArray = np.zeros(profile.shape, np.float32)
        for start in range(0, profile.shape[0], _BATCH):
            rows = slice(start, start + _BATCH)
            means[rows] = mean(self.shares(profile[rows]), scores)
        return means

    def shares(self, profile: csr_matrix) -> csr_matrix:
        """The nearest users' shares in the mean, (people, users): their likeness, divided so that a row sums to one.

        Of equally similar users the smaller codes stay.
        """
        likeness = self._likeness(profile)
        within = _within_reach(likeness)
        likeness = likeness[:, within]
        near = _nearest(likeness)
        people, users = np.nonzero(near)
        shares = likeness[people, users] / (likeness * near).sum(axis=1)[people]
        starts = np.concatenate([[0], np.cumsum(np.count_nonzero(near, axis=1))])
        return csr_matrix((shares, within[users], starts), shape=(profile.shape[0], self._train.shape[0]))

    def _likeness(self, profile: csr_matrix) -> FloatArray:
        """Cosines of people and users, (people, users): of people who share artists, each artist is met once."""
        if self._users_of is None:
            self._users_of = _unit(self._train).T.tocsr()
        own, places = np.unique(profile.indices, return_inverse=True)
        narrow = csr_matrix((profile.data, places, profile.indptr), shape=(profile.shape[0], len(own)))
        likeness: FloatArray = np.ascontiguousarray(_unit(narrow).toarray() @ self._users_of[own])
        return likeness.astype(np.float32, copy=False)


def mean(shares: csr_matrix, scores: Callable[[IntArray], FloatArray]) -> FloatArray:
    """The mean scores of people whose nearest users have these shares; only those users are scored, each once."""
    users, places = np.unique(shares.indices, return_inverse=True)
    found = scores(users.astype(np.int32))
    few = csr_matrix((shares.data, places, shares.indptr), shape=(shares.shape[0], len(users)))
    means: FloatArray = few @ found
    return means


def _within_reach(likeness: FloatArray) -> NDArray[np.intp]:
    """The users who may be among the nearest of anybody: few, where people are alike.

    Where `NEIGHBOURS` users are at least so like everybody, nobody's nearest has less.
    """
    spare = likeness.shape[1] - NEIGHBOURS
    least = np.partition(likeness.min(axis=0), spare)[spare] if spare > 0 else 0
    return np.flatnonzero(likeness.max(axis=0) >= least)


def _nearest(likeness: FloatArray) -> NDArray[np.bool_]:
    """Where the `NEIGHBOURS` largest of each row are, as far as they are above 0; of equal ones the first."""
    last = likeness.shape[1] - NEIGHBOURS
    if last <= 0:
        return likeness > 0
    least = np.partition(likeness, last, axis=1)[:, last, None]
    above, level = likeness > least, (likeness == least) & (likeness > 0)
    room = NEIGHBOURS - np.count_nonzero(above, axis=1)
    near: NDArray[np.bool_] = above | (level & (np.cumsum(level, axis=1) <= room[:, None]))
    return near


def _unit(plays: csr_matrix) -> csr_matrix:
    """Rows of log plays of length 1, so that products are cosines."""
    weights = weigh(plays, "log")
    rows = np.repeat(np.arange(plays.shape[0]), np.diff(weights.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=weights.data**2, minlength=plays.shape[0]))
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    data = weights.data * scale.astype(np.float32)[rows]
    return csr_matrix((data, weights.indices, weights.indptr), shape=weights.shape)
