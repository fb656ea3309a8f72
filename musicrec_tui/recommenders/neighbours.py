"""Fold-in for models that have a vector for each user and none for anybody else: what similar users' scores say.

The users of train with the most similar artists stand in for the newcomer (user-based nearest neighbours, Herlocker et
al. 1999, doi 10.1145/312624.312682): the estimate is the mean of their scores, weighed by the cosine of the artists.
"""

from collections.abc import Callable

import numpy as np
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
        self._unit: csr_matrix | None = None

    def estimate(self, profile: csr_matrix, scores: Callable[[IntArray], FloatArray]) -> FloatArray:
        """Scores of all artists for people who are not in train, (rows, artists) float32.

        Args:
            profile: (people, artists) plays.
            scores: of the users of train, as `Recommender.scores` gives them.

        Returns:
            A row of zeros for somebody who shares no artist with any user.
        """
        if self._unit is None:
            self._unit = _unit(self._train)
        means: FloatArray = np.zeros(profile.shape, np.float32)
        for start in range(0, profile.shape[0], _BATCH):
            rows = slice(start, start + _BATCH)
            likeness = (_unit(profile[rows]) @ self._unit.T).toarray().astype(np.float32, copy=False)
            weights = np.stack([_nearest(row) for row in likeness])
            users = np.flatnonzero(weights.any(axis=0)).astype(np.int32)
            if len(users):
                means[rows] = weights[:, users] @ scores(users)
        return means


def _nearest(likeness: FloatArray) -> FloatArray:
    """The most similar users' shares in the mean, (users,): their likeness (of equal ones the smaller codes stay)."""
    shares: FloatArray = np.zeros_like(likeness)
    nearest = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
    shares[nearest] = np.maximum(0, likeness[nearest])
    return shares / (shares.sum() or 1)


def _unit(plays: csr_matrix) -> csr_matrix:
    """Rows of log plays of length 1, so that products are cosines."""
    weights = weigh(plays, "log")
    lengths = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1), dtype=np.float64).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    data = weights.data * np.repeat(scale, np.diff(weights.indptr)).astype(np.float32)
    return csr_matrix((data, weights.indices, weights.indptr), shape=weights.shape)
