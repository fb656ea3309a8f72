"""Whom an assessment serves by popularity, and what it tells of the others."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation.assessment import Assessment, assess
from musicrec_tui.recommenders.base import FloatArray, IntArray

USERS, ARTISTS = 60, 40


def parts(cold: int = 0, seed: int = 1) -> tuple[csr_matrix, csr_matrix]:
    """Train and what is held out; the first users have nothing in train."""
    rng = np.random.default_rng(seed)
    likely = np.linspace(0.6, 0.05, ARTISTS)
    heard = rng.random((USERS, ARTISTS)) < likely
    held = heard & (rng.random((USERS, ARTISTS)) < 0.3)
    train = heard & ~held
    train[:cold] = False
    return csr_matrix(train.astype(np.float32)), csr_matrix(held.astype(np.float32))


def noise(users: IntArray) -> FloatArray:
    """Scores of a model that ranks at random."""
    return np.random.default_rng(7).normal(size=(USERS, ARTISTS)).astype(np.float32)[users]


def assessed(train: csr_matrix, held_out: csr_matrix) -> Assessment:
    return assess(noise, train, train, held_out, 5)


def test_users_without_training_data_are_served_by_popularity_and_stand_apart() -> None:
    train, held_out = parts(cold=20)
    found = assessed(train, held_out)
    popular = assess(lambda users: np.zeros((len(users), ARTISTS), np.float32), train, train, held_out, 5)
    cold = found.cold
    assert cold.sum() == found.groups["cold"]["users"] > 0
    assert found.groups["warm"]["users"] == len(found.users) - cold.sum()
    np.testing.assert_array_equal(found.per_user["ndcg@5"][cold], popular.per_user["ndcg@5"][cold])
    warm = found.per_user["ndcg@5"][~cold]
    assert found.groups["warm"]["ndcg@5"] == warm.mean()
    assert popular.cold.all(), "equal scores rank nothing"


def test_without_a_cold_user_there_are_no_such_groups() -> None:
    found = assessed(*parts())
    assert not found.cold.any()
    assert not {"warm", "cold"} & found.groups.keys()


def test_what_is_held_out_changes_no_list() -> None:
    """Lists come from the training part alone: other pairs held out, of the same users, and each user gets the same."""
    train, held_out = parts(cold=20)
    _, others = parts(cold=20, seed=2)
    others = others - others.multiply(train)
    lists = []
    for held in (held_out, csr_matrix(others)):
        found = assessed(train, held)
        lists.append(dict(zip(found.users.tolist(), found.per_user["novelty@5"].tolist(), strict=True)))
    both = lists[0].keys() & lists[1].keys()
    assert len(both) > USERS / 2
    assert all(lists[0][user] == lists[1][user] for user in both)


def test_a_model_below_popularity_is_told_so_with_an_interval() -> None:
    found = assessed(*parts())
    assert found.against_popularity is not None
    difference, low, high = found.against_popularity
    assert low <= difference <= high < 0


def test_popularity_is_not_held_against_itself() -> None:
    train, held_out = parts()
    listeners = np.bincount(train.indices, minlength=ARTISTS).astype(np.float32)
    found = assess(lambda users: np.tile(listeners, (len(users), 1)), train, train, held_out, 5)
    assert found.against_popularity is None


@pytest.mark.parametrize(("cold", "flat"), [(0, False), (20, False), (0, True)])
def test_popularity_is_measured_once_and_exactly_as_any_model(cold: int, flat: bool) -> None:
    train, held_out = parts(cold)
    if flat:  # every artist has as many listeners, so that popularity ranks nothing
        train = csr_matrix((np.indices((USERS, ARTISTS)).sum(axis=0) % 4 == 0).astype(np.float32))
    listeners = np.bincount(train.indices, minlength=ARTISTS).astype(np.float32)
    asked: list[int] = []

    def scores(users: IntArray) -> FloatArray:
        asked.append(len(users))
        return np.tile(listeners, (len(users), 1))

    plain = assess(scores, train, train, held_out, 5)
    asked.clear()
    once = assess(scores, train, train, held_out, 5, impersonal=True)
    assert asked == [1]
    assert (once.metrics, once.intervals, once.groups) == (plain.metrics, plain.intervals, plain.groups)
    assert (once.cold == plain.cold).all()
    assert once.against_popularity is plain.against_popularity is None
    assert once.cold.all() == flat


def test_another_model_that_serves_all_alike_is_asked_for_each_user() -> None:
    """Users without training data are served by popularity, and not by that model."""
    train, held_out = parts(cold=20)
    shared = noise(np.zeros(1, np.int32))

    def scores(users: IntArray) -> FloatArray:
        return np.repeat(shared, len(users), axis=0)

    found, plain = (assess(scores, train, train, held_out, 5, impersonal=told) for told in (True, False))
    assert found.metrics == plain.metrics
    assert found.against_popularity == plain.against_popularity is not None
