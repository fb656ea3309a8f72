"""EASE against the dense closed form and the problem that it solves; memory kept in bounds."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.ease import model as ease
from musicrec_tui.recommenders.ease.model import EaseRecommender, least_listeners
from tests.recommenders.small import Sink, matrix, quiet


class Log(Sink):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def log(self, text: str) -> None:
        self.said.append(text)


def fitted(params: EaseParams) -> dict[str, NDArray[Any]]:
    model = EaseRecommender(params)
    model.fit(matrix(), quiet())
    return model.arrays()


@pytest.mark.parametrize("block", [7, 256])
@pytest.mark.parametrize("weighting", ["binary", "log"])
def test_the_table_is_the_closed_form(weighting: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "_BLOCK", block)
    params = EaseParams(regularization=3.0, min_listeners=1, weighting=weighting)  # type: ignore[arg-type]
    arrays = fitted(params)
    plays = matrix().toarray()[:, arrays["kept"]].astype(np.float64)
    x = (plays > 0).astype(float) if weighting == "binary" else np.log1p(plays)
    inverse = np.linalg.inv(x.T @ x + 3.0 * np.eye(x.shape[1]))
    wanted = np.eye(x.shape[1]) - inverse / np.diag(inverse)
    np.testing.assert_allclose(arrays["table"], wanted, rtol=1e-4, atol=1e-5)
    assert 1 not in arrays["kept"]


def test_dropout_is_ridge_with_a_penalty_for_each_artist_by_its_listeners() -> None:
    dropout = 0.4
    arrays = fitted(EaseParams(regularization=3.0, min_listeners=1, dropout=dropout))
    x = (matrix().toarray()[:, arrays["kept"]] > 0).astype(np.float64)
    penalty = np.diag(3.0 + dropout / (1 - dropout) * x.sum(axis=0))
    for column in (0, 20):
        others = np.delete(np.arange(x.shape[1]), column)
        left = x[:, others].T @ x[:, others] + penalty[np.ix_(others, others)]
        solved = np.linalg.solve(left, x[:, others].T @ x[:, column])
        np.testing.assert_allclose(arrays["table"][others, column], solved, rtol=1e-3, atol=1e-5)
    assert not np.allclose(arrays["table"], fitted(EaseParams(regularization=3.0, min_listeners=1))["table"])


def test_dropout_is_what_imagining_artists_missing_comes_to() -> None:
    dropout, draws, rng = 0.3, 4000, np.random.default_rng(0)
    x = (matrix(users=30, artists=8, share=0.4).toarray() > 0).astype(np.float64)
    corrupted = np.concatenate([x * (rng.random(x.shape) > dropout) for _ in range(draws)])
    gram = corrupted.T @ corrupted / draws / (1 - dropout) ** 2  # Steck 2020: of the inputs that are left, scaled
    np.testing.assert_allclose(
        gram, x.T @ x + dropout / (1 - dropout) * np.diag((x**2).sum(axis=0)), rtol=0.02, atol=0.02
    )


def test_each_column_is_a_ridge_regression_on_the_other_artists() -> None:
    arrays = fitted(EaseParams(regularization=3.0, min_listeners=1))
    x = (matrix().toarray()[:, arrays["kept"]] > 0).astype(float)
    for column in (0, 20):
        others = np.delete(np.arange(x.shape[1]), column)
        solved = Ridge(alpha=3.0, fit_intercept=False).fit(x[:, others], x[:, column]).coef_
        np.testing.assert_allclose(arrays["table"][others, column], solved, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("memory_mb", "min_listeners", "least"),
    [
        (12, 1, 1),  # fits 1,024 artists: all of them
        (12, 5, 5),
        (1, 1, 731),  # fits 295 artists: of 1,000 with 1, 2, …, 1,000 listeners those are the last
        (1, 800, 800),
    ],
)
def test_the_threshold_is_the_smallest_that_fits_the_memory(memory_mb: int, min_listeners: int, least: int) -> None:
    listeners = np.random.default_rng(0).permutation(np.arange(1, 1001))
    found = least_listeners(listeners, EaseParams(memory_mb=memory_mb, min_listeners=min_listeners))
    most = int((memory_mb * 2**20 / 12) ** 0.5)
    assert np.count_nonzero(listeners >= found) <= most
    assert found == min_listeners or np.count_nonzero(listeners >= found - 1) > most
    assert found == (max(min_listeners, 1001 - most) if memory_mb == 1 else least)


def test_artists_of_equal_listeners_stay_together() -> None:
    assert least_listeners(np.full(1000, 3), EaseParams(memory_mb=1)) == 4


def test_the_run_says_who_was_left_out() -> None:
    sink = Log()
    EaseRecommender(EaseParams(min_listeners=4)).fit(matrix(), Fit(0, sink))
    (said,) = sink.said
    listeners = np.bincount(matrix().indices)
    assert f"{(listeners >= 4).sum()} of {(listeners > 0).sum()} artists" in said
    assert "4 or more listeners" in said
    assert "memory_mb" not in said


def test_left_out_artists_score_zero_and_count_for_nothing() -> None:
    model = EaseRecommender(EaseParams(min_listeners=9))
    model.fit(matrix(), quiet())
    left_out = np.setdiff1d(np.arange(60), model.arrays()["kept"])
    assert len(left_out) > 3
    scores = model.scores(np.arange(40, dtype=np.int32))
    assert (scores[:, left_out] == 0).all()
    profile = matrix()[3].tolil()
    profile[0, left_out] = 9
    assert (model.fold_in(profile.tocsr()) == scores[3]).all()
