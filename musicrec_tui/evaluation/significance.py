"""How sure a number is: bootstrap intervals of means over users, and paired tests of two models on the same users.

Users are drawn with replacement (Efron & Tibshirani 1993, percentile intervals). All columns of one call see the same
draws, so that intervals of several metrics cost little more than those of one. `max_t` makes intervals and p values of
a family of differences that hold together.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
_SEED = 20_061_129
_ROWS = 16
_DECIMALS = 12

Values = NDArray[np.float64]


class Paired(NamedTuple):
    """How one model differs from another in one metric.

    Attributes:
        users: with a value of both.
        difference: the mean difference, with the ends of its interval, `low` and `high`.
        p_bootstrap: two-sided, by the share of resamples on the other side of zero; never below `least_p`.
        p_wilcoxon: of the signed-rank test (Wilcoxon 1945); users without a difference are left out of it.
        wins, ties, losses: users with a positive, no, and a negative difference.
    """

    users: int
    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_wilcoxon: float
    wins: int
    ties: int
    losses: int


def resampled_means(values: Values, resamples: int = RESAMPLES) -> Values:
    """Means over users who are drawn with replacement: the same draws for every column, and in every call.

    Args:
        values: (users, columns); NaN where a user has no value, which is left out of the mean.
        resamples: how many draws.

    Returns:
        (resamples, columns); NaN where a draw has no user with a value.
    """
    defined = ~np.isnan(values)
    totals, known = np.hsplit(resampled_sums(np.hstack([np.where(defined, values, 0.0), defined]), resamples), 2)
    means: Values = np.full(totals.shape, np.nan)
    np.divide(totals, known, out=means, where=known > 0)
    return means


def resampled_sums(columns: Values, resamples: int) -> Values:
    """Sums over users who are drawn with replacement: the same draws for every column, and in every call.

    Args:
        columns: (users, columns), without NaN.
        resamples: how many draws.

    Returns:
        (resamples, columns).
    """
    users = len(columns)
    rng = np.random.default_rng(_SEED)
    sums = np.empty((resamples, columns.shape[1]))
    counts = np.empty((_ROWS, users))
    for start in range(0, resamples, _ROWS):
        block = counts[: min(_ROWS, resamples - start)]
        for row in block:
            row[:] = np.bincount(rng.integers(0, users, users), minlength=users)
        sums[start : start + len(block)] = block @ columns
    return sums


def intervals(values: Values, resamples: int = RESAMPLES) -> Values:
    """The 95 % interval of each column's mean: (columns, 2), low and high.

    Args:
        values: (users, columns); NaN where a user has no value. Every column has at least one value.
        resamples: how many draws.
    """
    return _ends(resampled_means(values, resamples))


def paired(differences: Values, resamples: int = RESAMPLES) -> list[Paired]:
    """Compare two models on the same users, in each of several metrics.

    Args:
        differences: (users, columns), the second model's values minus the first's; NaN where one of them has none.
            Every column has at least one value.
        resamples: how many draws.
    """
    changes = exact(differences)
    means = resampled_means(changes, resamples)
    ends = _ends(means)
    return [
        _one(changes[~np.isnan(changes[:, column]), column], means[:, column], ends[column])
        for column in range(changes.shape[1])
    ]


def exact(differences: Values) -> Values:
    """Differences without their last digits: sums in another order differ in those, which is no win."""
    rounded: Values = np.round(differences, _DECIMALS)
    return rounded


def holm(p_values: Values) -> Values:
    """Holm's step-down correction (1979): calling what is below α an effect is wrong at all with a chance of ≤ α."""
    order = np.argsort(p_values)
    factors = np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * factors))
    return adjusted


def enough_resamples(tests: int) -> int:
    """How many draws so that the least p of the bootstrap, times the number of tests, stays well below 0.05."""
    return max(RESAMPLES, 200 * tests)


def least_p(resamples: int) -> float:
    """The least p that so many draws can give."""
    return 2 / (resamples + 1)


def _ends(means: Values) -> Values:
    """Percentile intervals, (columns, 2)."""
    tail = (1 - LEVEL) / 2
    ends: Values = np.nanquantile(means, [tail, 1 - tail], axis=0).T
    return ends


def _one(differences: Values, means: Values, ends: Values) -> Paired:
    """The comparison in one metric."""
    known = means[~np.isnan(means)]
    beyond = min(np.count_nonzero(known <= 0), np.count_nonzero(known >= 0))
    wins, losses = np.count_nonzero(differences > 0), np.count_nonzero(differences < 0)
    return Paired(
        users=len(differences),
        difference=float(differences.mean()),
        low=float(ends[0]),
        high=float(ends[1]),
        p_bootstrap=min(1.0, (1 + int(beyond)) * least_p(len(known))),
        p_wilcoxon=_wilcoxon(differences[differences != 0]),
        wins=int(wins),
        ties=len(differences) - int(wins) - int(losses),
        losses=int(losses),
    )


def _wilcoxon(differences: Values) -> float:
    """The two-sided p of the signed-rank test; 1 where nobody differs."""
    if not len(differences):
        return 1.0
    from scipy.stats import wilcoxon  # half a second to import, and only comparisons need it

    return float(wilcoxon(differences).pvalue)
