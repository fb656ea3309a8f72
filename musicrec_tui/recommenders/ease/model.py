"""EASE: an autoencoder of one linear layer, solved in closed form (Steck 2019, doi 10.1145/3308558.3313710).

S minimises |X - XS|² + |(regularization · I + D)^½ S|² with a zero diagonal: with
P = (XᵀX + regularization · I + D)⁻¹, S(j, i) = -P(j, i) / P(i, i). D = p / (1 - p) · diag(XᵀX), where p is `dropout`:
what imagining each of a user's artists missing with that probability comes to on average (EDLAE, Steck 2020,
"Autoencoders that don't overfit towards the identity").

S is dense, so memory grows with the square of the artists: those with the fewest listeners are left out until the rest
fits `memory_mb`. They score zero, and a user's own ones among them count for nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.ease import BYTES_PER_CELL, EaseParams
from musicrec_tui.recommenders.item_item import ItemItemRecommender, Weights
from musicrec_tui.recommenders.saved_arrays import array_of
from musicrec_tui.recommenders.weighting import weigh

_BLOCK = 256

Float64Array = NDArray[np.float64]


class EaseRecommender(ItemItemRecommender):
    """Strong and quick for some thousands of artists."""

    name: ClassVar[str] = "ease"
    params: EaseParams

    def _learn(self, train: csr_matrix, fit: Fit) -> Weights:
        """Solve for S.

        Raises:
            UserError: the equations have no single solution.
        """
        listeners = np.bincount(train.indices, minlength=train.shape[1])
        least = least_listeners(listeners, self.params)
        kept = np.flatnonzero(listeners >= least).astype(np.int32)
        fit.sink.log(_told(len(kept), int(np.count_nonzero(listeners)), least, self.params))
        weights = self._profile(train)[:, kept]
        return DenseWeights(kept, _solved(weights, self.params, fit.sink.progress), train.shape[1])

    def _profile(self, plays: csr_matrix) -> csr_matrix:
        """Weights of plays."""
        return weigh(plays, self.params.weighting)

    @classmethod
    def _restored(cls, arrays: Mapping[str, NDArray[Any]], artists: int) -> Weights:
        """See `DenseWeights.restore`."""
        return DenseWeights.restore(arrays, artists)


def least_listeners(listeners: NDArray[np.int64], params: EaseParams) -> int:
    """The smallest number of listeners, `min_listeners` or more, from which S for the artists fits `memory_mb`."""
    most = int((params.memory_mb * 2**20 / BYTES_PER_CELL) ** 0.5)
    descending = np.sort(listeners)[::-1]
    if np.count_nonzero(descending >= params.min_listeners) <= most:
        return params.min_listeners
    return int(descending[most]) + 1


def _told(kept: int, heard: int, least: int, params: EaseParams) -> str:
    """Which artists take part, for the log."""
    sentence = f"EASE learns of {kept:,} of {heard:,} artists, those with {least:,} or more listeners in train."
    if least > params.min_listeners:
        sentence += f" More do not fit the {params.memory_mb:,} MB of memory_mb."
    return sentence


def _solved(weights: csr_matrix, params: EaseParams, report: Callable[[int, int], None]) -> FloatArray:
    """S, (artists, artists) float32, by one Cholesky factorisation in place.

    Raises:
        UserError: the equations have no single solution.
    """
    gram = _gram(weights, params, report)
    if not gram.size:
        return gram.astype(np.float32)
    # A Fortran array is what LAPACK overwrites; the transpose of a symmetric matrix is one, and is the same matrix.
    factor, failed = lapack.dpotrf(gram.T, lower=True, overwrite_a=True, clean=False)
    if not failed:
        factor, failed = lapack.dpotri(factor, lower=True, overwrite_c=True)
    if failed:
        raise UserError("EASE's equations have no single solution; train it with more regularization.", exit_code=1)
    table = _mirrored(factor)
    table /= -np.diagonal(table).copy()
    np.fill_diagonal(table, 0)
    return table


def _mirrored(lower: Float64Array) -> FloatArray:
    """The symmetric matrix, float32, whose lower triangle this is; a block of rows at a time."""
    table: FloatArray = np.empty(lower.shape, np.float32)
    for start in range(0, len(table), _BLOCK):
        rows = slice(start, start + _BLOCK)
        table[rows, :start] = lower[rows, :start]
        table[:start, rows] = table[rows, :start].T
        corner = np.tril(lower[rows, rows])
        table[rows, rows] = corner + np.tril(corner, -1).T
    return table


def _gram(weights: csr_matrix, params: EaseParams, report: Callable[[int, int], None]) -> Float64Array:
    """XᵀX + regularization · I + D, dense."""
    artists = weights.shape[1]
    rows = weights.T.tocsr()
    gram: Float64Array = np.empty((artists, artists))
    for start in range(0, artists, _BLOCK):
        report(start, artists)
        gram[start : start + _BLOCK] = (rows[start : start + _BLOCK] @ weights).toarray()
    gram[np.diag_indices(artists)] *= 1 + params.dropout / (1 - params.dropout)
    gram[np.diag_indices(artists)] += params.regularization
    report(artists, artists)
    return gram


class DenseWeights:
    """S among some artists; all others say nothing, and nothing is said about them.

    Args:
        kept: the codes of these artists, ascending.
        table: (kept, kept) float32.
        artists: how many there are in all.
    """

    def __init__(self, kept: IntArray, table: FloatArray, artists: int) -> None:
        self._kept, self._table = kept, table
        self._place: IntArray = np.full(artists, -1, np.int32)
        self._place[kept] = np.arange(len(kept))

    def apply(self, profiles: csr_matrix) -> FloatArray:
        """See `item_item.Weights`."""
        scores: FloatArray = np.zeros(profiles.shape, np.float32)
        scores[:, self._kept] = profiles[:, self._kept] @ self._table
        return scores

    def block(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """See `item_item.Weights`."""
        down, across = self._place[rows], self._place[columns]
        said: FloatArray = np.zeros((len(rows), len(columns)), np.float32)
        said[np.ix_(down >= 0, across >= 0)] = self._table[np.ix_(down[down >= 0], across[across >= 0])]
        return said

    def row(self, artist: int) -> FloatArray:
        """See `item_item.Weights`."""
        said: FloatArray = np.zeros(len(self._place), np.float32)
        if self._place[artist] >= 0:
            said[self._kept] = self._table[self._place[artist]]
        return said

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`kept` (int32 codes) and `table`."""
        return {"kept": self._kept, "table": self._table}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], artists: int) -> "DenseWeights":
        """From `arrays`.

        Raises:
            UserError: they do not fit each other or the number of artists.
        """
        kept = arrays.get("kept")
        if (
            kept is None or kept.ndim != 1 or kept.dtype != np.int32 or (np.diff(kept) <= 0).any()
            or (len(kept) and not 0 <= kept[0] <= kept[-1] < artists)
        ):  # fmt: skip
            raise UserError("The saved model's array 'kept' is no list of artists; train the model again.")
        return cls(kept, array_of(arrays, "table", (len(kept), len(kept))), artists)
