"""Weights that sum to 1 and make the best of several models' scores: steps along each weight, smaller and smaller."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.hybrid import CACHE_BYTES

_STEPS = (0.2, 0.1, 0.05, 0.025)
_MOST_ROUNDS = 4
_GAIN = 1e-6

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


class Cached:
    """Scores of several models, computed once for as many users as `CACHE_BYTES` hold.

    Args:
        models: comparable scores of users, as `Recommender.scores`.
        train: (users, artists).
        seed: which users, where not all fit.

    Attributes:
        users: whose scores these are, ascending.
    """

    def __init__(self, models: Sequence[Scores], train: csr_matrix, seed: int) -> None:
        users, artists = train.shape
        fitting = max(1, CACHE_BYTES // (4 * max(1, artists) * len(models)))
        drawn = np.random.default_rng(seed).choice(users, min(users, fitting), replace=False)
        self.users: IntArray = np.sort(drawn).astype(np.int32)
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
