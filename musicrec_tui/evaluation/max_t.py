"""Several differences tested together: single-step max-T over one bootstrap of users.

The largest of all studentised differences of a draw, |mean* - mean| / standard error*, is what chance alone makes of
the whole family (Westfall & Young 1993; the studentised bootstrap of Romano & Wolf 2005 without their later steps). Its
95 % quantile, times a difference's standard error, is half the width of that difference's interval; the share of draws
beyond a difference is its p value. Both come from the same numbers: an interval excludes 0 exactly where p < 0.05.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.evaluation import significance
from musicrec_tui.evaluation.significance import Values

_IN = 20  # 1 / ALPHA
FEWEST = 6
"""Users that must differ: with fewer not even a sign test, where all of them favour one model, has p < 0.05."""


class Simultaneous(NamedTuple):
    """A difference as a member of its family.

    Attributes:
        difference: the mean over users.
        low, high: the ends of its interval: all intervals of a family hold together with a probability of 95 %.
        p: corrected for the family; below 0.05 exactly where the interval excludes 0.
    """

    difference: float
    low: float
    high: float
    p: float


def max_t(differences: Values, resamples: int = significance.RESAMPLES) -> list[Simultaneous]:
    """Test the columns as one family.

    Args:
        differences: (users, columns), the second model's values minus the first's; NaN where one of them has none.
            Every column has at least one value.
        resamples: how many draws at most.
    """
    changes = significance.exact(differences)
    draws = _draws(resamples)
    means = np.nanmean(changes, axis=0)
    centred = changes - means
    least = _smallest(changes)
    errors = _errors(np.nansum(centred**2, axis=0), np.zeros(len(means)), (~np.isnan(changes)).sum(axis=0), least)
    told = np.count_nonzero(np.nan_to_num(changes), axis=0) >= FEWEST
    largest = np.sort(_largest(centred[:, told], least[told], draws))
    beyond_it = (draws + 1) // _IN - 1  # p < 0.05 where fewer draws than these are beyond a difference
    quantile = largest[-beyond_it] if told.any() else 0.0
    return [
        _one(float(means[column]), float(errors[column]), largest, float(quantile), told=bool(told[column]))
        for column in range(len(means))
    ]


def least_p(resamples: int) -> float:
    """The least p that so many draws can give."""
    return 1 / (_draws(resamples) + 1)


def _draws(resamples: int) -> int:
    """The most draws, not more than these, for which 5 % of draws and data together is a whole number."""
    return resamples // _IN * _IN - 1


def _largest(centred: Values, least: Values, draws: int) -> Values:
    """The largest studentised difference of each draw, (draws,)."""
    if not centred.shape[1]:
        return np.zeros(draws)
    defined = ~np.isnan(centred)
    filled = np.where(defined, centred, 0.0)
    sums, squares, known = np.hsplit(significance.resampled_sums(np.hstack([filled, filled**2, defined]), draws), 3)
    errors = _errors(squares, sums, known, least)
    studentised = np.zeros(sums.shape)
    np.divide(np.abs(sums), known * errors, out=studentised, where=(known > 0) & (errors > 0))
    largest: Values = studentised.max(axis=1)
    return largest


def _errors(squares: Values, sums: Values, known: NDArray[np.number], least: Values) -> Values:
    """Standard errors of means, but never below that of a column where one user has the smallest difference."""
    users = np.maximum(known, 1)
    variance = np.maximum(squares / users - (sums / users) ** 2, 0.0)
    errors: Values = np.maximum(np.sqrt(variance / users), least / users)
    return errors


def _smallest(changes: Values) -> Values:
    """The smallest difference of a user in each column, without sign; 0 where no user has one."""
    sizes = np.where(np.nan_to_num(changes) != 0, np.abs(changes), np.inf).min(axis=0)
    return np.where(np.isinf(sizes), 0.0, sizes)


def _one(mean: float, error: float, largest: Values, quantile: float, *, told: bool) -> Simultaneous:
    """The interval and the p value of a column. Both compare |mean| with the same products, so they cannot disagree."""
    if not told:
        return Simultaneous(mean, min(0.0, 2 * mean), max(0.0, 2 * mean), 1.0)
    half = quantile * error
    beyond = int(np.count_nonzero(largest * error >= abs(mean)))
    return Simultaneous(mean, mean - half, mean + half, (1 + beyond) / (len(largest) + 1))
