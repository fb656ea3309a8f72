"""The falls of a score, against leaving each artist out by hand."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import reasons
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.reasons import falls

TABLE = np.random.default_rng(0).normal(size=(60, 60)).astype(np.float32)
SOME = np.array([7, 3], np.int32)


def score(profile: csr_matrix, artists: IntArray) -> FloatArray:
    """A score that does not come apart: the square root of sums."""
    scores: FloatArray = np.sqrt(np.abs(profile @ TABLE[:, artists]))
    return scores


def profile(artists: int, seed: int = 0) -> csr_matrix:
    rng = np.random.default_rng(seed)
    row = np.zeros((1, 60), np.float32)
    row[0, rng.choice(60, artists, replace=False)] = rng.permutation(artists) + 1
    return csr_matrix(row)


@pytest.mark.parametrize("size", [1, 20, 45])
def test_a_contribution_is_the_fall_without_the_artist(size: int) -> None:
    own = profile(size)
    for artist, told in zip(SOME, falls(own, SOME, score), strict=True):
        assert {reason.artist for reason in told} == set(own.indices.tolist())
        for reason in told:
            without = own.toarray()
            without[0, reason.artist] = 0
            wanted = score(own, artist[None])[0, 0] - score(csr_matrix(without), artist[None])[0, 0]
            assert reason.amount == pytest.approx(float(wanted), abs=1e-5)
        amounts = [reason.amount for reason in told]
        assert amounts == sorted(amounts, reverse=True)


def test_only_the_most_played_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "MOST", 3)
    own = profile(20)
    told = {reason.artist for reason in falls(own, SOME, score)[0]}
    assert told == set(own.indices[np.argsort(-own.data)[:3]].tolist())


def test_nobody_has_no_reasons() -> None:
    assert falls(csr_matrix((1, 60), dtype=np.float32), SOME, score) == [[], []]
