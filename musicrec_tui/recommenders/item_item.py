"""What all models of artists and artists share: a score is a weighted sum over the user's own artists.

    score(u, i) = Σ_j w(u, j) · S(j, i)

where w is the weight of u's artist j and S what j says about i. So a reason is a term of the sum, and a new user is
scored just as a user of train is (with recency: of one who played all of it just now, see `recency`).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import recency
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.ranking import top
from musicrec_tui.recommenders.reasons import sorted_by_amount
from musicrec_tui.recommenders.saved_arrays import matrix_of, parts_of


class Weights(Protocol):
    """S, (artists, artists): what a row's artist says about a column's."""

    def apply(self, profiles: csr_matrix) -> FloatArray:
        """Scores, (rows, artists), of profiles (rows, artists)."""

    def block(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """What artists say about others, (rows, columns)."""

    def row(self, artist: int) -> FloatArray:
        """What an artist says about all, (artists,)."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is saved of it."""


class SparseWeights:
    """S with only the largest entries of each row."""

    def __init__(self, matrix: csr_matrix) -> None:
        self._matrix = matrix

    def apply(self, profiles: csr_matrix) -> FloatArray:
        """See `Weights`."""
        scores: FloatArray = (profiles @ self._matrix).toarray().astype(np.float32, copy=False)
        return scores

    def block(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """See `Weights`."""
        said: FloatArray = self._matrix[rows][:, columns].toarray()
        return said

    def row(self, artist: int) -> FloatArray:
        """See `Weights`."""
        said: FloatArray = self._matrix[artist].toarray()[0]
        return said

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The parts of a CSR matrix, `weights_*`."""
        return parts_of("weights", self._matrix)

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], artists: int) -> Self:
        """From `arrays`.

        Raises:
            UserError: they are not a matrix of so many artists.
        """
        return cls(matrix_of(arrays, "weights", (artists, artists)))


class ItemItemRecommender:
    """A model of artists and artists; its kinds say how S comes about and what weight a user's artist has."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities] = Capabilities(explain=True, fold_in=True, similar=True)

    def __init__(self, params: Any) -> None:
        self.params = params
        self._train = csr_matrix((0, 0), dtype=np.float32)
        self._weights: Weights = SparseWeights(self._train)
        self._recency: csr_matrix | None = None

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Compute S. Nothing is drawn at random, so the seed does not matter."""
        self._train = train
        self._recency = recency.weights_of(train, fit, self.params.half_life)
        fit.sink.device("no GPU", None)
        self._weights = self._learn(train, fit)

    def scores(self, users: IntArray) -> FloatArray:
        """Sums over the users' artists in train, (users, artists); zeros for a user with nothing there."""
        return self._weights.apply(self._own(users))

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """The same sums over the artists of profiles."""
        return self._weights.apply(self._profile(profile))

    def similar(self, artist: int, k: int) -> Ranking:
        """The artists that `artist` says most about, scored relative to the first, which has 1."""
        said = self._weights.row(artist)
        largest = said.max(initial=0)
        likeness = np.where(said > 0, said / (largest or 1), -np.inf).astype(np.float32)
        likeness[artist] = -np.inf
        return top(likeness[None, :], k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """The terms of the sums, see `explain_profile`."""
        return self._terms(self._own(np.array([user], np.int32)), artists)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """The terms of the sums, w(j) · S(j, artist) for each own artist j, largest first."""
        return self._terms(self._profile(profile), artists)

    def _own(self, users: IntArray) -> csr_matrix:
        """The weights w of users of train, (rows, artists)."""
        return recency.weighed(self._profile(self._train[users]), self._recency, users)

    def _terms(self, weighed: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """The terms of the sums of one row of weights."""
        amounts = weighed.data * self._weights.block(weighed.indices, artists).T
        return sorted_by_amount(weighed.indices, amounts)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """S, as its kind stores it, and `recency` where it is on."""
        return self._weights.arrays() | recency.saved(self._recency)

    @classmethod
    def restore(cls, params: Any, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        model._train = train
        model._weights = cls._restored(arrays, train.shape[1])
        model._recency = recency.restored(arrays, train, params.half_life)
        return model

    @classmethod
    def _restored(cls, arrays: Mapping[str, NDArray[Any]], artists: int) -> Weights:
        """S from what was saved of it."""
        return SparseWeights.restore(arrays, artists)

    def _learn(self, train: csr_matrix, fit: Fit) -> Weights:
        """S from the train part."""
        raise NotImplementedError

    def _profile(self, plays: csr_matrix) -> csr_matrix:
        """The weights w of people's artists, (rows, artists), from their plays."""
        raise NotImplementedError
