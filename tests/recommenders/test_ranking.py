"""Ranked lists against a plain sort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.recommenders.ranking import cosines, rank


def by_sorting(scores: FloatArray, exclude: csr_matrix | None, k: int) -> tuple[list[list[int]], list[list[float]]]:
    """The same, slowly."""
    artists, values = [], []
    for row, line in enumerate(scores):
        out = set() if exclude is None else set(exclude[row].indices.tolist())
        order = sorted((-value, code) for code, value in enumerate(line.tolist()) if code not in out)[:k]
        artists.append([code for _, code in order] + [-1] * (k - len(order)))
        values.append([-value for value, _ in order] + [-np.inf] * (k - len(order)))
    return artists, values


@given(
    rows=st.integers(0, 6),
    artists=st.integers(1, 700),
    k=st.integers(1, 30),
    levels=st.sampled_from([1, 2, 5, 50, 10_000]),
    share=st.sampled_from([0.0, 0.1, 0.9, 1.0]),
    seed=st.integers(0, 1000),
)
def test_ranking_equals_sorting_by_score_then_code(
    rows: int, artists: int, k: int, levels: int, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = (rng.integers(0, levels, (rows, artists)) / 7 - 3).astype(np.float32)
    exclude = csr_matrix((rng.random((rows, artists)) < share).astype(np.float32))
    kept = scores.copy()
    for given_out in (exclude, None):
        ranking = rank(scores, given_out, k)
        wanted = by_sorting(scores, given_out, k)
        assert ranking.artists.tolist() == wanted[0]
        np.testing.assert_array_equal(ranking.scores, np.array(wanted[1], np.float32).reshape(rows, k))
    assert (scores == kept).all(), "the caller's scores were written into"
    assert ranking.artists.dtype == np.int32
    assert ranking.scores.dtype == np.float32


def test_codes_that_follow_popularity_are_no_special_case() -> None:
    scores = np.tile(np.arange(5000, 0, -1, dtype=np.float32), (3, 1))
    assert rank(scores, None, 10).artists.tolist() == [list(range(10))] * 3


def test_equal_scores_everywhere_give_the_smallest_codes_that_are_left() -> None:
    exclude = csr_matrix(([1.0, 1.0], ([0, 0], [0, 2])), shape=(2, 2000))
    assert rank(np.zeros((2, 2000), np.float32), exclude, 3).artists.tolist() == [[1, 3, 4], [0, 1, 2]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_scores_that_cannot_be_ordered_are_refused(bad: float) -> None:
    scores = np.zeros((2, 5), np.float32)
    scores[1, 3] = bad
    with pytest.raises(UserError, match="not finite"):
        rank(scores, None, 2)


def test_cosines_leave_out_the_artist_and_what_has_no_vector() -> None:
    factors = np.array([[2, 0], [1, 1], [0, 0], [-3, 0], [5, 0]], np.float32)
    ranking = cosines(factors, 0, 4)
    assert ranking.artists.tolist() == [[4, 1, 3, -1]]
    np.testing.assert_allclose(ranking.scores[0], [1, np.sqrt(0.5), -1, -np.inf], rtol=1e-6)
    assert cosines(factors, 2, 2).artists.tolist() == [[-1, -1]]
