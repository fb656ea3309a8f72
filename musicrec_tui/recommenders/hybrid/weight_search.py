"""Weights that sum to 1 and make the best of several models' scores, found on halves of the users and averaged.

The weights that are best for some users owe much to chance: their mean over many halves of the users is better for
others than those that are best for all (bagging, Breiman 1996, doi 10.1007/BF00058655). Each half's weights are judged
on the other half (cross-fitting): that shows what a weighted sum is worth.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.hybrid import CACHE_BYTES

FOLDS = 10
HALVINGS = 10
_PARTS = 10
"""Weights are multiples of one over this, until they are averaged."""
_STEPS = (2, 1)
_LEAST = 0.05
"""A model with less of the mean is left out."""

Weights = tuple[float, ...]
Scores = Callable[[IntArray], FloatArray]
_Parts = tuple[int, ...]


class CrossFit(NamedTuple):
    """Weights that were found by cross-fitting.

    Attributes:
        weights: for each model; 0 where it is left out.
        value: the mean over the halves, each with the weights that were found on the other.
        alone: the value of each model alone.
        adds: for each model, how much higher the value of the weights is than without it.
    """

    weights: Weights
    value: float
    alone: Weights
    adds: Weights


def cross_fit(count: int, value: Callable[[Weights, int], float], report: Callable[[int, int], None]) -> CrossFit:
    """The mean of the weights that are best on each half, the same ones each time.

    Args:
        count: of models.
        value: of weights on a fold (counted from 0, `FOLDS` in all); higher is better.
        report: hears of (halves done, halves in all); may raise to stop.
    """
    known: dict[_Parts, NDArray[np.float64]] = {}
    halves = list(_halves())
    found: list[tuple[_Parts, float]] = []

    def on_folds(weights: Weights) -> NDArray[np.float64]:
        report(len(found), len(halves))
        return np.array([value(weights, fold) for fold in range(FOLDS)])

    def valued(parts: _Parts) -> NDArray[np.float64]:
        if parts not in known:
            known[parts] = on_folds(tuple(part / _PARTS for part in parts))
        return known[parts]

    alone = [tuple(_PARTS * (place == one) for place in range(count)) for one in range(count)]
    for start in (*alone, tuple((_PARTS + place) // count for place in range(count))):
        valued(start)
    for half in halves:
        best = _climbed(max(known, key=lambda parts: known[parts][half].mean()), valued, half)
        found.append((best, float(valued(best)[~half].mean())))
    weights = _averaged([parts for parts, _ in found])
    of_all = on_folds(weights).mean()
    adds = [of_all - on_folds(_dropped(weights, one)).mean() if weights[one] else 0.0 for one in range(count)]
    report(len(halves), len(halves))
    return CrossFit(
        weights,
        float(np.mean([judged for _, judged in found])),
        tuple(float(valued(one).mean()) for one in alone),
        tuple(float(more) for more in adds),
    )


def _halves() -> Iterator[NDArray[np.bool_]]:
    """Which folds are in each half: `HALVINGS` drawn halves and their other halves."""
    rng = np.random.default_rng(0)
    for _ in range(HALVINGS):
        half = rng.permutation(FOLDS) < FOLDS // 2
        yield half
        yield ~half


def _climbed(start: _Parts, valued: Callable[[_Parts], NDArray[np.float64]], half: NDArray[np.bool_]) -> _Parts:
    """Weights from which no step from one weight to another leads higher."""
    best, highest = start, valued(start)[half].mean()
    for step in _STEPS:
        climbing = True
        while climbing:
            climbing = False
            for parts in list(_steps_from(best, step)):
                if (reached := valued(parts)[half].mean()) > highest:
                    best, highest, climbing = parts, reached, True
    return best


def _steps_from(parts: _Parts, step: int) -> Iterator[_Parts]:
    """The weights with a step taken from one and given to another."""
    for less, part in enumerate(parts):
        if part >= step:
            for more in range(len(parts)):
                if more != less:
                    yield tuple(own + step * ((place == more) - (place == less)) for place, own in enumerate(parts))


def _averaged(found: Sequence[_Parts]) -> Weights:
    """The mean, without what has little of it."""
    means = np.mean(found, axis=0) / _PARTS
    means[means < min(_LEAST, means.max())] = 0
    return tuple((means / means.sum()).round(6).tolist())


def _dropped(weights: Weights, one: int) -> Weights:
    """The weights without one; equal ones of the others where nothing is left."""
    rest = [0.0 if place == one else weight for place, weight in enumerate(weights)]
    if not sum(rest):
        rest = [float(place != one) for place in range(len(weights))]
    return tuple(weight / sum(rest) for weight in rest)


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
