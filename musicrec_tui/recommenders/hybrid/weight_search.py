"""Weights that sum to 1 and make the best of several models' scores: steps along each weight, smaller and smaller.

Weights that were found on some users are best for these, and less good for others. So users are cut into folds, and the
weights that are found on the others are judged on each (cross-fitting): that shows what a weighted sum is worth, and
which of its members add to it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.hybrid import CACHE_BYTES

_STEPS = (0.2, 0.1, 0.05, 0.025)
_MOST_ROUNDS = 4
_GAIN = 1e-6
FOLDS = 4

Weights = tuple[float, ...]
Scores = Callable[[IntArray], FloatArray]


def search(count: int, value: Callable[[Weights], float], report: Callable[[int, int], None]) -> tuple[Weights, float]:
    """The weights with the highest value that are found; the same ones each time.

    It starts from the best of equal weights and each model alone, and so is never worse than one of them. A step adds
    to one weight or takes from it, and scales all to sum to 1 again.

    Args:
        count: of weights.
        value: of weights; higher is better.
        report: hears of (tried, at most to try); may raise to stop.
    """
    most = 1 + count + len(_STEPS) * _MOST_ROUNDS * 2 * count
    tried: dict[Weights, float] = {}

    def valued(weights: Weights) -> float:
        if weights not in tried:
            report(len(tried), most)
            tried[weights] = value(weights)
        return tried[weights]

    alone = [tuple(float(place == one) for place in range(count)) for one in range(count)]
    best = max([(1 / count,) * count, *alone], key=valued)
    for step in _STEPS:
        for _ in range(_MOST_ROUNDS):
            before = best
            for place in range(count):
                for signed in (step, -step):
                    stepped = _stepped(best, place, signed)
                    if stepped is not None and valued(stepped) > valued(best) + _GAIN:
                        best = stepped
            if best == before:
                break
    report(most, most)
    return best, valued(best)


def _stepped(weights: Weights, place: int, step: float) -> Weights | None:
    """The weights with one changed; None where that leaves nothing."""
    moved = [max(0.0, weight + step * (number == place)) for number, weight in enumerate(weights)]
    total = sum(moved)
    return tuple(round(weight / total, 6) for weight in moved) if total > 0 else None


class CrossFit(NamedTuple):
    """Weights that were found by cross-fitting.

    Attributes:
        weights: for each model; 0 where it adds nothing.
        value: the mean over the folds, each with the weights that were found on the others.
        alone: the value of each model alone.
        without: the value of the same weights without each model.
    """

    weights: Weights
    value: float
    alone: Weights
    without: Weights


def cross_fit(count: int, value: Callable[[Weights, int], float], report: Callable[[int, int], None]) -> CrossFit:
    """Weights from the others of `FOLDS` folds for each fold, and their mean; one model alone where none adds to it.

    Models that do not add to the value are left out, the most useless first, until each of the rest adds something.

    Args:
        count: of models.
        value: of weights on a fold (counted from 0); higher is better.
        report: hears of (tried, at most to try); may raise to stop.
    """
    known: dict[tuple[Weights, int], float] = {}

    def valued(weights: Weights, fold: int) -> float:
        if (weights, fold) not in known:
            known[weights, fold] = value(weights, fold)
        return known[weights, fold]

    def found_without(fold: int) -> Weights:
        others = [other for other in range(FOLDS) if other != fold]
        return search(
            count, lambda weights: sum(valued(weights, other) for other in others) / len(others),
            lambda done, of: report(fold * of + done, FOLDS * of),
        )[0]  # fmt: skip

    def judged(each: Sequence[Weights]) -> float:
        return sum(valued(weights, fold) for fold, weights in enumerate(each)) / FOLDS

    each = [found_without(fold) for fold in range(FOLDS)]
    units = [tuple(float(place == one) for place in range(count)) for one in range(count)]
    alone = tuple(judged([unit] * FOLDS) for unit in units)
    left_out: set[int] = set()
    while True:
        without = tuple(judged([_dropped(weights, one) for weights in each]) for one in range(count))
        useless = [one for one in range(count) if one not in left_out and without[one] >= judged(each)]
        if not useless or len(left_out) == count - 1:
            break
        left_out.add(worst := max(useless, key=lambda one: without[one]))
        each = [_dropped(weights, worst) for weights in each]
    best = max(range(count), key=lambda one: alone[one])
    if alone[best] >= judged(each):
        return CrossFit(
            units[best], alone[best], alone, tuple(0.0 if one == best else alone[best] for one in range(count))
        )
    means = np.mean(each, axis=0)
    return CrossFit(tuple((means / means.sum()).round(6).tolist()), judged(each), alone, without)


def _dropped(weights: Weights, one: int) -> Weights:
    """The weights without one; equal ones of the others where nothing is left."""
    rest = [0.0 if place == one else weight for place, weight in enumerate(weights)]
    if not sum(rest):
        rest = [float(place != one) for place in range(len(weights))]
    return tuple(round(weight / sum(rest), 6) for weight in rest)


class Cached:
    """Scores of several models, computed once for as many users as `CACHE_BYTES` hold.

    Args:
        models: comparable scores of users, as `Recommender.scores`.
        train: (users, artists).
        seed: which users, where not all fit.

    Attributes:
        users: whose scores these are, ascending.
        folds: them in `FOLDS` parts, drawn.
    """

    def __init__(self, models: Sequence[Scores], train: csr_matrix, seed: int) -> None:
        users, artists = train.shape
        fitting = max(1, CACHE_BYTES // (4 * max(1, artists) * len(models)))
        drawn = np.random.default_rng(seed).choice(users, min(users, fitting), replace=False)
        self.users: IntArray = np.sort(drawn).astype(np.int32)
        self.folds: list[IntArray] = [np.sort(drawn[fold::FOLDS]).astype(np.int32) for fold in range(FOLDS)]
        self._models = models
        self._known: dict[bytes, list[FloatArray]] = {}

    def weighed(self, weights: Weights) -> Scores:
        """The weighted sum of the models' scores, for batches of `users`."""

        def scores(users: IntArray) -> FloatArray:
            key = users.tobytes()
            if key not in self._known:
                self._known[key] = [model(users) for model in self._models]
            total: FloatArray = np.zeros_like(self._known[key][0])
            for weight, part in zip(weights, self._known[key], strict=True):
                if weight:
                    total += np.float32(weight) * part
            return total

        return scores
