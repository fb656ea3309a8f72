"""ALS against the equations that it solves, and against `implicit` itself."""

import itertools
from typing import Literal

import msgspec
import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.fit import solved_from
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.als.solving import solve_users
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.weighting import weigh
from tests.recommenders.small import Sink, explained, matrix, quiet

SMALL = AlsParams(factors=6, regularization=0.5, iterations=8, alpha=4.0)
WEIGHTINGS = ["binary", "counts", "log", "bm25"]


def fitted(params: AlsParams = SMALL, seed: int = 0) -> AlsRecommender:
    """A model of the small matrix."""
    model = AlsRecommender(params)
    model.fit(matrix(), quiet(seed))
    return model


def everyone() -> NDArray[np.int32]:
    """All user codes of the small matrix."""
    return np.arange(matrix().shape[0], dtype=np.int32)


def solved(confidence: NDArray[np.float64], artists: NDArray[np.float64], regularization: float) -> NDArray[np.float64]:
    """User vectors by the normal equations, dense (Hu et al. 2008, equation 4)."""
    rows = []
    for own in confidence:
        weights = np.diag(np.where(own > 0, own, 1.0))
        system = artists.T @ weights @ artists + regularization * np.eye(artists.shape[1])
        rows.append(np.linalg.solve(system, artists.T @ weights @ (own > 0)))
    return np.array(rows)


def restored(factors: dict[str, NDArray[np.float32]], params: AlsParams, *, scaled: bool) -> AlsRecommender:
    """A model as it is opened from a folder, of one of the two objectives."""
    marked = {"lambda_scaling": np.ones(1, np.int8)} if scaled else {}
    return AlsRecommender.restore(params, factors | marked, matrix())


def of_objective(*, scaled: bool, weighting: Literal["binary", "log"] = "binary") -> AlsRecommender:
    """Random artist factors, with the users that solve the objective, and zeros for an artist without a pair."""
    params = AlsParams(factors=6, regularization=0.3, alpha=4.0, weighting=weighting)
    artists = np.random.default_rng(1).normal(0, 0.4, (matrix().shape[1], 6)).astype(np.float32)
    artists[np.bincount(matrix().indices, minlength=len(artists)) == 0] = 0
    confidence = 4.0 * weigh(matrix(), weighting)
    users = solve_users(artists, confidence.astype(np.float32), 0.3, scaled=scaled)
    return restored({"users": users, "artists": artists}, params, scaled=scaled)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("weighting", ["binary", "log"])
def test_reasons_sum_to_the_score_under_both_objectives(scaled: bool, weighting: Literal["binary", "log"]) -> None:
    model = of_objective(scaled=scaled, weighting=weighting)
    scores = model.scores(everyone())
    for user in range(1, matrix().shape[0]):
        for artist in (0, 7, 31):
            assert sum(part.amount for part in explained(model, user, artist)) == pytest.approx(
                scores[user, artist], abs=1e-4
            )


@pytest.mark.parametrize("scaled", [False, True])
def test_fold_in_solves_the_objective_that_was_trained(scaled: bool) -> None:
    model = of_objective(scaled=scaled)
    artists = model.arrays()["artists"].astype(np.float64)
    people = matrix(users=12, seed=9)
    for row, scores in zip(people.toarray(), model.fold_in(people), strict=True):
        own = row > 0
        penalty = 0.3 * (own.sum() if scaled else 1)
        system = artists.T @ np.diag(np.where(own, 4.0, 1.0)) @ artists + penalty * np.eye(6)
        wanted = artists @ np.linalg.solve(system, artists.T @ np.where(own, 4.0, 0.0)) if own.any() else 0 * own
        np.testing.assert_allclose(scores, wanted, rtol=1e-5, atol=1e-6)
    (reasons,) = model.explain_profile(people[3], np.array([7], np.int32))
    assert sum(part.amount for part in reasons) == pytest.approx(model.fold_in(people[3])[0, 7], abs=1e-4)


@pytest.mark.parametrize("scaled", [False, True])
def test_a_users_own_row_folds_in_to_their_scores(scaled: bool) -> None:
    model = of_objective(scaled=scaled)
    np.testing.assert_allclose(model.fold_in(matrix()), model.scores(everyone()), rtol=1e-3, atol=1e-4)


def test_the_objective_is_saved_with_the_model_and_older_models_are_plain() -> None:
    assert "lambda_scaling" not in fitted().arrays()
    scaled = of_objective(scaled=True).arrays()
    again = AlsRecommender.restore(AlsParams(factors=6, regularization=0.3, alpha=4.0), scaled, matrix())
    np.testing.assert_array_equal(again.fold_in(matrix()), of_objective(scaled=True).fold_in(matrix()))
    for told in (np.full(1, 2, np.int8), np.zeros(2, np.int8), np.ones(1, np.float32)):
        with pytest.raises(UserError, match="neither 0 nor 1"):
            AlsRecommender.restore(again.params, scaled | {"lambda_scaling": told}, matrix())


def test_factors_in_parts_are_the_same_model() -> None:
    whole = fitted()
    arrays = whole.arrays()
    parts = {
        f"{side}.{number:05d}": part
        for side in ("users", "artists")
        for number, part in enumerate(np.split(arrays[side], [7, 7, 30]))
    }
    model = AlsRecommender.restore(SMALL, parts, matrix())
    np.testing.assert_allclose(model.scores(everyone()), whole.scores(everyone()), rtol=1e-6)
    np.testing.assert_allclose(model.fold_in(matrix()), whole.fold_in(matrix()), rtol=1e-6, atol=1e-7)
    assert (model.similar(5, 9).artists == whole.similar(5, 9).artists).all()
    assert [part.artist for part in explained(model, 5, 7)] == [part.artist for part in explained(whole, 5, 7)]
    assert model.arrays().keys() == arrays.keys()
    del parts["artists.00001"], parts["artists.00002"]
    with pytest.raises(UserError, match=r"'artists' has 37 rows, not 60"):
        AlsRecommender.restore(SMALL, parts, matrix())


def objective(confidence: NDArray[np.float64], users: NDArray[np.float64], artists: NDArray[np.float64]) -> float:
    """What ALS minimises, dense."""
    error = np.where(confidence > 0, confidence, 1) * ((confidence > 0) - users @ artists.T) ** 2
    return float(error.sum() + SMALL.regularization * ((users**2).sum() + (artists**2).sum()))


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_user_factors_solve_the_normal_equations(weighting: str) -> None:
    params = AlsParams(factors=6, regularization=0.5, iterations=8, alpha=4.0, weighting=weighting)  # type: ignore[arg-type]
    arrays = fitted(params).arrays()
    confidence = 4.0 * weigh(matrix(), weighting).toarray().astype(np.float64)
    wanted = solved(confidence, arrays["artists"].astype(np.float64), 0.5)
    np.testing.assert_allclose(arrays["users"], wanted, rtol=2e-3, atol=2e-3 * np.abs(wanted).max())


def test_it_arrives_where_a_dense_als_arrives() -> None:
    params = AlsParams(factors=6, regularization=0.5, iterations=60, alpha=4.0)
    arrays = {name: array.astype(np.float64) for name, array in fitted(params).arrays().items()}
    confidence = 4.0 * (matrix().toarray() > 0)
    rng = np.random.default_rng(5)
    artists = rng.random((confidence.shape[1], 6)) * 0.01
    for _ in range(60):
        users = solved(confidence, artists, 0.5)
        artists = solved(confidence.T, users, 0.5)
    ours = objective(confidence, arrays["users"], arrays["artists"])
    assert ours == pytest.approx(objective(confidence, users, artists), rel=0.02)


def test_artist_factors_are_those_of_implicit_with_alpha_counted_once() -> None:
    plays = matrix()
    bare = AlternatingLeastSquares(
        factors=6, regularization=0.5, iterations=8, alpha=4.0, random_state=np.random.default_rng(3)
    )
    binary = csr_matrix((np.ones_like(plays.data), plays.indices, plays.indptr), shape=plays.shape)
    bare.fit(binary, show_progress=False)
    np.testing.assert_allclose(fitted(seed=3).arrays()["artists"], bare.item_factors, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("regularization", "alpha"), [(40.0, 10.0), (0.5, 0.1), (0.001, 40.0), (1e-6, 4.0), (0.0, 4.0)]
)
@pytest.mark.parametrize("weighting", ["binary", "counts"])
def test_users_are_solved_for_exactly_from_factors_that_are_near(
    regularization: float, alpha: float, weighting: str
) -> None:
    rng = np.random.default_rng(1)
    artists = rng.normal(0, 0.3, (60, 6)).astype(np.float32)
    artists[1] = 0
    confidence = weigh(matrix(), weighting)
    confidence.data *= np.float32(alpha)
    exact = solve_users(artists, confidence, regularization)
    for near in (exact + np.float32(1e-3), np.zeros_like(exact), rng.normal(0, 1e-9, exact.shape).astype(np.float32)):
        kept = near.copy()
        found = solved_from(artists, confidence, regularization, near)
        np.testing.assert_allclose(found, exact, rtol=0, atol=2e-4 * np.abs(exact).max())
        assert (near == kept).all()
        assert (found[0] == 0).all()


def test_a_user_whom_the_steps_do_not_move_is_solved_for_all_the_same() -> None:
    artists = np.array([[1.0, 0.0], [1e-12, 0.0]], np.float32)
    confidence = csr_matrix(np.array([[10.0, 0.0], [0.0, 10.0]], np.float32))
    near = np.array([[0.0, 0.0], [0.0, 1e-12]], np.float32)
    found = solved_from(artists, confidence, 40.0, near)
    np.testing.assert_allclose(found, solve_users(artists, confidence, 40.0), rtol=1e-5, atol=1e-18)
    assert found[1, 0] > 1e-13


def test_the_seed_decides_everything() -> None:
    first, again, other = (fitted(seed=seed).arrays() for seed in (1, 1, 2))
    for name in ("users", "artists"):
        assert (first[name] == again[name]).all()
        assert not np.allclose(first[name], other[name])


def test_scores_are_dot_products_and_zero_for_a_user_without_artists() -> None:
    model = fitted()
    arrays = model.arrays()
    scores = model.scores(np.array([5, 0, 7], np.int32))
    np.testing.assert_allclose(scores, arrays["users"][[5, 0, 7]] @ arrays["artists"].T, rtol=1e-6)
    assert scores.dtype == np.float32
    assert (scores[1] == 0).all()


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_folding_in_the_row_of_a_user_gives_their_scores(weighting: str) -> None:
    model = fitted(AlsParams(factors=6, regularization=0.5, iterations=8, alpha=4.0, weighting=weighting))  # type: ignore[arg-type]
    np.testing.assert_allclose(model.fold_in(matrix()), model.scores(everyone()), atol=2e-3)


def test_an_empty_profile_scores_zero() -> None:
    assert (fitted().fold_in(csr_matrix((2, 60), dtype=np.float32)) == 0).all()
    assert fitted().fold_in(csr_matrix((0, 60), dtype=np.float32)).shape == (0, 60)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_contributions_come_from_own_artists_and_sum_to_the_score(weighting: str) -> None:
    params = AlsParams(factors=6, regularization=2.0, iterations=8, alpha=1.0, weighting=weighting)  # type: ignore[arg-type]
    model = fitted(params)
    scores = model.scores(everyone())
    for user, artist in itertools.product((3, 10, 39), (0, 2, 59)):
        reasons = explained(model, user, artist)
        assert {reason.artist for reason in reasons} == set(matrix()[user].indices.tolist())
        amounts = [reason.amount for reason in reasons]
        assert amounts == sorted(amounts, reverse=True)
        assert sum(amounts) == pytest.approx(float(scores[user, artist]), rel=1e-4, abs=1e-4 * np.abs(scores).max())
    assert explained(model, 0, 2) == []


def test_similar_artists_are_of_the_same_kind() -> None:
    ranking = fitted().similar(3, 5)
    assert ranking.artists.shape == (1, 5)
    assert 3 not in ranking.artists
    assert 1 not in fitted().similar(3, 60).artists, "an artist that nobody has is like nothing"
    assert (ranking.artists % 3 == 0).sum() >= 4
    assert (np.diff(ranking.scores) <= 0).all()


def test_every_sweep_is_reported_and_the_loss_falls() -> None:
    sink = Sink()
    AlsRecommender(SMALL).fit(matrix(), Fit(0, sink))
    assert [(epoch, of) for epoch, of, _ in sink.epochs] == [(sweep, 8) for sweep in range(1, 9)]
    losses = [metrics["loss"] for _, _, metrics in sink.epochs]
    assert losses[-1] < losses[0]
    assert sink.steps[-1] == (9, 9)
    assert min(sink.seconds) > 0


def test_the_loss_estimates_the_objective() -> None:
    sink, plays = Sink(), matrix(users=300, artists=400)
    model = AlsRecommender(SMALL)
    model.fit(plays, Fit(0, sink))
    arrays = {name: array.astype(np.float64) for name, array in model.arrays().items()}
    exact = objective(4.0 * (plays.toarray() > 0), arrays["users"], arrays["artists"]) / plays.nnz
    assert sink.epochs[-1][2]["loss"] == pytest.approx(exact, rel=0.15)


def test_watching_does_not_change_what_is_fitted() -> None:
    model = AlsRecommender(SMALL)
    model.fit(matrix(), Fit(0, Sink(), validate=lambda scores, users=None: 0.0))
    assert (model.arrays()["artists"] == fitted().arrays()["artists"]).all()


def test_cancelling_ends_the_fit_at_the_next_sweep() -> None:
    sink = Sink(cancel_at=3)
    with pytest.raises(Cancelled):
        AlsRecommender(SMALL).fit(matrix(), Fit(0, sink))
    assert len(sink.epochs) == 3


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 4), (1, 1)])
def test_a_matrix_without_pairs_scores_zero(shape: tuple[int, int]) -> None:
    model = AlsRecommender(SMALL)
    model.fit(csr_matrix(shape, dtype=np.float32), quiet())
    scores = model.scores(np.arange(shape[0], dtype=np.int32))
    assert scores.shape == shape
    assert (scores == 0).all()


def test_equations_without_a_single_solution_are_a_sentence() -> None:
    with pytest.raises(UserError, match="more regularization"):
        AlsRecommender(AlsParams(factors=50, regularization=0.0)).fit(matrix(users=10), quiet())


def test_factors_that_diverge_are_a_sentence() -> None:
    plays = matrix()
    plays.data[:] = 1e34
    params = AlsParams(factors=4, regularization=0.0, iterations=3, alpha=1000.0, weighting="counts")
    with pytest.raises(UserError, match="more regularization"):
        AlsRecommender(params).fit(plays, quiet())


def test_one_fit_that_is_looked_at_on_its_way_is_as_many_fits() -> None:
    model, seen = AlsRecommender(SMALL), {}

    def look(stage: int) -> None:
        seen[stage] = model.arrays()

    model.fit_stages(matrix(), quiet(), [3, 5, SMALL.iterations], look)
    assert list(seen) == [3, 5, SMALL.iterations]
    for stage, arrays in seen.items():
        alone = fitted(msgspec.structs.replace(SMALL, iterations=stage)).arrays()
        np.testing.assert_array_equal(arrays["users"], alone["users"])
        np.testing.assert_array_equal(arrays["artists"], alone["artists"])
