"""Reasons where a score does not come apart: how much it falls when one of somebody's artists is left out.

The falls do not sum to the score: artists that speak for the same thing stand in for each other. So they are an
estimate, and `Capabilities.explain_estimate` marks it. Only the artists with the most plays are left out, each once.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix, vstack

from musicrec_tui.recommenders.base import Contribution, FloatArray, IntArray
from musicrec_tui.recommenders.contributions import sorted_by_amount

MOST = 50
"""How many artists of a profile are left out in turn, those with the most plays."""


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
