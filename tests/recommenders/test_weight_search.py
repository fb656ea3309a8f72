"""Weights: found where the value says, averaged where folds disagree, the same each time."""

import numpy as np
import pytest

from musicrec_tui.errors import Cancelled
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.hybrid import weight_search
from musicrec_tui.recommenders.hybrid.weight_search import FOLDS, Cached, cross_fit
from tests.recommenders.small import matrix


def silent(done: int, of: int) -> None:
    assert 0 <= done <= of


@pytest.mark.parametrize("wanted", [(0.2, 0.3, 0.5), (0.0, 0.9, 0.1), (1.0, 0.0, 0.0)])
def test_it_finds_the_top_of_a_hill(wanted: tuple[float, ...]) -> None:
    found = cross_fit(3, lambda tried, fold: -float(np.square(np.subtract(tried, wanted)).sum()), silent)
    assert found.weights == pytest.approx(wanted)
    assert found.value == pytest.approx(0)


def test_what_folds_disagree_on_is_averaged() -> None:
    """Each fold's best weight is another: the mean is near theirs, and the value what others' weights are worth."""
    best = np.linspace(0, 1, FOLDS)
    found = cross_fit(2, lambda tried, fold: -abs(tried[0] - best[fold]), silent)
    assert found.weights[0] == pytest.approx(0.5, abs=0.05)
    assert sum(found.weights) == pytest.approx(1)
    of_all = -float(np.abs(0.5 - best).mean())
    assert found.value < of_all


def test_what_adds_nothing_is_left_out() -> None:
    def value(weights: tuple[float, ...], fold: int) -> float:
        first, second, useless = weights
        return first * second - useless + 0.01 * fold

    found = cross_fit(3, value, silent)
    assert found.weights == pytest.approx((0.5, 0.5, 0.0), abs=0.03)
    middle = 0.01 * (FOLDS - 1) / 2
    assert found.value == pytest.approx(0.25 + middle, abs=1e-3)
    assert found.alone == pytest.approx((middle, middle, middle - 1))
    assert found.adds == pytest.approx((0.25, 0.25, 0.0), abs=1e-3)


def test_one_model_alone_where_it_is_best_everywhere() -> None:
    found = cross_fit(8, lambda tried, fold: tried[5], silent)
    assert found.weights == tuple(float(place == 5) for place in range(8))
    assert found.value == found.alone[5] == 1.0
    assert found.adds[5] == pytest.approx(1)


def test_a_model_with_little_of_the_mean_is_left_out() -> None:
    """One fold likes the second model and another dislikes it: few halves give it a little."""

    def value(tried: tuple[float, ...], fold: int) -> float:
        return tried[0] + {0: 9, 1: -9}.get(fold, 0) * min(tried[1], 0.1)

    assert cross_fit(2, value, silent).weights == (1.0, 0.0)


def test_no_weights_are_valued_twice_and_the_report_may_stop_it() -> None:
    seen: list[tuple[tuple[float, ...], int]] = []

    def value(tried: tuple[float, ...], fold: int) -> float:
        seen.append((tried, fold))
        return -abs(tried[0] - 0.4)

    cross_fit(2, value, silent)
    judged_again = 3 * FOLDS  # the mean, and it without each model
    assert len(seen) - judged_again <= len(set(seen))

    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        cross_fit(2, value, stop)


def test_scores_are_weighed_and_computed_once_for_as_many_users_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_search, "CACHE_BYTES", 2 * 4 * 60 * 10)
    table = np.random.default_rng(0).normal(size=(40, 60)).astype(np.float32)
    calls: list[int] = []

    def scores(users: IntArray) -> FloatArray:
        calls.append(len(users))
        rows: FloatArray = table[users]
        return rows

    cached = Cached([scores, lambda users: 2 * scores(users)], matrix(), seed=0)
    assert len(cached.users) == 10
    assert (np.diff(cached.users) > 0).all()
    for weights in ((0.5, 0.5), (1.0, 0.0)):
        found = cached.weighed(weights)(cached.users)
        np.testing.assert_allclose(found, table[cached.users] * (weights[0] + 2 * weights[1]), rtol=1e-6)
    assert calls == [10, 10]
