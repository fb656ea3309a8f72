"""Where some of many scores stand among all of them, without sorting them all."""

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import FloatArray

Ranks = NDArray[np.float64]

_FEW = 20
_BIN = 8
_NARROW, _WIDE = 1e-30, 1e30  # beyond these float32 has no room for the numbers of bins


def midranks(scores: FloatArray, values: FloatArray) -> Ranks:
    """The midranks of `values` among `scores`, of which they are some: 1 is the lowest, equal scores share their mean.

    A few are counted, a pass over the scores for each. More are looked up in bins, which are several times as fast as
    sorting 100,000 scores.

    Args:
        scores: (artists,) float32; -inf is allowed and below all.
        values: (wanted,), finite.
    """
    if len(values) <= _FEW:
        return _counted(scores, values)
    width = float(values.max()) - float(values.min())
    return _binned(scores, values) if _NARROW < width < _WIDE else _counted(scores, values)


def _counted(scores: FloatArray, values: FloatArray) -> Ranks:
    """Scores below, and those that are not above, counted for each value."""
    twice = [np.count_nonzero(scores < value) + np.count_nonzero(scores <= value) for value in values]
    return (np.array(twice, np.float64) + 1) / 2


def _binned(scores: FloatArray, values: FloatArray) -> Ranks:
    """Whole bins are counted, and only what shares a bin with a value is sorted.

    Bins are as wide as the range of the values divided by their number, with one for all below and one for all above.
    A higher score is never in a lower bin, however its place is rounded, so that the ranks are exact.
    """
    low = values.min()
    count = max(1, len(scores) // _BIN)
    scale = np.float32(count) / (values.max() - low)

    def bins(of: FloatArray) -> NDArray[np.int64]:
        with np.errstate(over="ignore"):  # what is far above all values
            place = (of - low) * scale
        place += 1
        number: NDArray[np.int64] = np.clip(place, 0, count + 2, out=place).astype(np.int64)
        return number

    every, own = bins(scores), bins(values)
    wanted = np.zeros(count + 3, dtype=bool)
    wanted[own] = True
    sizes = np.bincount(every, minlength=count + 3)
    beside = np.sort(scores[wanted[every]])
    # Of the scores in lower bins, those beside another value are in `beside` as well: they count once.
    lower = (np.cumsum(np.where(wanted, 0, sizes)))[own]
    below = np.searchsorted(beside, values, side="left")
    ranks: Ranks = lower + (below + np.searchsorted(beside, values, side="right") + 1) / 2
    return ranks
