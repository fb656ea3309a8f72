"""Recency: a user's own artist counts for less the longer it is that they last played it.

weight(u, j) = max(FLOOR, 2^(-age / half-life))

where age is the days from u's last listen of artist j to u's last listen of all, both in the training part. So nothing
held out has a part in it. What is learnt of artists stays as it is: only the weights of a user's own artists change,
when their scores are made, and their reasons with them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.saved_arrays import array_of

FLOOR = 0.3
"""What the oldest artist counts, and one whose time is unknown."""
SAVED = "recency"
"""The name of the saved array."""


def weights_of(train: csr_matrix, fit: Fit, half_life: float) -> csr_matrix | None:
    """The weight of each pair of train, (users, artists) float32 in (0, 1]; None where recency is off.

    Args:
        train: (users, artists).
        fit: its ages are used.
        half_life: in days; 0: off.

    Raises:
        UserError: the log has no timestamps.
    """
    if not half_life:
        return None
    if fit.ages is None:
        raise UserError("half_life needs the time of each listen: this log has no timestamps. Use half_life=0.")
    with np.errstate(under="ignore"):
        halved = np.exp2(-np.nan_to_num(fit.ages.astype(np.float64), nan=np.inf) / half_life)
    return _like(train, np.maximum(FLOOR, halved).astype(np.float32))


def weighed(profiles: csr_matrix, weights: csr_matrix | None, users: NDArray[Any]) -> csr_matrix:
    """Profiles of users, (rows, artists) with the pairs of train, times their weights."""
    return profiles if weights is None else _like(profiles, profiles.data * weights[users].data)


def saved(weights: csr_matrix | None) -> dict[str, NDArray[Any]]:
    """What is saved of it: the weights in the order of train's data; nothing where recency is off."""
    return {} if weights is None else {SAVED: weights.data}


def restored(arrays: Mapping[str, NDArray[Any]], train: csr_matrix, half_life: float) -> csr_matrix | None:
    """The weights from `saved`.

    Raises:
        UserError: they are missing, or are not those of train.
    """
    return _like(train, array_of(arrays, SAVED, (train.nnz,))) if half_life else None


def _like(matrix: csr_matrix, data: NDArray[np.float32]) -> csr_matrix:
    """A matrix of the same pairs."""
    return csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
