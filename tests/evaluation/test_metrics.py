"""Metrics in closed form."""

import numpy as np
import pytest

from musicrec_tui.evaluation import metrics

PERFECT = np.ones((1, 3), dtype=bool)
NOTHING = np.zeros((1, 3), dtype=bool)
SECOND = np.array([[False, True, False]])


def count(value: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One user's count."""
    return np.array([value])


@pytest.mark.parametrize("held", [3, 5, 100])
def test_a_perfect_list_scores_one(held: int) -> None:
    assert metrics.precision(PERFECT) == [1]
    assert metrics.recall(PERFECT, count(held)) == [1]
    assert metrics.average_precision(PERFECT, count(held)) == [1]
    assert metrics.reciprocal_rank(PERFECT) == [1]
    assert metrics.ndcg(PERFECT, count(held)) == pytest.approx([1])
    assert metrics.hit_rate(PERFECT) == [1]


def test_a_list_without_hits_scores_zero() -> None:
    assert metrics.precision(NOTHING) == [0]
    assert metrics.recall(NOTHING, count(2)) == [0]
    assert metrics.average_precision(NOTHING, count(2)) == [0]
    assert metrics.reciprocal_rank(NOTHING) == [0]
    assert metrics.ndcg(NOTHING, count(2)) == [0]
    assert metrics.hit_rate(NOTHING) == [0]


def test_one_hit_in_the_second_place_of_three() -> None:
    assert metrics.precision(SECOND) == pytest.approx([1 / 3])
    assert metrics.recall(SECOND, count(2)) == [1 / 2]
    assert metrics.recall(SECOND, count(9)) == pytest.approx([1 / 3])
    assert metrics.average_precision(SECOND, count(2)) == [1 / 4]
    assert metrics.reciprocal_rank(SECOND) == [1 / 2]
    assert metrics.ndcg(SECOND, count(1)) == pytest.approx([1 / np.log2(3)])
    assert metrics.ndcg(SECOND, count(2)) == pytest.approx([(1 / np.log2(3)) / (1 + 1 / np.log2(3))])


def test_truncated_auc_is_a_half_and_half_of_recall_in_a_large_catalogue() -> None:
    hits = np.zeros((1, 10), dtype=bool)
    hits[0, [0, 4]] = True
    auc = metrics.truncated_auc(hits, count(10), count(8), 1_000_000)
    assert auc == pytest.approx(0.5 + 0.5 * 2 / 8, abs=1e-4)


def test_full_auc_counts_pairs_that_are_in_order() -> None:
    # Four candidates, the held-out ones are second and fourth from below: 1 + 2 of the 4 pairs.
    ranks, starts = np.array([2.0, 4.0]), np.array([0, 2])
    assert metrics.full_auc(ranks, starts, count(4)) == [3 / 4]
    assert metrics.full_auc(np.array([2.5, 2.5]), starts, count(4)) == [1 / 2]


def test_without_anything_to_beat_there_is_no_auc() -> None:
    assert np.isnan(metrics.full_auc(np.array([1.0, 2.0]), np.array([0, 2]), count(2))).all()
    assert np.isnan(metrics.truncated_auc(PERFECT, count(3), count(3), 3)).all()
