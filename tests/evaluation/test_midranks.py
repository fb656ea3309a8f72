"""Midranks, against SciPy's ranks of everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from musicrec_tui.evaluation.midranks import midranks
from musicrec_tui.recommenders.base import FloatArray


def agree(scores: FloatArray, chosen: list[int]) -> None:
    """Compare with the ranks of all scores."""
    wanted = rankdata(scores)[chosen]
    assert midranks(scores, scores[chosen]).tolist() == wanted.tolist()


@settings(deadline=None, max_examples=60)
@given(
    artists=st.integers(1, 900),
    wanted=st.integers(1, 200),
    levels=st.sampled_from([1, 2, 50, 100_000]),
    power=st.sampled_from([1, 9]),
    masked=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 10_000),
)
def test_they_are_the_ranks_among_all_scores(
    artists: int, wanted: int, levels: int, power: int, masked: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = ((rng.integers(0, levels, artists) / levels) ** power).astype(np.float32)
    scores[rng.random(artists) < masked] = -np.inf
    finite = np.flatnonzero(np.isfinite(scores))
    if len(finite):
        agree(scores, rng.choice(finite, min(wanted, len(finite)), replace=False).tolist())


@pytest.mark.parametrize("scale", [1e-38, 1e-28, 1.0, 1e28, 1e36])
@pytest.mark.parametrize("shift", [0.0, 1e-3, 10.0])
def test_bins_are_exact_at_any_scale(scale: float, shift: float) -> None:
    rng = np.random.default_rng(3)
    scores = ((rng.standard_normal(5_000) ** 3 + shift) * scale).astype(np.float32)
    agree(scores, rng.choice(5_000, 300, replace=False).tolist())


def test_one_far_outlier_puts_all_others_into_a_bin() -> None:
    scores = np.random.default_rng(4).random(2_000).astype(np.float32)
    scores[7] = 3e37
    agree(scores, list(range(100)))
    agree(scores, list(range(8, 108)))


def test_neighbours_in_the_last_digit_are_told_apart() -> None:
    one = np.float32(1)
    scores = np.array([one, np.nextafter(one, np.float32(2)), one, *np.linspace(0, 2, 60)], np.float32)
    agree(scores, list(range(40)))
