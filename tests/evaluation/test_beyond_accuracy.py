"""Beyond accuracy against brute force and closed forms."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import formulas, similarity
from musicrec_tui.evaluation.formulas import RankedLists, gini
from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.recommenders.base import IntArray
from tests.evaluation.brute import sets


def cosine(train: csr_matrix, one: int, other: int) -> float:
    """Of two columns of ones."""
    left, right = (set(np.flatnonzero(train[:, artist].toarray())) for artist in (one, other))
    return len(left & right) / math.sqrt(len(left) * len(right)) if left and right else 0.0


def measure(
    lists: IntArray, users: IntArray, train: csr_matrix
) -> tuple[dict[str, NDArray[np.float64]], dict[str, float]]:
    """What is measured of lists, whatever they hit: of each user, and of all together."""
    count = np.ones(len(lists), np.int64)
    ranked = RankedLists(users, lists, lists < -1, count, train, np.ones(len(lists)), count)
    return formulas.measure(ranked, [metric for metric in METRICS if not metric.better])


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def brute(listed: list[int], own: set[int], train: csr_matrix) -> dict[str, float]:
    """One user's list as a textbook measures it."""
    listeners = [int((train[:, artist].toarray() > 0).sum()) for artist in range(train.shape[1])]
    known, told = mean([listeners[artist] for artist in own]), mean([listeners[artist] for artist in listed])
    first = listed[: similarity.PLACES]
    return {
        "novelty": mean([math.log2(train.shape[0] / max(1, listeners[artist])) for artist in listed]),
        "popularity": told / known,
        "similarity": mean([cosine(train, one, other) for one, other in itertools.combinations(first, 2)]),
    }


def lists_of(rng: np.random.Generator, users: int, artists: int, k: int) -> IntArray:
    """Lists of distinct artists, some shorter than k."""
    lists = np.full((users, k), -1, np.int32)
    for row in lists:
        length = min(int(rng.integers(0, k + 1)), artists)
        row[:length] = rng.choice(artists, length, replace=False)
    return lists


@settings(deadline=None)
@given(
    users=st.integers(1, 8),
    artists=st.integers(1, 40),
    k=st.integers(1, 25),
    share=st.sampled_from([0.0, 0.2, 0.8]),
    at_once=st.sampled_from([1, 400, 4_000_000]),
    seed=st.integers(0, 10_000),
)
def test_every_figure_equals_brute_force(
    users: int, artists: int, k: int, share: float, at_once: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    train = csr_matrix((rng.random((users, artists)) < share) * rng.integers(1, 9, (users, artists))).astype(np.float32)
    lists = lists_of(rng, users, artists, k)
    codes = rng.permutation(users).astype(np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_PAIRS_AT_ONCE", at_once)
        per_user, totals = measure(lists, codes, train)
    own = sets(train)
    for place, user in enumerate(codes):
        wanted = brute([int(code) for code in lists[place] if code >= 0], own[user], train)
        for name, value in wanted.items():
            assert per_user[f"{name}@{k}"][place] == pytest.approx(value, nan_ok=True), name
    shown = {int(code) for code in lists.ravel() if code >= 0}
    assert totals[f"coverage@{k}"] == pytest.approx(len(shown) / artists)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    pairs = sum(abs(one - other) for one in counts for other in counts)
    wanted = pairs / (2 * len(counts) * sum(counts)) if sum(counts) else 0.0
    assert gini(np.array(counts)) == pytest.approx(wanted)


def test_gini_in_closed_form() -> None:
    assert gini(np.array([7, 7, 7])) == 0
    assert gini(np.array([0, 0, 0, 5])) == pytest.approx(3 / 4)
    assert gini(np.arange(1, 101)) == pytest.approx(99 / 300)  # (n - 1) / 3n for 1 … n


def test_everybody_gets_the_two_best_known() -> None:
    """Four users: all play artist 0, half of them artist 1, who share two listeners; nobody plays 2 and 3."""
    train = csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]], np.float32))
    per_user, totals = measure(np.tile(np.array([0, 1], np.int32), (4, 1)), np.arange(4, dtype=np.int32), train)
    assert totals == {"coverage@2": 0.5, "gini@2": 0.5}
    assert per_user["novelty@2"] == pytest.approx([0.5] * 4)  # (0 bits + 1 bit) / 2
    assert per_user["popularity@2"] == pytest.approx([1, 1, 3 / 4, 3 / 4])
    assert per_user["similarity@2"] == pytest.approx([2 / math.sqrt(4 * 2)] * 4)


def test_what_nobody_plays_is_as_novel_as_what_one_plays_and_like_nothing() -> None:
    train = csr_matrix(np.array([[1, 1, 0], [1, 0, 0]], np.float32))
    per_user, _ = measure(np.array([[1, 2]], np.int32), np.array([0], np.int32), train)
    assert per_user["novelty@2"] == [1]
    assert per_user["similarity@2"] == [0]


def test_without_users_there_is_nothing_to_measure() -> None:
    per_user, totals = measure(np.zeros((0, 10), np.int32), np.zeros(0, np.int32), csr_matrix((3, 5), dtype=np.float32))
    assert totals == {}
    assert all(len(values) == 0 for values in per_user.values())
