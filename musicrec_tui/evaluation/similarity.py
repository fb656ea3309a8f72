"""How alike the artists of one list are, by who listens to them."""

import itertools
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import IntArray

PLACES = 20
"""Longer lists are judged by so many first places: the pairs grow with the square."""

_PAIRS_AT_ONCE = 4_000_000

Pairs = NDArray[np.int64]


class Listeners(NamedTuple):
    """The listeners of each artist in train: those of artist a are `codes[starts[a] : starts[a + 1]]`, ascending.

    Attributes:
        starts: (artists + 1,).
        codes: of users, one for each pair.
        users: how many there are in all.
    """

    starts: NDArray[np.int32] | NDArray[np.int64]
    codes: IntArray
    users: int

    @classmethod
    def of(cls, train: csr_matrix) -> Self:
        """Those of a matrix, (users, artists); its values do not matter."""
        ones = np.ones(train.nnz, np.int8)
        columns = csr_matrix((ones, train.indices, train.indptr), shape=train.shape).tocsc()
        return cls(columns.indptr, columns.indices, train.shape[0])

    def of_artist(self, artist: int) -> IntArray:
        """Those of one artist."""
        return self.codes[self.starts[artist] : self.starts[artist + 1]]


def intra_list(lists: IntArray, listeners: Listeners) -> NDArray[np.float64]:
    """The mean cosine of all pairs of artists in a list (intra-list similarity, Ziegler et al. 2005).

    An artist's vector is their column of train, a one for each listener, so the cosine of two is the number of their
    common listeners over the geometric mean of their listeners; 0 for an artist without listeners in train.

    Args:
        lists: (users, k) codes, -1 where a list has ended.
        listeners: of each artist in train.

    Returns:
        (users,); NaN for lists of fewer than two artists.
    """
    lists = lists[:, :PLACES]
    rows = max(1, _PAIRS_AT_ONCE // max(1, lists.shape[1] ** 2 // 2))
    parts = [_of_some(lists[start : start + rows], listeners) for start in range(0, len(lists), rows)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _of_some(lists: IntArray, listeners: Listeners) -> NDArray[np.float64]:
    """The same for as many lists as may be paired at once: every distinct pair is looked at once."""
    left, right = np.triu_indices(lists.shape[1], 1)
    both = (lists[:, left] >= 0) & (lists[:, right] >= 0)
    count = np.diff(listeners.starts)
    one, other = lists[:, left][both].astype(np.int64), lists[:, right][both].astype(np.int64)
    # The better known artist first: their listeners are marked once for all who are paired with them.
    swap = (count[one] < count[other]) | ((count[one] == count[other]) & (one > other))
    one, other = np.where(swap, other, one), np.where(swap, one, other)
    distinct, place = np.unique(one * len(count) + other, return_inverse=True)
    found = np.zeros(both.shape)
    found[both] = _cosines(*np.divmod(distinct, len(count)), listeners)[place]
    pairs = both.sum(axis=1)
    mean: NDArray[np.float64] = np.full(len(lists), np.nan)
    np.divide(found.sum(axis=1), pairs, out=mean, where=pairs > 0)
    return mean


def _cosines(first: Pairs, second: Pairs, listeners: Listeners) -> NDArray[np.float64]:
    """The cosine of each pair of artists; pairs are sorted by the first, who has at least as many listeners."""
    count = np.diff(listeners.starts).astype(np.float64)
    common = np.zeros(len(first))
    heard = np.zeros(listeners.users, np.int8)
    known = np.flatnonzero(count[second])
    starts = np.flatnonzero(np.diff(first[known], prepend=-1))
    for start, end in itertools.pairwise([*starts, len(known)]):
        own = listeners.of_artist(first[known[start]])
        heard[own] = 1
        columns = [listeners.of_artist(artist) for artist in second[known[start:end]]]
        sizes = np.cumsum([0, *map(len, columns[:-1])])
        common[known[start:end]] = np.add.reduceat(heard[np.concatenate(columns)], sizes, dtype=np.int64)
        heard[own] = 0
    scale = np.sqrt(count[first] * count[second])
    np.divide(common, scale, out=common, where=scale > 0)
    return common
