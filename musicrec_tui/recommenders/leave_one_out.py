"""Reasons where a score does not come apart: how much it falls when one of somebody's artists is left out.

The falls do not sum to the score: artists that speak for the same thing stand in for each other. So they are an
estimate, and `Capabilities.explain_estimate` marks it. Only the artists with the most plays are left out, each once.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix, vstack

from musicrec_tui.recommenders.base import Contribution, FloatArray

MOST = 50
"""How many artists of a profile are left out in turn, those with the most plays."""
_BATCH = 16


class LeaveOneOut:
    """Remembers the last profile, because a list asks for the reasons of one artist after the other.

    Args:
        scores: of all artists for profiles, as `Recommender.fold_in` gives them.
    """

    def __init__(self, scores: Callable[[csr_matrix], FloatArray]) -> None:
        self._scores = scores
        self._last = b""
        self._own = np.zeros(0, np.int32)
        self._falls: FloatArray = np.zeros((0, 0), np.float32)

    def explain(self, profile: csr_matrix, artist: int) -> list[Contribution]:
        """By how much the score falls without each of the profile's (at most `MOST`) artists, largest first.

        Args:
            profile: one row of plays.
            artist: whose score.
        """
        key = profile.indices.tobytes() + profile.data.tobytes()
        if key != self._last or not self._last:
            self._look(profile)
            self._last = key
        amounts = self._falls[:, artist]
        order = np.argsort(-amounts, kind="stable")
        return [Contribution(int(self._own[place]), float(amounts[place])) for place in order]

    def _look(self, profile: csr_matrix) -> None:
        """Leave each artist out."""
        places = np.argsort(-profile.data, kind="stable")[:MOST]
        self._own = profile.indices[places]
        falls = [np.zeros((0, profile.shape[1]), np.float32)]
        whole = self._scores(profile) if len(places) else falls[0]
        for start in range(0, len(places), _BATCH):
            without = vstack([_without(profile, place) for place in places[start : start + _BATCH]], format="csr")
            falls.append(whole - self._scores(without))
        self._falls = np.concatenate(falls)


def _without(profile: csr_matrix, place: int) -> csr_matrix:
    """A row without the artist that is stored at `place`."""
    kept = np.delete(np.arange(profile.nnz), place)
    starts = np.array([0, len(kept)], profile.indptr.dtype)
    return csr_matrix((profile.data[kept], profile.indices[kept], starts), shape=profile.shape)
