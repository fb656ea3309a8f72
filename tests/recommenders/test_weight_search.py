"""Weights: found where the value says, never worse than one model alone, the same each time."""

import numpy as np
import pytest

from musicrec_tui.errors import Cancelled
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.hybrid import weight_search
from musicrec_tui.recommenders.hybrid.weight_search import FOLDS, Cached, cross_fit, search
from tests.recommenders.small import matrix


def silent(done: int, of: int) -> None:
    assert 0 <= done <= of


@pytest.mark.parametrize("wanted", [(0.2, 0.3, 0.5), (0.0, 0.9, 0.1), (1.0, 0.0, 0.0)])
def test_it_finds_the_top_of_a_hill(wanted: tuple[float, ...]) -> None:
    weights, value = search(3, lambda tried: -float(np.square(np.subtract(tried, wanted)).sum()), silent)
    assert weights == pytest.approx(wanted, abs=0.03)
    assert sum(weights) == pytest.approx(1)
    assert value == pytest.approx(0, abs=2e-3)


def test_it_is_never_worse_than_one_alone_or_all_alike() -> None:
    rough = np.random.default_rng(0)
    known: dict[tuple[float, ...], float] = {}
    _, value = search(4, lambda tried: known.setdefault(tried, float(rough.random())), silent)
    alone = [known[tuple(float(place == one) for place in range(4))] for one in range(4)]
    assert value == max(known.values())
    assert value >= max([*alone, known[(0.25,) * 4]])


def test_cross_fitting_leaves_out_what_adds_nothing() -> None:
    def value(weights: tuple[float, ...], fold: int) -> float:
        first, second, useless = weights
        return first * second - useless + 0.01 * fold

    found = cross_fit(3, value, silent)
    assert found.weights == pytest.approx((0.5, 0.5, 0.0), abs=0.03)
    assert found.value == pytest.approx(0.25 + 0.01 * (FOLDS - 1) / 2, abs=1e-3)
    assert found.value > found.without[0]
    assert found.alone == pytest.approx((0.015, 0.015, -0.985))


def test_cross_fitting_takes_one_model_alone_where_weights_fit_chance() -> None:
    def value(weights: tuple[float, ...], fold: int) -> float:
        if max(weights) == 1.0:
            return 0.5 if weights[1] == 1.0 else 0.0
        unlucky = round(1e6 * weights[0]) % FOLDS  # good on all folds but one, for no reason
        return 0.0 if fold == unlucky else 0.9

    found = cross_fit(2, value, silent)
    assert found.weights == (0.0, 1.0)
    assert found.value == 0.5


def test_no_weights_are_valued_twice_and_the_report_may_stop_it() -> None:
    seen: list[tuple[float, ...]] = []

    def value(tried: tuple[float, ...]) -> float:
        seen.append(tried)
        return -abs(tried[0] - 0.4)

    search(2, value, silent)
    assert len(seen) == len(set(seen))

    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        search(2, value, stop)


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
