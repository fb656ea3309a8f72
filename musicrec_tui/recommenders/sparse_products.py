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

    Of equal entries those with smaller columns are kept.

    Args:
        left: (artists, n).
        right: (n, artists).
        most: entries of a row.
        report: hears of (rows done, rows in all) before each block and at the end; may raise to stop.
        adjust: given rows, columns and values of entries, gives the values that are to be compared and kept.
    """
    artists = left.shape[0]
    size = max(1, BLOCK_BYTES // (_BYTES_PER_ENTRY * max(1, artists)))
    blocks = []
    for start in range(0, artists, size):
        report(start, artists)
        block = (left[start : start + size] @ right).tocsr().sorted_indices()
        rows = np.repeat(np.arange(block.shape[0], dtype=np.int32), np.diff(block.indptr)) + np.int32(start)
        block.data = adjust(rows, block.indices, block.data).astype(np.float32, copy=False)
        block.data[rows == block.indices] = 0
        blocks.append(_largest(block, most))
    report(artists, artists)
    return vstack(blocks, format="csr") if blocks else csr_matrix((0, right.shape[1]), dtype=np.float32)


def _largest(block: csr_matrix, most: int) -> csr_matrix:
    """The largest positive entries of each row."""
    block.data[block.data < 0] = 0
    block.eliminate_zeros()
    dropped = np.zeros(block.nnz, bool)
    for row in np.flatnonzero(np.diff(block.indptr) > most):
        part = slice(block.indptr[row], block.indptr[row + 1])
        dropped[part] = ~_top_of_row(block.data[part], most)
    block.data[dropped] = 0
    block.eliminate_zeros()
    return block


def _top_of_row(values: FloatArray, most: int) -> NDArray[np.bool_]:
    """Which values are among the largest; of equal ones the first."""
    last = np.partition(values, len(values) - most)[len(values) - most]
    chosen: NDArray[np.bool_] = values > last
    level = np.flatnonzero(values == last)[: most - np.count_nonzero(chosen)]
    chosen[level] = True
    return chosen
