"""Metrics in closed form."""

import numpy as np
import pytest

from musicrec_tui.evaluation import formulas

PERFECT = np.ones((1, 3), dtype=bool)
NOTHING = np.zeros((1, 3), dtype=bool)
SECOND = np.array([[False, True, False]])


def count(value: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One user's count."""
    return np.array([value])


@pytest.mark.parametrize("held", [3, 5, 100])
def test_a_perfect_list_scores_one(held: int) -> None:
    assert formulas.precision(PERFECT) == [1]
    assert formulas.recall(PERFECT, count(held)) == [1]
    assert formulas.average_precision(PERFECT, count(held)) == [1]
    assert formulas.reciprocal_rank(PERFECT) == [1]
    assert formulas.ndcg(PERFECT, count(held)) == pytest.approx([1])
    assert formulas.hit_rate(PERFECT) == [1]


def test_a_list_without_hits_scores_zero() -> None:
    assert formulas.precision(NOTHING) == [0]
    assert formulas.recall(NOTHING, count(2)) == [0]
    assert formulas.average_precision(NOTHING, count(2)) == [0]
    assert formulas.reciprocal_rank(NOTHING) == [0]
    assert formulas.ndcg(NOTHING, count(2)) == [0]
    assert formulas.hit_rate(NOTHING) == [0]


def test_one_hit_in_the_second_place_of_three() -> None:
    assert formulas.precision(SECOND) == pytest.approx([1 / 3])
    assert formulas.recall(SECOND, count(2)) == [1 / 2]
    assert formulas.recall(SECOND, count(9)) == pytest.approx([1 / 3])
    assert formulas.average_precision(SECOND, count(2)) == [1 / 4]
    assert formulas.reciprocal_rank(SECOND) == [1 / 2]
    assert formulas.ndcg(SECOND, count(1)) == pytest.approx([1 / np.log2(3)])
    assert formulas.ndcg(SECOND, count(2)) == pytest.approx([(1 / np.log2(3)) / (1 + 1 / np.log2(3))])


def test_truncated_auc_is_a_half_and_half_of_recall_in_a_large_catalogue() -> None:
    hits = np.zeros((1, 10), dtype=bool)
    hits[0, [0, 4]] = True
    auc = formulas.truncated_auc(hits, count(10), count(8), 1_000_000)
    assert auc == pytest.approx(0.5 + 0.5 * 2 / 8, abs=1e-4)


def test_full_auc_counts_pairs_that_are_in_order() -> None:
    # Four candidates, the held-out ones are second and fourth from below: 1 + 2 of the 4 pairs.
    assert formulas.full_auc(np.array([2.0, 4.0]), count(2), count(4)) == [3 / 4]
    assert formulas.full_auc(np.array([2.5, 2.5]), count(2), count(4)) == [1 / 2]


def test_without_anything_to_beat_there_is_no_auc() -> None:
    assert np.isnan(formulas.full_auc(np.array([1.0, 2.0]), count(2), count(2))).all()
    assert np.isnan(formulas.truncated_auc(PERFECT, count(3), count(3), 3)).all()
