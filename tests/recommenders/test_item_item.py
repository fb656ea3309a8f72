"""What the models of artists and artists promise alike: sums over own artists, for users and for newcomers."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory
from musicrec_tui.recommenders.base import Recommender
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from tests.recommenders.small import explained, matrix, quiet

MODELS: list[Params] = [
    ItemKnnParams(neighbours=8),
    ItemKnnParams(similarity="cosine", neighbours=8, weighting="log"),
    ItemKnnParams(similarity="tfidf", neighbours=60, weighting="counts"),
    Rp3BetaParams(neighbours=8),
    Rp3BetaParams(neighbours=60, weighting="counts"),
    EaseParams(min_listeners=1),
    EaseParams(min_listeners=4, weighting="log"),
]


def fitted(params: Params) -> Recommender:
    """A model of the small matrix."""
    model = factory.create(params)
    model.fit(matrix(), quiet())
    return model


def everyone(model: Recommender) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """All scores of the small matrix."""
    return model.scores(np.arange(40, dtype=np.int32))


@pytest.mark.parametrize("params", MODELS)
def test_a_folded_in_row_scores_as_its_user_does(params: Params) -> None:
    model = fitted(params)
    scores = everyone(model)
    assert scores.dtype == np.float32
    assert (model.fold_in(matrix()) == scores).all()
    assert (scores[0] == 0).all()  # user 0 has nothing in train
    assert model.fold_in(csr_matrix((0, 60), dtype=np.float32)).shape == (0, 60)


@pytest.mark.parametrize("params", MODELS)
def test_contributions_come_from_own_artists_and_sum_to_the_score(params: Params) -> None:
    model, scores = fitted(params), everyone(fitted(params))
    for user in (3, 10, 39):
        for artist in (0, 2, 5, 59):
            reasons = explained(model, user, artist)
            assert {reason.artist for reason in reasons} == set(matrix()[user].indices.tolist())
            amounts = [reason.amount for reason in reasons]
            assert amounts == sorted(amounts, reverse=True)
            assert sum(amounts) == pytest.approx(float(scores[user, artist]), rel=1e-5, abs=1e-6)
    assert explained(model, 0, 2) == []


@pytest.mark.parametrize("params", MODELS)
def test_similar_artists_are_of_the_same_kind_and_the_first_has_one(params: Params) -> None:
    ranking = fitted(params).similar(3, 6)
    listed = ranking.artists[0][ranking.artists[0] >= 0]
    assert 3 not in listed
    assert 1 not in fitted(params).similar(3, 60).artists, "an artist that nobody has is like nothing"
    assert (listed % 3 == 0).mean() > 0.6
    assert ranking.scores[0, 0] == 1
    assert (np.diff(ranking.scores[0, : len(listed)]) <= 0).all()
    assert (fitted(params).similar(1, 5).artists == -1).all()


@pytest.mark.parametrize("params", MODELS)
def test_what_was_learned_depends_on_the_train_part_alone(params: Params) -> None:
    one, other = factory.create(params), factory.create(params)
    one.fit(matrix(), quiet(1))
    other.fit(matrix(), quiet(2))
    for name, array in one.arrays().items():
        assert (array == other.arrays()[name]).all()


@pytest.mark.parametrize("params", MODELS)
@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 4), (1, 1)])
def test_a_matrix_without_pairs_scores_zero(params: Params, shape: tuple[int, int]) -> None:
    model = factory.create(params)
    model.fit(csr_matrix(shape, dtype=np.float32), quiet())
    scores = model.scores(np.arange(shape[0], dtype=np.int32))
    assert scores.shape == shape
    assert (scores == 0).all()


@pytest.mark.parametrize("params", MODELS)
def test_each_missing_or_misshapen_array_is_refused(params: Params) -> None:
    model = fitted(params)
    kind, arrays = factory.recommender_class(model.name), model.arrays()
    for name, array in arrays.items():
        with pytest.raises(UserError, match=name):
            kind.restore(params, {key: part for key, part in arrays.items() if key != name}, matrix())
        broken = array.copy()
        broken.flat[-1] = -7 if array.dtype.kind == "i" else np.nan
        with pytest.raises(UserError, match=name):
            kind.restore(params, arrays | {name: broken}, matrix())
    with pytest.raises(UserError):
        kind.restore(params, arrays, matrix(artists=50))
