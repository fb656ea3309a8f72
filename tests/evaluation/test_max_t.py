"""Differences tested together: intervals and p values never disagree, and families are rarely wrong."""

import itertools
import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from musicrec_tui.evaluation import max_t
from musicrec_tui.evaluation.metrics import OBJECTIVES
from musicrec_tui.evaluation.significance import Values
from musicrec_tui.settings import PrimaryMetric

SIMULATIONS = 2000
DRAWS = 400


def four_runs(rng: np.random.Generator, users: int, effect: float = 0.0) -> Values:
    """NDCG-like values, (users, 4): most users have no hit, half of them the same value in all runs (ties).

    Without an effect, every run's values come from one distribution; with it, the last run hits more users.
    """

    def values(hit: float) -> Values:
        return np.where(rng.random(users) < hit, rng.choice([0.2, 0.39, 0.5, 0.63, 1.0], users), 0.0)

    shared, level = values(0.2), rng.random(users) < 0.5
    return np.column_stack([np.where(level, shared, values(0.2 + (effect if run == 3 else 0))) for run in range(4)])


def pairs(values: Values) -> Values:
    return np.column_stack([values[:, b] - values[:, a] for a, b in itertools.combinations(range(4), 2)])


def test_the_setting_may_name_every_metric_of_users_of_which_more_is_better() -> None:
    assert get_args(PrimaryMetric) == tuple(one.name for one in OBJECTIVES if one.per_user)


TABLES = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 40), st.integers(1, 5)),
    elements=st.sampled_from([-1.0, -0.5, -0.1, 0.0, 0.0, 0.0, 0.1, 0.3, 0.5, 1.0]),
)  # fmt: skip


@given(TABLES, st.floats(-0.3, 0.3))
def test_an_interval_excludes_zero_exactly_where_p_is_below_five_percent(table: Values, shift: float) -> None:
    for one in max_t.max_t(table + shift, 100):
        assert (one.low > 0 or one.high < 0) == (one.p < 0.05)
        assert one.low <= one.difference <= one.high
        assert math.isfinite(one.low)
        assert 0 < one.p <= 1


def test_turned_round_the_interval_is_mirrored() -> None:
    table = pairs(four_runs(np.random.default_rng(3), 200, 0.2))
    for one, other in zip(max_t.max_t(table), max_t.max_t(-table), strict=True):
        assert (one.low, one.high, one.p) == pytest.approx((-other.high, -other.low, other.p))


def test_a_column_alone_is_the_studentised_bootstrap() -> None:
    differences = np.random.default_rng(5).normal(0.1, 1, (80, 1))
    [found] = max_t.max_t(differences, 1000)
    half = found.high - found.difference
    error = differences.std() / math.sqrt(80)
    assert half / error == pytest.approx(1.99, abs=0.15)  # Student's t with 79 degrees of freedom


def test_more_metrics_make_the_intervals_wider() -> None:
    differences = np.random.default_rng(6).normal(0.1, 1, (80, 10))
    assert max_t.max_t(differences)[0].p > max_t.max_t(differences[:, :1])[0].p


def test_users_without_a_value_are_left_out() -> None:
    differences = np.random.default_rng(7).normal(0.5, 1, (60, 2))
    differences[::2, 1] = np.nan
    assert max_t.max_t(differences)[1].difference == pytest.approx(float(np.nanmean(differences[:, 1])))


@pytest.mark.parametrize("users", [1, 5])
def test_too_few_users_that_differ_tell_nothing(users: int) -> None:
    differences = np.zeros((50, 1))
    differences[:users] = 0.5
    [found] = max_t.max_t(differences)
    assert (found.p, found.low) == (1.0, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize(("users", "least"), [(60, 0.0), (250, 0.01)])
def test_a_family_of_null_comparisons_is_wrong_in_at_most_five_percent(users: int, least: float) -> None:
    """Few users with ties: it is careful (0.4 %); with more it comes near the 5 % that it allows, from below."""
    rng = np.random.default_rng(users)
    wrong = sum(
        any(one.p < 0.05 for one in max_t.max_t(pairs(four_runs(rng, users)), DRAWS)) for _ in range(SIMULATIONS)
    )
    assert least <= wrong / SIMULATIONS <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / SIMULATIONS)


@pytest.mark.slow
def test_power() -> None:
    """Of a run that hits 12 points more of 250 users: found in most of 200 families."""
    rng = np.random.default_rng(9)
    found = sum(any(one.p < 0.05 for one in max_t.max_t(pairs(four_runs(rng, 250, 0.24)), DRAWS)) for _ in range(200))
    assert found / 200 > 0.6
