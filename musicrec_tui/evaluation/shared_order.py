"""Lists and midranks where all users have the same scores, as popularity gives them: artists are sorted once.

A user's list is the order of all artists without those that are no candidates of theirs. The j-th candidate is behind
as many excluded artists as have at most j candidates before them; ranks are those among all artists, less the excluded
artists below.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray


class SharedOrder:
    """All artists by descending score; equal scores are ordered by code, the smaller first.

    Args:
        scores: (artists,), finite.
    """

    def __init__(self, scores: FloatArray) -> None:
        count = len(scores)
        self._order: IntArray = np.argsort(-scores, kind="stable").astype(np.int32)
        self._place = np.empty(count, np.int64)
        self._place[self._order] = np.arange(count)
        ordered = scores[self._order]
        starts = np.flatnonzero(np.concatenate([np.ones(min(1, count), bool), ordered[1:] != ordered[:-1]]))
        group = np.repeat(np.arange(len(starts)), np.diff(starts, append=count))[self._place]
        self._first, self._end = starts[group], np.append(starts[1:], count)[group]

    def lists(self, excluded: csr_matrix, k: int) -> IntArray:
        """The k best candidates of each row, (rows, k); -1 where there are no more.

        Args:
            excluded: (rows, artists) that are no candidates, each once.
            k: length of the lists.
        """
        rows, places = self._excluded(excluded)
        before = places - (np.arange(len(places)) - excluded.indptr[rows])
        ahead = np.bincount(rows * (k + 1) + np.minimum(before, k), minlength=excluded.shape[0] * (k + 1))
        at = np.arange(k) + ahead.reshape(-1, k + 1)[:, :k].cumsum(axis=1)
        lists: IntArray = np.full(at.shape, -1, np.int32)
        listed = at < len(self._order)
        lists[listed] = self._order[at[listed]]
        return lists

    def midranks(self, excluded: csr_matrix, held: csr_matrix) -> NDArray[np.float64]:
        """Midranks of held-out artists among their row's candidates (1 is the lowest score), row after row.

        Args:
            excluded: see `lists`.
            held: (rows, artists), of which none is excluded.
        """
        count = len(self._order)
        rows, places = self._excluded(excluded)
        numbers = rows * (count + 1) + places
        of = np.repeat(np.arange(held.shape[0], dtype=np.int64), np.diff(held.indptr))
        total = np.diff(excluded.indptr)[of]

        def candidates_from(place: NDArray[np.int64]) -> NDArray[np.int64]:
            """Of each held-out artist's row, the candidates at this place of the order or behind it."""
            ahead = np.searchsorted(numbers, of * (count + 1) + place) - excluded.indptr[of]
            candidates: NDArray[np.int64] = count - place - (total - ahead)
            return candidates

        below, not_above = candidates_from(self._end[held.indices]), candidates_from(self._first[held.indices])
        ranks: NDArray[np.float64] = (below + not_above + 1) / 2
        return ranks

    def _excluded(self, excluded: csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and places in the order of what is excluded, ascending."""
        rows = np.repeat(np.arange(excluded.shape[0], dtype=np.int64), np.diff(excluded.indptr))
        numbers = np.sort(rows * len(self._order) + self._place[excluded.indices])
        return rows, numbers - rows * len(self._order)
