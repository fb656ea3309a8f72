"""The falls of a score, against leaving each artist out by hand."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import leave_one_out
from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.recommenders.leave_one_out import LeaveOneOut

TABLE = np.random.default_rng(0).normal(size=(60, 60)).astype(np.float32)


class Scores:
    """A score that does not come apart: the square root of sums."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, profile: csr_matrix) -> FloatArray:
        self.rows += profile.shape[0]
        scores: FloatArray = np.sqrt(np.abs(profile @ TABLE))
        return scores


def profile(artists: int, seed: int = 0) -> csr_matrix:
    rng = np.random.default_rng(seed)
    row = np.zeros((1, 60), np.float32)
    row[0, rng.choice(60, artists, replace=False)] = rng.permutation(artists) + 1
    return csr_matrix(row)


def test_a_contribution_is_the_fall_without_the_artist() -> None:
    scores, own = Scores(), profile(20)
    reasons = LeaveOneOut(scores).explain(own, 7)
    assert {reason.artist for reason in reasons} == set(own.indices.tolist())
    for reason in reasons:
        without = own.toarray()
        without[0, reason.artist] = 0
        wanted = scores(own)[0, 7] - scores(csr_matrix(without))[0, 7]
        assert reason.amount == pytest.approx(float(wanted), abs=1e-5)
    amounts = [reason.amount for reason in reasons]
    assert amounts == sorted(amounts, reverse=True)


def test_the_profile_is_scored_once_for_all_artists_and_anew_when_it_changes() -> None:
    scores = Scores()
    reasons = LeaveOneOut(scores)
    for artist in range(60):
        reasons.explain(profile(20), artist)
    assert scores.rows == 21
    assert {reason.artist for reason in reasons.explain(profile(5, seed=1), 0)} == set(profile(5, 1).indices.tolist())
    assert scores.rows == 21 + 6


def test_only_the_most_played_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leave_one_out, "MOST", 3)
    own = profile(20)
    told = {reason.artist for reason in LeaveOneOut(Scores()).explain(own, 0)}
    assert told == set(own.indices[np.argsort(-own.data)[:3]].tolist())


def test_nobody_has_no_reasons() -> None:
    assert LeaveOneOut(Scores()).explain(csr_matrix((1, 60), dtype=np.float32), 3) == []
