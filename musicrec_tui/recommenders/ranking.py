"""The k best artists of each row of scores, without sorting the row."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import FloatArray, Ranking
from musicrec_tui.recommenders.factor_rows import FactorRows

_LEAST_BLOCKS = 128


def rank(scores: FloatArray, exclude: csr_matrix | None, k: int) -> Ranking:
    """Rank the artists of each row; equal scores are ordered by code, the smaller first.

    Args:
        scores: (rows, artists) float32; left as it is.
        exclude: (rows, artists), artists that are no candidates where it stores an entry; None: all are candidates.
        k: the length of the lists.

    Returns:
        (rows, k): -1 and -inf where a row has fewer than k candidates.

    Raises:
        UserError: a score is NaN or infinite.
    """
    check_finite(scores)
    if exclude is not None:
        scores = scores.copy()
        mask(scores, exclude)
    return top(scores, k)


def check_finite(scores: FloatArray) -> None:
    """Refuse scores that cannot be ordered.

    Two reductions, because `isfinite` would make an array as long as the scores.

    Raises:
        UserError: a score is NaN or infinite.
    """
    if scores.size and not (np.isfinite(scores.max()) and np.isfinite(scores.min())):
        raise UserError(
            "The model's scores are not finite numbers: its fit diverged; train it with more regularization or a "
            "smaller step.",
            exit_code=1,
        )


def mask(scores: FloatArray, exclude: csr_matrix) -> None:
    """Set the scores of excluded artists to -inf, in place."""
    scores[np.repeat(np.arange(exclude.shape[0]), np.diff(exclude.indptr)), exclude.indices] = -np.inf


def top(scores: FloatArray, k: int) -> Ranking:
    """The k best of each row; -inf marks what is no candidate.

    A lower bound of the k-th best score comes from the maxima of strided blocks (strided, because codes may follow
    popularity); only what reaches it is sorted. Rows where too much reaches it, because of many equal scores, are done
    one by one.
    """
    rows, artists = scores.shape
    ranking = Ranking(np.full((rows, k), -1, np.int32), np.full((rows, k), -np.inf, np.float32))
    kept = min(k, artists)
    if rows == 0 or kept == 0:
        return ranking
    reached = scores >= _lower_bound(scores, kept)[:, None]
    sizes = np.count_nonzero(reached, axis=1)
    crowded = sizes > 16 * kept + _LEAST_BLOCKS
    reached[crowded] = False
    flat = np.flatnonzero(reached)
    row, code = np.divmod(flat, artists)
    value = scores.reshape(-1)[flat]
    order = np.lexsort((code, -value, row))  # by row, then the best, then the smallest code
    place = np.arange(len(order)) - np.repeat(np.cumsum(sizes * ~crowded) - sizes * ~crowded, sizes * ~crowded)
    order, place = order[place < kept], place[place < kept]
    ranking.artists[row[order], place] = code[order]
    ranking.scores[row[order], place] = value[order]
    for single in np.flatnonzero(crowded):
        best = _top_of_one(scores[single], kept)
        ranking.artists[single, : len(best)] = best
        ranking.scores[single, : len(best)] = scores[single, best]
    ranking.artists[np.isneginf(ranking.scores)] = -1
    return ranking


def _lower_bound(scores: FloatArray, k: int) -> FloatArray:
    """A score for each row that at least k of its artists reach."""
    rows, artists = scores.shape
    blocks = max(_LEAST_BLOCKS, 4 * k)
    deep = artists // blocks
    if deep < 2:
        return np.partition(scores, artists - k, axis=1)[:, artists - k]
    maxima = scores[:, : deep * blocks].reshape(rows, deep, blocks).max(axis=1)
    bound: FloatArray = np.partition(maxima, blocks - k, axis=1)[:, blocks - k]
    return bound


def _top_of_one(row: FloatArray, k: int) -> NDArray[np.intp]:
    """The codes of a row's k best, where many scores may be equal."""
    last = np.partition(row, len(row) - k)[len(row) - k]
    above = np.flatnonzero(row > last)
    level = np.flatnonzero(row == last)[: k - len(above)]
    return np.concatenate([above[np.argsort(-row[above], kind="stable")], level])


def cosines(factors: FactorRows | FloatArray, artist: int, k: int) -> Ranking:
    """The k artists whose vectors point most nearly where `artist`'s does.

    Args:
        factors: (artists, dimensions); a vector of zeros (an artist without listeners in train) is like nothing.
        artist: a code; it is not in its own list.
        k: the length of the list.

    Returns:
        One row, scores from -1 to 1.
    """
    rows = factors if isinstance(factors, FactorRows) else FactorRows([factors])
    own = rows.take(np.array([artist], np.int32))
    scale = rows.lengths * rows.lengths[artist]
    similarity = np.full(len(rows), -np.inf, np.float32)
    np.divide(rows.products(own)[0], scale, out=similarity, where=scale > 0)
    np.clip(similarity, -1, 1, out=similarity, where=scale > 0)
    similarity[artist] = -np.inf
    return top(similarity[None, :], k)
