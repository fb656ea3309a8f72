"""A hybrid against its members' scores, weighed by hand; reasons that sum to its score; what is found on validation."""

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.recommenders import factory, store
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray, Recommender
from musicrec_tui.recommenders.bpr import BprParams
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.recommenders.hybrid.model import HybridRecommender
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from tests.recommenders.small import Sink, explained, matrix, quiet

EXACT: tuple[Params, ...] = (EaseParams(min_listeners=1), AlsParams(factors=4, iterations=4), Rp3BetaParams())
WEIGHTS = (0.2, 0.5, 0.3)


class Log(Sink):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def log(self, text: str) -> None:
        self.said.append(text)


def hybrid(members: tuple[Params, ...] = EXACT, weights: tuple[float, ...] = WEIGHTS) -> HybridRecommender:
    """Not fitted yet."""
    params = HybridParams(members=tuple(str(place) for place in range(len(members))), weights=weights)
    model = factory.create(params, [(own, 3) for own in members])
    assert isinstance(model, HybridRecommender)
    return model


def fitted(members: tuple[Params, ...] = EXACT, weights: tuple[float, ...] = WEIGHTS) -> HybridRecommender:
    """A hybrid of the small matrix."""
    model = hybrid(members, weights)
    model.fit(matrix(), quiet())
    return model


def everyone() -> IntArray:
    """All user codes of the small matrix."""
    return np.arange(40, dtype=np.int32)


def alone(params: Params) -> Recommender:
    """A member by itself."""
    model = factory.create(params)
    model.fit(matrix(), quiet(3))
    return model


def test_scores_are_z_scores_weighed_but_for_the_users_mean() -> None:
    scores = fitted().scores(everyone()).astype(np.float64)
    wanted = np.zeros_like(scores)
    for weight, params in zip(WEIGHTS, EXACT, strict=True):
        own = alone(params).scores(everyone()).astype(np.float64)
        deviation = own.std(axis=1, keepdims=True)
        wanted += weight * np.divide(own - own.mean(axis=1, keepdims=True), deviation, where=deviation > 0, out=0 * own)
    scores -= scores.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(scores, wanted, rtol=1e-3, atol=1e-4)


def test_contributions_sum_to_the_score() -> None:
    model = fitted()
    assert model.capabilities.explain
    assert not model.capabilities.explain_estimate
    scores = model.scores(everyone())
    for user, artist in ((3, 0), (10, 2), (39, 59)):
        reasons = explained(model, user, artist)
        assert {reason.artist for reason in reasons} == set(matrix()[user].indices.tolist())
        amounts = [reason.amount for reason in reasons]
        assert amounts == sorted(amounts, reverse=True)
        assert sum(amounts) == pytest.approx(float(scores[user, artist]), rel=1e-3, abs=1e-3)
        assert model.explain_profile(matrix()[user], np.array([artist], np.int32))[0][0].artist == reasons[0].artist
    assert explained(model, 0, 2) == []


def test_a_folded_in_row_scores_as_its_user_does() -> None:
    model = fitted()
    np.testing.assert_allclose(model.fold_in(matrix()), model.scores(everyone()), atol=1e-2)
    assert not model.capabilities.fold_in_estimate


def test_it_can_what_its_members_with_a_weight_can() -> None:
    some = fitted((PopularityParams(), ItemKnnParams(), BprParams(4, iterations=2)), (0.2, 0.4, 0.4)).capabilities
    assert (some.explain, some.explain_estimate, some.fold_in, some.fold_in_estimate) == (True, True, True, True)
    none = fitted((PopularityParams(), ItemKnnParams()), (1.0, 0.0))
    assert not none.capabilities.explain
    assert not none.capabilities.similar
    with pytest.raises(UserError, match="similar"):
        none.similar(3, 5)
    assert (none.scores(everyone())[4].argmax()) == np.bincount(matrix().indices).argmax()


def test_similar_artists_are_those_of_the_weightiest_member_that_can() -> None:
    model = fitted((PopularityParams(), ItemKnnParams(), Rp3BetaParams()), (0.6, 0.1, 0.3))
    assert (model.similar(3, 5).artists == alone(Rp3BetaParams()).similar(3, 5).artists).all()


def test_a_loaded_hybrid_scores_and_explains_the_same(tmp_path: Any) -> None:
    model = fitted()
    keys = [f"{code:02}" for code in range(60)]
    store.save(tmp_path / "model", model, model.params, matrix(), keys[:40], keys)
    loaded = store.load(tmp_path / "model").recommender
    assert (loaded.scores(everyone()) == model.scores(everyone())).all()
    assert explained(loaded, 5, 7) == explained(model, 5, 7)
    assert (loaded.fold_in(matrix()) == model.fold_in(matrix())).all()
    assert loaded.capabilities == model.capabilities


def halves() -> tuple[csr_matrix, csr_matrix]:
    """The small matrix in two parts."""
    whole = matrix(users=40, artists=60, share=0.3).tocoo()
    held = np.random.default_rng(1).random(whole.nnz) < 0.3
    return tuple(
        csr_matrix((whole.data[part], (whole.row[part], whole.col[part])), shape=whole.shape).sorted_indices()
        for part in (~held, held)
    )


def test_weights_are_found_on_validation_and_kept_for_a_final_fit() -> None:
    train, held = halves()

    def validate(scores: Any, users: IntArray | None = None) -> float:
        return ranking.ndcg_at(scores, train, held, 10, users)

    sink, members = Log(), (*EXACT, PopularityParams())
    model = hybrid(members, ())
    model.fit(train, Fit(0, sink, validate))
    weights = model.params.weights
    assert sum(weights) == pytest.approx(1, abs=1e-5)
    for params in members:
        single = factory.create(params)
        single.fit(train, quiet(3))
        assert validate(model.scores) >= validate(single.scores)
    assert f"0 {weights[0]:.3f}, 1 {weights[1]:.3f}" in sink.said[-1]
    assert sink.steps[-1] == (5000, 5000)
    assert sink.epochs == []
    final = model.settled()
    final.fit(matrix(), quiet())
    assert final.params.weights == weights
    assert (final.scores(everyone()) == fitted(members, weights).scores(everyone())).all()


def test_without_a_validation_part_all_weigh_the_same() -> None:
    sink = Log()
    model = hybrid(EXACT, ())
    model.fit(matrix(), Fit(0, sink))
    assert model.params.weights == pytest.approx((1 / 3,) * 3)
    assert "no validation part" in sink.said[-1]


def test_cancelling_a_member_cancels_all() -> None:
    class Stop(Sink):
        def progress(self, done: int, of: int) -> None:
            if done > 1500:
                raise Cancelled

    with pytest.raises(Cancelled):
        hybrid().fit(matrix(), Fit(0, Stop()))


@pytest.mark.parametrize(
    "params",
    [b"", b"[]", b"\xff", b'{"model":"svd"}', b'{"model":"hybrid"}', b'{"model":"als","factors":0}'],
)
def test_members_that_cannot_be_are_refused(params: bytes) -> None:
    arrays = fitted().arrays() | {"1_params": np.frombuffer(params, np.uint8)}
    with pytest.raises(UserError, match="members"):
        HybridRecommender.restore(fitted().params, arrays, matrix())


def test_missing_arrays_and_weights_are_refused() -> None:
    arrays = fitted().arrays()
    for name in arrays:
        with pytest.raises(UserError):
            HybridRecommender.restore(fitted().params, {key: arrays[key] for key in arrays if key != name}, matrix())
    with pytest.raises(UserError, match="weight for each"):
        HybridRecommender.restore(HybridParams(members=("a", "b", "c")), arrays, matrix())


def test_a_user_without_artists_scores_zero() -> None:
    scores: FloatArray = fitted().scores(np.array([0], np.int32))
    assert (scores == 0).all()
