"""Evaluation against `implicit`, scikit-learn and a brute-force implementation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import AUC_at_k, ndcg_at_k, ranking_metrics_at_k
from scipy.sparse import csr_matrix
from sklearn.metrics import ndcg_score, roc_auc_score

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.evaluation.metrics import METRICS, OBJECTIVES
from musicrec_tui.evaluation.ranking import Evaluation, evaluate, evaluated, ndcg_at, without_choice
from musicrec_tui.recommenders.base import FloatArray, IntArray
from tests.evaluation.brute import evaluate_user, sets


class Table:
    """Scores that are given; counts the rows it was asked for at once."""

    def __init__(self, values: FloatArray) -> None:
        self.values = values
        self.asked: list[int] = []

    def __call__(self, users: IntArray) -> FloatArray:
        self.asked.append(len(users))
        return self.values[users]


def parts(users: int, artists: int, seed: int, share: float = 0.3) -> tuple[csr_matrix, csr_matrix]:
    """Random train and held-out pairs, disjoint."""
    rng = np.random.default_rng(seed)
    draw = rng.random((users, artists))
    return (
        csr_matrix((draw < share / 2).astype(np.float32)),
        csr_matrix(((draw >= share / 2) & (draw < share)).astype(np.float32)),
    )


def same(ours: Evaluation, scores: FloatArray, known: list[set[int]], held: list[set[int]], k: int) -> None:
    """Compare per user and in total with brute force."""
    artists = scores.shape[1]
    users = [user for user, own in enumerate(held) if own and len(own) < artists - len(known[user])]
    assert ours.users.tolist() == users
    assert ours.left_out == len(held) - len(users)
    wanted = [evaluate_user(scores[user].tolist(), known[user], held[user], k) for user in users]
    for name, values in ours.per_user.items():
        column = [row[name] for row in wanted]
        np.testing.assert_allclose(values, column, rtol=1e-9, atol=1e-12, err_msg=name)
        defined = [value for value in column if not math.isnan(value)]
        assert (name in ours.metrics) == bool(defined)
        if defined:
            assert ours.metrics[name] == pytest.approx(np.mean(defined))


@settings(deadline=None)
@given(
    users=st.integers(0, 7),
    artists=st.integers(1, 30),
    k=st.integers(1, 12),
    levels=st.sampled_from([1, 3, 1000]),
    share=st.sampled_from([0.0, 0.3, 1.0, 2.0]),
    batch=st.sampled_from([None, 1, 2, 100]),
    seed=st.integers(0, 10_000),
)
def test_every_metric_equals_brute_force(
    users: int, artists: int, k: int, levels: int, share: float, batch: int | None, seed: int
) -> None:
    train, held_out = parts(users, artists, seed, share)
    scores = (np.random.default_rng(seed + 1).integers(0, levels, (users, artists)) / 3).astype(np.float32)
    ours = evaluate(Table(scores), train, held_out, k, batch=batch)
    same(ours, scores, sets(train), sets(held_out), k)
    assert ndcg_at(Table(scores), train, held_out, k) == pytest.approx(ours.metrics.get(f"ndcg@{k}", 0.0))


@given(seed=st.integers(0, 10_000), exclude=st.booleans())
@settings(deadline=None, max_examples=30)
def test_pairs_in_both_parts_are_looked_for_only_where_repeats_are(seed: int, exclude: bool) -> None:
    train, first = parts(6, 20, seed)
    held_out = ((first + train[::-1]) > 0).astype(np.float32).tocsr()
    scores = np.random.default_rng(seed).normal(size=(6, 20)).astype(np.float32)
    known = sets(train) if exclude else [set() for _ in range(6)]
    held = [artists - known[user] for user, artists in enumerate(sets(held_out))]
    ours = evaluate(Table(scores), train, held_out, 5, exclude_known=exclude)
    same(ours, scores, known, held, 5)
    early = ndcg_at(Table(scores), train, held_out, 5, exclude_known=exclude)
    assert early == pytest.approx(ours.metrics["ndcg@5"])


@pytest.mark.parametrize("k", [1, 5, 10])
def test_the_same_ranking_gets_the_same_numbers_from_implicit(k: int) -> None:
    train, held_out = parts(120, 200, seed=4)
    held_out = csr_matrix(held_out.toarray() * (np.arange(120) >= 7)[:, None])  # the first have nothing held out
    model = AlternatingLeastSquares(factors=8, regularization=1.0, iterations=5, random_state=1)
    model.fit(train, show_progress=False)
    theirs = ranking_metrics_at_k(model, train, held_out, K=k, show_progress=False)
    ours = evaluate(lambda users: model.user_factors[users] @ model.item_factors.T, train, held_out, k)
    assert ours.metrics[f"ndcg@{k}"] == pytest.approx(theirs["ndcg"], abs=1e-6)
    assert ours.metrics[f"map@{k}"] == pytest.approx(theirs["map"], abs=1e-6)
    assert ours.metrics[f"auc@{k}"] == pytest.approx(theirs["auc"], abs=1e-6)
    assert AUC_at_k(model, train, held_out, K=k, show_progress=False) == pytest.approx(ours.metrics[f"auc@{k}"])
    assert ndcg_at_k(model, train, held_out, K=k, show_progress=False) == pytest.approx(ours.metrics[f"ndcg@{k}"])
    # What implicit calls precision pools the users: all hits over the sum of min(k, held).
    held = np.minimum(k, np.diff(held_out.indptr)[ours.users])
    pooled = (ours.per_user[f"recall@{k}"] * held).sum() / held.sum()
    assert pooled == pytest.approx(theirs["precision"], abs=1e-6)
    assert ours.left_out >= 7


def test_scikit_learn_agrees_user_by_user() -> None:
    train, held_out = parts(30, 80, seed=9)
    scores = np.random.default_rng(2).normal(size=(30, 80)).astype(np.float32)
    ours = evaluate(Table(scores), train, held_out, 10)
    for place, user in enumerate(ours.users):
        candidates = np.setdiff1d(np.arange(80), train[user].indices)
        truth = held_out[user].toarray()[0, candidates]
        assert ours.per_user["auc"][place] == pytest.approx(roc_auc_score(truth, scores[user, candidates]))
        wanted = ndcg_score(truth[None], scores[user, candidates][None], k=10)
        assert ours.per_user["ndcg@10"][place] == pytest.approx(wanted)


def test_scores_at_random_have_an_auc_of_a_half_and_an_oracle_of_one() -> None:
    train, held_out = parts(300, 400, seed=1)
    chance = evaluate(Table(np.random.default_rng(3).normal(size=(300, 400)).astype(np.float32)), train, held_out)
    assert chance.metrics["auc"] == pytest.approx(0.5, abs=0.02)
    oracle = evaluate(Table(held_out.toarray()), train, held_out)
    for name in ("auc", "ndcg@10", "recall@10", "map@10", "mrr@10", "hit_rate@10"):
        assert oracle.metrics[name] == pytest.approx(1)


def test_the_lists_are_told_and_the_full_auc_can_be_left_out() -> None:
    train, held_out = parts(9, 12, seed=3)
    scores = np.random.default_rng(2).normal(size=(9, 12)).astype(np.float32)
    whole = evaluate(Table(scores.copy()), train, held_out, 20)
    for place, user in enumerate(whole.users):
        candidates = np.setdiff1d(np.arange(12), train[user].indices)
        best = candidates[np.argsort(-scores[user, candidates])]
        assert whole.lists[place].tolist() == [*best, *[-1] * (20 - len(best))]
    of_lists = [metric for metric in OBJECTIVES if metric.name != "auc"]
    lists_only = evaluate(Table(scores.copy()), train, held_out, 20, wanted=of_lists)
    assert lists_only.metrics == {name: value for name, value in whole.metrics.items() if name != "auc"}


def test_users_come_in_batches_that_fit_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    train, held_out = parts(50, 100, seed=2)
    monkeypatch.setattr("musicrec_tui.evaluation.ranking.BATCH_BYTES", 7 * 100 * 4)
    table = Table(np.random.default_rng(1).normal(size=(50, 100)).astype(np.float32))
    reports: list[tuple[int, int]] = []
    evaluate(table, train, held_out, report=lambda done, of: reports.append((done, of)))
    assert max(table.asked) == 7
    assert reports[0] == (7, 50)
    assert reports[-1] == (50, 50)


def test_whoever_is_told_may_stop_it() -> None:
    def stop(done: int, of: int) -> None:
        raise Cancelled

    train, held_out = parts(5, 10, seed=2)
    with pytest.raises(Cancelled):
        evaluate(Table(np.zeros((5, 10), np.float32)), train, held_out, report=stop)


def test_read_only_scores_are_taken_too() -> None:
    train, held_out = parts(5, 10, seed=2)
    line = np.arange(10, dtype=np.float32)
    flat = evaluate(lambda users: np.broadcast_to(line, (len(users), 10)), train, held_out)
    assert flat.metrics == evaluate(Table(np.tile(line, (5, 1))), train, held_out).metrics


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_are_a_sentence(bad: float) -> None:
    train, held_out = parts(5, 10, seed=2)
    scores = np.zeros((5, 10), np.float32)
    scores[:, 3] = bad
    with pytest.raises(UserError, match="not finite"):
        evaluate(Table(scores), train, held_out)


def test_early_stopping_may_look_at_some_users_only() -> None:
    train, held_out = parts(20, 50, seed=6)
    table = Table(np.random.default_rng(1).normal(size=(20, 50)).astype(np.float32))
    whole = evaluate(table, train, held_out)
    some = np.array([3, 4, 11], np.int32)
    assert ndcg_at(table, train, held_out, users=some) == pytest.approx(
        whole.per_user["ndcg@10"][np.isin(whole.users, some)].mean()
    )


def test_nobody_to_evaluate_is_no_error() -> None:
    nothing = csr_matrix((3, 4), dtype=np.float32)
    ours = evaluate(Table(np.zeros((3, 4), np.float32)), nothing, nothing)
    assert ours.metrics == {}
    assert ours.left_out == 3
    assert ndcg_at(Table(np.zeros((3, 4), np.float32)), nothing, nothing) == 0


def test_a_user_of_whom_every_candidate_is_held_out_is_left_out() -> None:
    train = csr_matrix(np.array([[1, 0, 0], [1, 0, 0]], np.float32))
    held_out = csr_matrix(np.array([[0, 1, 1], [0, 1, 0]], np.float32))
    ours = evaluate(Table(np.zeros((2, 3), np.float32)), train, held_out)
    assert (ours.users.tolist(), ours.left_out) == ([1], 1)
    assert evaluated(train, held_out).tolist() == [1]
    assert evaluated(train, held_out, exclude_known=False).tolist() == [0, 1]
    assert (without_choice(train, held_out), without_choice(train, held_out, exclude_known=False)) == (1, 0)


@settings(deadline=None)
@given(
    users=st.integers(1, 12),
    artists=st.integers(1, 30),
    levels=st.integers(1, 40),
    share=st.floats(0, 1),
    k=st.integers(1, 12),
    exclude_known=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_scores_that_all_users_share_give_exactly_what_asking_for_each_gives(
    users: int, artists: int, levels: int, share: float, k: int, exclude_known: bool, seed: int
) -> None:
    train, held = parts(users, artists, seed, share)
    shared = (np.random.default_rng(seed).integers(-levels, levels, artists) / 3).astype(np.float32)
    table = Table(np.tile(shared, (users, 1)))
    each = evaluate(table, train, held, k, wanted=METRICS, exclude_known=exclude_known)
    reports: list[tuple[int, int]] = []
    once = evaluate(
        lambda _: pytest.fail("asked for scores"), train, held, k, wanted=METRICS, exclude_known=exclude_known,
        shared=shared, report=lambda done, of: reports.append((done, of)),
    )  # fmt: skip
    assert (once.lists == each.lists).all()
    assert once.users.tolist() == each.users.tolist()
    assert once.metrics == each.metrics
    for name, values in each.per_user.items():
        np.testing.assert_array_equal(once.per_user[name], values, err_msg=name)
    assert reports == ([(len(once.users), len(once.users))] if len(once.users) else [])


def test_shared_scores_that_are_not_finite_are_refused() -> None:
    train, held = parts(8, 9, 1, 0.5)
    with pytest.raises(UserError, match="not finite"):
        evaluate(lambda _: pytest.fail("asked"), train, held, shared=np.full(9, np.nan, np.float32))
