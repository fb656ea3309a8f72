"""Weights of pairs against `implicit` and closed forms."""

import numpy as np
import pytest
from implicit.nearest_neighbours import bm25_weight
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.weighting import BM25_B, BM25_K1, weigh, weigh_profile
from tests.recommenders.small import matrix


def test_bm25_equals_the_one_of_implicit() -> None:
    plays = matrix()
    ours = weigh(plays, "bm25")
    np.testing.assert_allclose(
        ours.toarray(), bm25_weight(plays.copy(), K1=BM25_K1, B=BM25_B).toarray(), rtol=1e-5, atol=1e-7
    )


def test_an_artist_that_everybody_has_is_still_liked() -> None:
    plays = csr_matrix(np.ones((5, 2), np.float32))
    assert (weigh(plays, "bm25").data > 0).all()


@pytest.mark.parametrize(
    ("weighting", "wanted"), [("binary", [1, 1]), ("counts", [1, 9]), ("log", [0.6931472, 2.3025851])]
)
def test_the_other_weights_are_what_their_names_say(weighting: str, wanted: list[float]) -> None:
    plays = csr_matrix(np.array([[1, 0, 9]], np.float32))
    weights = weigh(plays, weighting)
    np.testing.assert_allclose(weights.data, wanted, rtol=1e-6)
    assert weights.dtype == np.float32
    assert plays.data.tolist() == [1, 9], "the plays were written into"


@pytest.mark.parametrize("weighting", ["binary", "counts", "log", "bm25"])
def test_a_row_of_train_weighs_the_same_as_a_profile(weighting: str) -> None:
    plays = matrix()
    np.testing.assert_allclose(
        weigh_profile(plays[3:9], weighting, plays).toarray(), weigh(plays, weighting)[3:9].toarray(), rtol=1e-6
    )
