"""The product of two sparse matrices with only the largest entries of each row kept, in bounded memory."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from musicrec_tui.recommenders.base import FloatArray, IntArray

BLOCK_BYTES = 64_000_000
"""Of the rows of the product that are looked at at once, were they full."""
_BYTES_PER_ENTRY = 12

Adjust = Callable[[IntArray, IntArray, FloatArray], FloatArray]


def largest_of_product(
    left: csr_matrix, right: csr_matrix, most: int, report: Callable[[int, int], None], adjust: Adjust
) -> csr_matrix:
    """The `most` largest positive entries of each row of `left @ right`, the diagonal left out; float32, sorted.

    Of equal entries those with smaller columns are kept. Rows of `left` that are equal are multiplied once: most
    artists of a log have one listener, and with few users or enormous histories nearly all rows have twins.

    Args:
        left: (artists, n), sorted indices.
        right: (n, artists).
        most: entries of a row.
        report: hears of (distinct rows done, distinct rows in all) before each block and at the end; may raise to stop.
        adjust: given rows, columns and values of entries, gives the values that are to be compared and kept; the same
            ones for equal rows of `left`.
    """
    firsts, twin = _distinct(left)
    size = max(1, BLOCK_BYTES // (_BYTES_PER_ENTRY * max(1, right.shape[1])))
    blocks = []
    for start in range(0, len(firsts), size):
        report(start, len(firsts))
        some = firsts[start : start + size]
        block = left[some] @ right
        rows = np.repeat(some, np.diff(block.indptr))
        block.data = adjust(rows, block.indices, block.data).astype(np.float32, copy=False)
        blocks.append(_largest(block, most + 1))
    report(len(firsts), len(firsts))
    if not blocks:
        return csr_matrix((0, right.shape[1]), dtype=np.float32)
    largest = vstack(blocks, format="csr")
    blocks.clear()  # there are copies enough below
    return _without_diagonal(largest, twin, most)


def _distinct(matrix: csr_matrix) -> tuple[IntArray, IntArray]:
    """The first of each set of equal rows, ascending, and for each row the place of its first among these."""
    lengths, starts = np.diff(matrix.indptr), matrix.indptr[:-1]
    rng = np.random.default_rng(0)
    marks = rng.integers(1, 2**63, matrix.shape[1], np.uint64)[matrix.indices]
    marks *= matrix.data.astype(np.float32).view(np.uint32).astype(np.uint64) | np.uint64(2**32)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(marks, dtype=np.uint64)])  # modulo 2^64
    _, firsts, place = np.unique(np.diff(sums[matrix.indptr]), return_index=True, return_inverse=True)
    likely = firsts[place]
    # Rows with one sum may differ: each is compared with its first, and those that do differ are left by themselves.
    same = lengths == lengths[likely]
    entries = np.arange(matrix.nnz) + np.repeat(np.where(same, starts[likely] - starts, 0), lengths)
    differs = (matrix.indices != matrix.indices[entries]) | (matrix.data != matrix.data[entries])
    same[np.repeat(np.arange(len(lengths)), lengths)[differs]] = False
    kept, twin = np.unique(np.where(same, likely, np.arange(len(lengths))), return_inverse=True)
    return kept.astype(np.int32), twin.astype(np.int32)


def _largest(block: csr_matrix, most: int) -> csr_matrix:
    """The largest positive entries of each row."""
    dropped = ~(block.data > 0)
    for row in np.flatnonzero(np.diff(block.indptr) > most):
        part = slice(block.indptr[row], block.indptr[row + 1])
        dropped[part] |= ~_top_of_row(block.data[part], block.indices[part], most)
    return _without(block, dropped)


def _without(matrix: csr_matrix, dropped: NDArray[np.bool_]) -> csr_matrix:
    """A matrix without some of its entries, sorted."""
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(~dropped)])[matrix.indptr]
    found = csr_matrix((matrix.data[~dropped], matrix.indices[~dropped], ends), shape=matrix.shape)
    found.sort_indices()
    return found


def _top_of_row(values: FloatArray, columns: IntArray, most: int) -> NDArray[np.bool_]:
    """Which values are among the largest; of equal ones those with the smallest columns."""
    last = np.partition(values, len(values) - most)[len(values) - most]
    chosen: NDArray[np.bool_] = values > last
    level = np.flatnonzero(values == last)
    free = most - np.count_nonzero(chosen)
    if free < len(level):
        level = level[np.argpartition(columns[level], free - 1)[:free]]
    chosen[level] = True
    return chosen


def _without_diagonal(largest: csr_matrix, twin: IntArray, most: int) -> csr_matrix:
    """Each row's own `most` entries, from the `most` + 1 largest that it has in common with its twins.

    Args:
        largest: (distinct rows, artists), sorted.
        twin: (artists,) rows of `largest`.
        most: entries of a row.
    """
    full = np.flatnonzero(np.diff(largest.indptr) > most)
    least = np.zeros(len(largest.indptr) - 1, np.int64)  # the place in its row of the last entry by value, then column
    for row in full:
        values = largest.data[largest.indptr[row] : largest.indptr[row + 1]]
        least[row] = len(values) - 1 - values[::-1].argmin()
    found = largest[twin]
    own = found.indices == np.repeat(np.arange(len(twin), dtype=np.int32), np.diff(found.indptr))
    crowded = np.diff(found.indptr) > most
    crowded[np.searchsorted(found.indptr, np.flatnonzero(own), side="right") - 1] = False
    own[found.indptr[:-1][crowded] + least[twin[crowded]]] = True
    return _without(found, own)
