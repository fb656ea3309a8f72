"""Intervals and tests against SciPy, closed forms and simulations with a known effect."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from musicrec_tui.evaluation.significance import (
    Values,
    enough_resamples,
    holm,
    intervals,
    least_p,
    paired,
    resampled_means,
)

SIMULATIONS = 1000
ALPHA = 0.05


def differences(effect: float, users: int = 250, seed: int = 5) -> Values:
    """Simulated differences as NDCG has them: most users equal, the others off to both sides; `effect` is the mean."""
    rng = np.random.default_rng(seed)
    size = (users, SIMULATIONS)
    values = rng.choice([-1.0, 1.0], size) * rng.beta(2, 5, size) * (rng.random(size) < 0.6)
    return values + effect


def alarms(p_values: list[float]) -> int:
    return sum(p < ALPHA for p in p_values)


def test_intervals_are_those_of_scipy() -> None:
    values = np.random.default_rng(1).beta(0.5, 3, (200, 3))
    ours = intervals(values, 8000)
    for column, (low, high) in enumerate(ours):
        theirs = stats.bootstrap(
            (values[:, column],), np.mean, n_resamples=8000, method="percentile", rng=np.random.default_rng(2)
        )
        wobble = 4 * theirs.standard_error / math.sqrt(8000) / 0.1  # of a 2.5 % quantile, a generous four deviations
        assert low == pytest.approx(theirs.confidence_interval.low, abs=wobble)
        assert high == pytest.approx(theirs.confidence_interval.high, abs=wobble)


def test_the_spread_of_resampled_means_is_the_standard_error() -> None:
    values = np.random.default_rng(3).normal(7, 2, (400, 1))
    means = resampled_means(values, 4000)
    assert means.mean() == pytest.approx(values.mean(), abs=0.01)
    assert means.std() == pytest.approx(values.std() / math.sqrt(400), rel=0.05)


def test_users_without_a_value_are_left_out_of_the_mean() -> None:
    values = np.random.default_rng(4).normal(size=(300, 2))
    values[::3, 1] = np.nan
    known = values[~np.isnan(values[:, 1]), 1]
    means = resampled_means(values, 3000)
    assert means[:, 1].mean() == pytest.approx(known.mean(), abs=0.01)
    assert means[:, 1].std() == pytest.approx(known.std() / math.sqrt(len(known)), rel=0.05)
    [found] = paired(values[:, 1:])
    assert found.users == len(known) == found.wins + found.ties + found.losses


def test_the_same_values_get_the_same_interval_in_any_company() -> None:
    values = np.random.default_rng(6).random((60, 4))
    assert intervals(values)[2] == pytest.approx(intervals(values[:, 2:3])[0], rel=1e-12)
    assert intervals(values).tolist() == intervals(values).tolist()


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    low, high = intervals(differences(0.02)).T
    held = np.count_nonzero((low <= 0.02) & (high >= 0.02))
    assert stats.binomtest(held, SIMULATIONS, 0.95).pvalue > 0.001


def test_without_an_effect_one_in_twenty_is_a_false_alarm() -> None:
    found = paired(differences(0.0))
    for alarmed in (alarms([one.p_bootstrap for one in found]), alarms([one.p_wilcoxon for one in found])):
        assert stats.binomtest(alarmed, SIMULATIONS, ALPHA).pvalue > 0.001


def test_the_larger_the_effect_the_more_often_it_is_seen() -> None:
    seen = [alarms([one.p_bootstrap for one in paired(differences(effect))]) for effect in (0.0, 0.02, 0.04, 0.1)]
    assert seen == sorted(seen)
    assert seen[1] > 2 * seen[0]
    assert seen[-1] > 0.99 * SIMULATIONS
    # The power of a normal test of the same mean is nearly that of the bootstrap.
    error = differences(0.02).std() / math.sqrt(250)
    assert seen[1] / SIMULATIONS == pytest.approx(stats.norm.sf(1.96 - 0.02 / error), abs=0.05)


def test_the_interval_excludes_zero_where_p_is_below_alpha() -> None:
    for one in paired(differences(0.02)[:, :200]):
        if abs(one.p_bootstrap - ALPHA) > 0.004:
            assert (one.low > 0 or one.high < 0) == (one.p_bootstrap < ALPHA)


def test_wilcoxon_is_that_of_scipy_without_ties() -> None:
    values = np.random.default_rng(8).normal(0.1, 1, (80, 1))
    values[:20] = 0
    [found] = paired(values)
    assert found.p_wilcoxon == stats.wilcoxon(np.round(values[20:, 0], 12)).pvalue
    assert found.ties == 20


def test_equal_models_do_not_differ() -> None:
    [found] = paired(np.zeros((30, 1)))
    assert (found.p_bootstrap, found.p_wilcoxon) == (1, 1)
    assert (found.difference, found.low, found.high) == (0, 0, 0)
    assert (found.wins, found.ties, found.losses) == (0, 30, 0)


def test_a_last_digit_is_no_win() -> None:
    values = np.full((10, 1), 0.1 + 0.2 - 0.3)
    assert values.any()
    assert paired(values)[0].ties == 10


def test_one_user_is_enough_for_numbers() -> None:
    [found] = paired(np.array([[0.25]]))
    assert (found.low, found.difference, found.high) == (0.25, 0.25, 0.25)
    assert 0 < found.p_wilcoxon <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values: list[float]) -> None:
    """By definition: a hypothesis is as bad as the worst intersection of hypotheses that it is in."""
    places = range(len(p_values))
    subsets = [chosen for size in places for chosen in itertools.combinations(places, size + 1)]
    wanted = [
        max(min(1.0, len(chosen) * min(p_values[place] for place in chosen)) for chosen in subsets if here in chosen)
        for here in places
    ]
    assert holm(np.array(p_values)) == pytest.approx(wanted)


def test_families_are_rarely_wrong_after_holm() -> None:
    p_values = np.array([one.p_bootstrap for one in paired(differences(0.0, seed=11))]).reshape(-1, 10)
    wrong = sum(bool((holm(family) < ALPHA).any()) for family in p_values)
    assert wrong <= stats.binom.ppf(0.999, len(p_values), ALPHA)


@pytest.mark.parametrize("tests", [1, 11, 33, 200])
def test_the_least_p_can_pass_holm(tests: int) -> None:
    assert tests * least_p(enough_resamples(tests)) <= ALPHA / 5
    [found] = paired(np.ones((9, 1)), enough_resamples(tests))
    assert found.p_bootstrap == least_p(enough_resamples(tests))
