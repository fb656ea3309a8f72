"""Popularity counts listeners, not plays."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.popularity.model import PopularityRecommender
from tests.recommenders.small import explained, quiet


def fitted() -> PopularityRecommender:
    """Two listeners of the second artist, one of the third, who plays it a lot."""
    model = PopularityRecommender(PopularityParams())
    model.fit(csr_matrix(np.array([[0, 1, 0, 0], [0, 1, 900, 0]], np.float32)), quiet())
    return model


def test_the_score_is_the_number_of_listeners() -> None:
    assert fitted().scores(np.array([1, 0, 0], np.int32)).tolist() == [[0, 2, 1, 0]] * 3
    assert fitted().fold_in(csr_matrix((2, 4), dtype=np.float32)).tolist() == [[0, 2, 1, 0]] * 2


def test_scores_belong_to_the_caller() -> None:
    model = fitted()
    model.scores(np.array([0], np.int32))[:] = -1
    assert model.scores(np.array([0], np.int32)).tolist() == [[0, 2, 1, 0]]


def test_it_says_what_it_cannot_do() -> None:
    assert not fitted().capabilities.explain
    assert not fitted().capabilities.similar
    with pytest.raises(UserError):
        fitted().similar(0, 3)
    with pytest.raises(UserError):
        explained(fitted(), 0, 1)
