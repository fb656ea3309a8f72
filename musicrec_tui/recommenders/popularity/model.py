"""Popularity: everybody gets the artists with the most listeners. The model that others have to beat."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.saved_arrays import array_of

_SAME_FOR_ALL = "Popularity gives everybody the same list, so a user's own artists explain nothing."


class PopularityRecommender:
    """An artist's score is its listeners in train, the same for every user."""

    name: ClassVar[str] = "popularity"
    capabilities: ClassVar[Capabilities] = Capabilities(fold_in=True, impersonal=True)

    def __init__(self, params: PopularityParams) -> None:
        self.params = params
        self._listeners: FloatArray = np.zeros(0, np.float32)

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Count the listeners of each artist."""
        fit.sink.progress(0, 1)
        self._listeners = np.bincount(train.indices, minlength=train.shape[1]).astype(np.float32)
        fit.sink.progress(1, 1)

    def scores(self, users: IntArray) -> FloatArray:
        """Listeners, (users, artists)."""
        return np.tile(self._listeners, (len(users), 1))

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """Listeners, whatever the profile holds."""
        return np.tile(self._listeners, (profile.shape[0], 1))

    def similar(self, artist: int, k: int) -> Ranking:
        """Refused: popularity knows nothing of what goes together.

        Raises:
            UserError: always.
        """
        raise UserError("Popularity has no similar artists; choose another model's run.")

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """Refused: no artist of the user's own has a part in the score.

        Raises:
            UserError: always.
        """
        raise UserError(_SAME_FOR_ALL)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """Refused, as `explain` is.

        Raises:
            UserError: always.
        """
        raise UserError(_SAME_FOR_ALL)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`listeners`, (artists,) float32."""
        return {"listeners": self._listeners}

    @classmethod
    def restore(cls, params: PopularityParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        model._listeners = array_of(arrays, "listeners", (train.shape[1],))
        return model
