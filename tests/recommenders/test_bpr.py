"""BPR against `implicit` itself; what it learns, that a seed decides it, and its estimates for newcomers."""

import numpy as np
import pytest
from implicit.cpu.bpr import BayesianPersonalizedRanking
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.bpr import BprParams
from musicrec_tui.recommenders.bpr.model import BprRecommender
from tests.recommenders.small import Sink, explained, matrix, quiet

SMALL = BprParams(factors=6, learning_rate=0.05, regularization=0.01, iterations=30)


def fitted(seed: int = 0, params: BprParams = SMALL) -> BprRecommender:
    """A model of the small matrix."""
    model = BprRecommender(params)
    model.fit(matrix(), quiet(seed))
    return model


def everyone() -> NDArray[np.int32]:
    """All user codes of the small matrix."""
    return np.arange(40, dtype=np.int32)


def test_scores_are_those_of_implicit_on_binary_plays() -> None:
    plays = matrix()
    bare = BayesianPersonalizedRanking(
        factors=6, learning_rate=0.05, regularization=0.01, iterations=30, num_threads=1,
        random_state=np.random.default_rng(3),
    )  # fmt: skip
    bare.fit(csr_matrix((np.ones_like(plays.data), plays.indices, plays.indptr), shape=plays.shape), False)
    np.testing.assert_allclose(fitted(3).scores(everyone()), bare.user_factors @ bare.item_factors.T, rtol=1e-5)


def test_the_seed_decides_everything_on_one_thread() -> None:
    first, again, other = (fitted(seed).arrays()["artists"] for seed in (1, 1, 2))
    assert (first == again).all()
    assert not np.allclose(first, other)


def test_heard_artists_are_ranked_above_others_and_the_curve_says_so() -> None:
    sink = Sink()
    model = BprRecommender(SMALL)
    model.fit(matrix(), Fit(0, sink))
    heard = matrix().toarray() > 0
    scores = model.scores(everyone())
    auc = np.mean([roc_auc_score(heard[user], scores[user]) for user in range(1, 40)])
    assert auc > 0.8
    assert [epoch for epoch, _, _ in sink.epochs] == list(range(1, 31))
    shares = [metrics["pairs_in_order"] for _, _, metrics in sink.epochs]
    assert 0 <= shares[0] < shares[-1] <= 1
    assert sink.steps[-1] == (30, 30)


def test_similar_artists_are_of_the_same_kind() -> None:
    ranking = fitted().similar(3, 6)
    assert 3 not in ranking.artists
    assert (ranking.artists % 3 == 0).sum() >= 4


def test_newcomers_and_reasons_are_estimates_that_are_marked() -> None:
    model = fitted()
    assert model.capabilities.fold_in_estimate
    assert model.capabilities.explain_estimate
    whole = model.fold_in(matrix()[5])
    for reason in explained(model, 5, 8)[:3]:
        without = matrix()[5].toarray()
        without[0, reason.artist] = 0
        fall = whole[0, 8] - model.fold_in(csr_matrix(without))[0, 8]
        assert reason.amount == pytest.approx(float(fall), abs=1e-5)
    assert explained(model, 0, 8) == []
    assert (model.fold_in(csr_matrix((2, 60), dtype=np.float32)) == 0).all()


def test_cancelling_ends_the_fit_at_the_next_pass() -> None:
    sink = Sink(cancel_at=3)
    with pytest.raises(Cancelled):
        BprRecommender(SMALL).fit(matrix(), Fit(0, sink))
    assert len(sink.epochs) == 3


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 4), (1, 1)])
def test_a_matrix_without_pairs_scores_zero(shape: tuple[int, int]) -> None:
    model = BprRecommender(SMALL)
    model.fit(csr_matrix(shape, dtype=np.float32), quiet())
    assert (model.scores(np.arange(shape[0], dtype=np.int32)) == np.zeros(shape)).all()


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UserError, match="artists"):
        BprRecommender.restore(SMALL, {"users": fitted().arrays()["users"]}, matrix())
    with pytest.raises(UserError, match="users"):
        BprRecommender.restore(BprParams(factors=7), fitted().arrays(), matrix())
