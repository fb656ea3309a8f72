"""Recency: the user's own artists count by age, in scores and reasons alike, and what is learnt of artists does not."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, recency, store
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import Fit, Recommender
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from tests.recommenders.small import Sink, explained, matrix

HALF_LIFE = 10.0
RECENT: list[Params] = [
    EaseParams(min_listeners=1, half_life=HALF_LIFE),
    ItemKnnParams(half_life=HALF_LIFE),
    Rp3BetaParams(half_life=HALF_LIFE),
    AlsParams(factors=4, regularization=1.0, iterations=3, half_life=HALF_LIFE),
]
USERS = np.arange(40, dtype=np.int32)


def ages() -> NDArray[np.float32]:
    """Of the pairs of the small matrix: 0 to 60 days, some unknown."""
    days: NDArray[np.float32] = np.random.default_rng(2).integers(0, 60, matrix().nnz).astype(np.float32)
    days[::7] = np.nan
    return days


def counts() -> NDArray[np.float64]:
    """What each pair counts, worked out one by one."""
    found = [0.3 if np.isnan(age) else max(0.3, 0.5 ** (float(age) / HALF_LIFE)) for age in ages()]
    return np.array(found)


def fitted(params: Params, days: NDArray[np.float32] | None = None) -> Recommender:
    model = factory.create(params)
    model.fit(matrix(), Fit(3, Sink(), ages=ages() if days is None else days))
    return model


@pytest.mark.parametrize("params", RECENT[:3], ids=lambda params: params.model)
def test_scores_are_sums_over_own_artists_times_their_weights(params: Params) -> None:
    model = fitted(params)
    plain = fitted(params, np.zeros(matrix().nnz, np.float32))
    train = matrix()
    alone = [plain.explain(int(user), np.arange(60, dtype=np.int32)) for user in USERS]
    wanted = np.zeros((40, 60))
    pairs = train.tocoo()
    weight = dict(zip(zip(pairs.row.tolist(), pairs.col.tolist(), strict=True), counts().tolist(), strict=True))
    for user, lists in enumerate(alone):
        for artist, reasons in enumerate(lists):
            wanted[user, artist] = sum(weight[user, reason.artist] * reason.amount for reason in reasons)
    np.testing.assert_allclose(model.scores(USERS), wanted, rtol=1e-3, atol=1e-5)


def test_als_solves_for_users_with_weighed_confidences() -> None:
    params = RECENT[3]
    assert isinstance(params, AlsParams)
    arrays = fitted(params).arrays()
    artists = arrays["artists"].astype(np.float64)
    confidence = matrix()
    confidence.data = (params.alpha * counts()).astype(np.float32)
    dense = confidence.toarray().astype(np.float64)
    for user in (3, 20):
        heard = dense[user] > 0
        system = artists.T @ artists + (artists.T * np.where(heard, dense[user] - 1, 0)) @ artists
        solved = np.linalg.solve(system + params.regularization * np.eye(4), artists.T @ dense[user])
        np.testing.assert_allclose(arrays["users"][user], solved, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("params", RECENT, ids=lambda params: params.model)
def test_reasons_sum_to_the_score_and_a_loaded_model_has_both(params: Params, tmp_path: Path) -> None:
    model = fitted(params)
    keys = [f"{code:02}" for code in range(60)]
    store.save(tmp_path / "model", model, params, matrix(), keys[:40], keys)
    loaded = store.load(tmp_path / "model").recommender
    scores = model.scores(USERS)
    assert (loaded.scores(USERS) == scores).all()
    for user, artist in ((3, 0), (10, 2), (39, 59)):
        reasons = explained(model, user, artist)
        assert sum(reason.amount for reason in reasons) == pytest.approx(
            float(scores[user, artist]), rel=1e-3, abs=1e-4
        )
        assert explained(loaded, user, artist) == reasons


@pytest.mark.parametrize("params", RECENT, ids=lambda params: params.model)
def test_without_timestamps_a_half_life_is_refused(params: Params) -> None:
    model = factory.create(params)
    with pytest.raises(UserError, match="half_life needs the time of each listen"):
        model.fit(matrix(), Fit(3, Sink()))


def test_a_saved_model_without_its_weights_is_refused() -> None:
    model = fitted(RECENT[0])
    arrays = {name: array for name, array in model.arrays().items() if name != recency.SAVED}
    with pytest.raises(UserError, match="recency"):
        type(model).restore(model.params, arrays, matrix())
