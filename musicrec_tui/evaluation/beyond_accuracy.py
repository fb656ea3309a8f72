"""What lists are like, whatever they hit: how much of the catalogue they show, and how well known, how alike it is."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import similarity
from musicrec_tui.recommenders.base import IntArray

Figures = NDArray[np.float64]
Counts = NDArray[np.int64]


class BeyondAccuracy(NamedTuple):
    """What `measure` found.

    Attributes:
        totals: of all lists together: `coverage@k` and `gini@k`.
        per_user: `novelty@k`, `popularity@k` and `similarity@k`, (users,) each; NaN where a user has no value.
    """

    totals: dict[str, float]
    per_user: dict[str, Figures]


def measure(lists: IntArray, users: IntArray, train: csr_matrix) -> BeyondAccuracy:
    """Measure ranked lists.

    Args:
        lists: (users, k) artist codes, -1 where a list has ended.
        users: (users,), whose lists they are.
        train: (users, artists), what the model was fitted on; values do not matter.
    """
    k = lists.shape[1]
    listeners = np.bincount(train.indices, minlength=train.shape[1])
    exposure = np.bincount(lists[lists >= 0], minlength=train.shape[1])
    per_user = {
        f"novelty@{k}": novelty(lists, listeners, train.shape[0]),
        f"popularity@{k}": relative_popularity(lists, listeners, own_popularity(train, listeners)[users]),
        f"similarity@{k}": similarity.intra_list(lists, train),
    }
    totals = {f"coverage@{k}": float((exposure > 0).mean()), f"gini@{k}": gini(exposure)} if len(users) else {}
    return BeyondAccuracy(totals, per_user)


def gini(exposure: Counts) -> float:
    """How unequally so many appearances fall on artists: 0 on all alike, near 1 on one alone; 0 where there are none.

    Half the mean absolute difference of two artists, over the mean: Σ (2i - n - 1) x_i / (n Σ x) over ascending x.
    """
    total = exposure.sum()
    if not total:
        return 0.0
    count = len(exposure)
    ordered = np.sort(exposure).astype(np.float64)
    return float(((2 * np.arange(1, count + 1) - count - 1) * ordered).sum() / (count * total))


def novelty(lists: IntArray, listeners: Counts, users: int) -> Figures:
    """The mean self-information of a list's artists in bits, log2(users / listeners) (Zhou et al. 2010).

    An artist without listeners in train counts as one with a single listener.
    """
    bits = np.log2(users / np.maximum(1, listeners)) if users else np.zeros(len(listeners))
    return _mean_of(bits, lists)


def own_popularity(train: csr_matrix, listeners: Counts) -> Figures:
    """The mean number of listeners of each user's own artists in train; NaN for who has none."""
    sums = csr_matrix((np.ones(train.nnz, np.float32), train.indices, train.indptr), shape=train.shape) @ (
        listeners.astype(np.float64)
    )
    counts = np.diff(train.indptr)
    mean: Figures = np.full(train.shape[0], np.nan)
    np.divide(sums, counts, out=mean, where=counts > 0)
    return mean


def relative_popularity(lists: IntArray, listeners: Counts, own: Figures) -> Figures:
    """The mean number of listeners of a list's artists over that of the user's own: 1 where they are as well known."""
    ratio: Figures = _mean_of(listeners.astype(np.float64), lists) / own
    return ratio


def _mean_of(values: Figures, lists: IntArray) -> Figures:
    """The mean over each list of a value that every artist has; NaN for an empty list."""
    listed = lists >= 0
    counts = listed.sum(axis=1)
    mean: Figures = np.full(len(lists), np.nan)
    np.divide(np.where(listed, values[lists], 0.0).sum(axis=1), counts, out=mean, where=counts > 0)
    return mean
