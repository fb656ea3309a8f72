"""Whom a model has learnt nothing of, and what serves them."""

from typing import get_args

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.jobs.host_protocol import SERVED_BY, ServedBy
from musicrec_tui.recommenders import cold_start, factory
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.cold_start import FOLD_IN, MODEL, POPULARITY, ColdStart, are_flat, are_flat_among
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from tests.recommenders.small import matrix, quiet

EVERYBODY = np.arange(12, dtype=np.int32)


def train() -> csr_matrix:
    """Twelve users, of whom the first has nothing in train, and the second an artist that nobody else has."""
    found = matrix(users=12, artists=20, share=0.4).tolil()
    found[0] = 0
    found[1] = 0
    found[:, 7] = 0
    found[1, 7] = 3
    return found.tocsr().astype(np.float32)


def test_the_words_of_what_serves_a_user_are_in_the_order_of_the_codes() -> None:
    assert get_args(ServedBy) == SERVED_BY
    assert (SERVED_BY[MODEL], SERVED_BY[FOLD_IN], SERVED_BY[POPULARITY]) == ("model", "fold-in", "popularity")


@pytest.mark.parametrize("params", [EaseParams(min_listeners=2), AlsParams(factors=4, iterations=3)])
def test_cold_users_get_popularity_and_all_others_the_models_scores(params: Params) -> None:
    model = factory.create(params)
    model.fit(train(), quiet())
    served = ColdStart(model.scores, train())
    scores = served(EVERYBODY)
    cold = [True, params.model == "ease", *[False] * 10]
    assert served.cold.tolist() == cold
    popular = np.bincount(train().indices, minlength=20)
    for user in EVERYBODY:
        expected = popular if cold[user] else model.scores(np.array([user], np.int32))[0]
        np.testing.assert_allclose(scores[user], expected, rtol=1e-4, atol=1e-7)
    assert not are_flat(scores).any()


def test_a_networks_scores_for_a_user_without_training_data_are_chance_and_not_used() -> None:
    def noise(users: IntArray) -> FloatArray:
        return np.random.default_rng(1).normal(size=(len(users), 20)).astype(np.float32)

    assert ColdStart(noise, train())(EVERYBODY)[0].tolist() == np.bincount(train().indices, minlength=20).tolist()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_fit_that_diverged_is_no_cold_start(value: float) -> None:
    assert not are_flat(np.full((1, 5), value, np.float32)).any()


def popular() -> FloatArray:
    """Listeners of each artist of the small train."""
    return cold_start.popularity(train())


def test_the_log_is_asked_for_cold_users_alone_and_folded_in() -> None:
    model = factory.create(EaseParams(min_listeners=2))
    model.fit(train(), quiet())
    later = csr_matrix(train()[3])
    asked: list[list[int]] = []

    def log(users: IntArray) -> csr_matrix:
        asked.append(users.tolist())
        return csr_matrix(np.vstack([later.toarray(), np.zeros((1, 20))]).astype(np.float32))

    scores, sources = cold_start.served(model, train(), EVERYBODY, log, popular)
    assert asked == [[0, 1]]
    assert sources.tolist() == [FOLD_IN, POPULARITY, *[MODEL] * 10]
    np.testing.assert_allclose(scores[0], model.fold_in(later)[0])


def test_popularity_itself_has_no_cold_start() -> None:
    model = factory.create(PopularityParams())
    model.fit(train(), quiet())
    _, sources = cold_start.served(model, train(), EVERYBODY, lambda _: pytest.fail("asked for the log"), popular)
    assert set(sources.tolist()) == {MODEL}


def test_a_user_whose_candidates_all_score_alike_gets_popularity_and_the_scores_stay() -> None:
    """They have all artists of their taste: what is left scores 0, and would be listed in the order of the codes."""
    apart = np.kron(np.eye(2), np.ones((3, 4))).astype(np.float32)
    apart[1, 3] = apart[4, 4] = apart[5, 4] = 0  # of the second taste, artist 4 is the one with fewest listeners
    plays = csr_matrix(apart)
    model = factory.create(EaseParams(min_listeners=1))
    model.fit(plays, quiet())
    users = np.arange(6, dtype=np.int32)
    served = ColdStart(model.scores, plays, excluded=plays.__getitem__)
    scores = served(users)
    assert served.cold.tolist() == [True, False, True, True, False, False]
    assert scores[0].tolist() == cold_start.popularity(plays).tolist()
    np.testing.assert_allclose(scores[1], model.scores(users[1:2])[0])
    assert ColdStart(model.scores, plays)(users)[0].tolist() != scores[0].tolist()
    one_left = csr_matrix(np.array([[1, 1, 0]], np.float32))
    table = np.array([[3.0, 2.0, 0.0]], np.float32)
    rows = np.zeros(2, np.int64)
    assert not are_flat_among(table, rows, one_left.indices).any()
    assert table.tolist() == [[3.0, 2.0, 0.0]]
