"""Reasons for scores: contributions in order, and an estimate of them where a score does not come apart.

The estimate is how much a score falls when one of the user's own artists is left out. The falls do not sum to the
score: artists that speak for the same thing stand in for each other. So `Capabilities.explain_estimate` marks
them. Only the artists with the most plays are left out, each once.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray

MOST = 50
"""How many artists of a profile are left out in turn, those with the most plays."""


def sorted_by_amount(own: IntArray, amounts: NDArray[np.floating]) -> list[list[Contribution]]:
    """For each row of amounts, (rows, own), what own artists contribute, largest first; of equals the first first."""
    orders = np.argsort(-amounts, axis=1, kind="stable")
    values = np.take_along_axis(amounts, orders, axis=1).tolist()
    return [
        list(map(Contribution._make, zip(codes, row, strict=True)))
        for codes, row in zip(own[orders].tolist(), values, strict=True)
    ]


def falls(
    profile: csr_matrix, artists: IntArray, score: Callable[[csr_matrix, IntArray], FloatArray]
) -> list[list[Contribution]]:
    """By how much the scores fall without each of the profile's (at most `MOST`) artists.

    Args:
        profile: one row of plays.
        artists: whose scores.
        score: those of (people, artists) whose plays are the rows of a matrix, for some artists.

    Returns:
        A list for each of `artists`, largest first.
    """
    if not profile.nnz:
        return [[] for _ in artists]
    places = np.argsort(-profile.data, kind="stable")[:MOST].astype(np.int32)
    people = vstack([profile, _without(profile, places)], format="csr")
    whole, *less = score(people, artists)
    return sorted_by_amount(profile.indices[places], (whole - np.array(less)).T)


def _without(profile: csr_matrix, places: IntArray) -> csr_matrix:
    """A row for each place, without the artist that is stored there."""
    kept = np.arange(profile.nnz) != places[:, None]
    indices, data = (np.broadcast_to(array, kept.shape)[kept] for array in (profile.indices, profile.data))
    starts = np.arange(len(places) + 1) * (profile.nnz - 1)
    return csr_matrix((data, indices, starts), shape=(len(places), profile.shape[1]))
