"""ALS: implicit-feedback matrix factorisation (Hu, Koren & Volinsky 2008), fitted by the `implicit` library.

Each heard pair of user u and artist i has a confidence c = alpha · weight, every other pair 1. The factors minimise
Σ c (p - x_u · y_i)² + regularization · (Σ |x_u|² + Σ |y_i|²), where p is 1 for heard pairs and else 0.

A saved model may have been trained on the objective of Apache Spark, which multiplies a vector's regularization by the
number of its heard pairs: the array `lambda_scaling` says so, and all that is solved here follows it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import recency
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.solving import SCALED, Equations, Float64Array, is_scaled
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.factor_rows import FactorRows
from musicrec_tui.recommenders.ranking import cosines
from musicrec_tui.recommenders.reasons import sorted_by_amount
from musicrec_tui.recommenders.saved_arrays import rows_of
from musicrec_tui.recommenders.weighting import weigh, weigh_profile


class AlsRecommender:
    """User and artist vectors whose dot product is the score.

    `implicit` is needed by `fit` alone: a restored model scores, folds in and explains in NumPy.
    """

    name: ClassVar[str] = "als"
    capabilities: ClassVar[Capabilities] = Capabilities(explain=True, fold_in=True, similar=True)

    def __init__(self, params: AlsParams) -> None:
        self.params = params
        self._train = csr_matrix((0, 0), dtype=np.float32)
        self._recency: csr_matrix | None = None
        self._scaled = False
        nothing = np.zeros((0, params.factors), np.float32)
        self._use(nothing, nothing)

    def _use(self, users: FloatArray, artists: FloatArray) -> None:
        """Take these factors."""
        self._set(FactorRows([users]), FactorRows([artists]))

    def _set(self, users: FactorRows, artists: FactorRows) -> None:
        """Take these factors."""
        self._users, self._artists = users, artists
        self._equations = Equations(artists, self.params.regularization, scaled=self._scaled)

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Sweep over users and artists, then solve for all users once more.

        Raises:
            UserError: the factors are not finite numbers.
        """
        self.fit_stages(train, fit, [self.params.iterations], lambda _: None)

    def fit_stages(self, train: csr_matrix, fit: Fit, stages: Collection[int], visit: Callable[[int], None]) -> None:
        """See `base.Staged`.

        Raises:
            UserError: the factors are not finite numbers.
        """
        from musicrec_tui.recommenders.als.fit import solved_from, sweep

        self._train = train
        self._recency = recency.weights_of(train, fit, self.params.half_life)
        confidence = self._confidence(weigh(train, self.params.weighting))
        recent = recency.weighed(confidence, self._recency, np.arange(train.shape[0]))

        def seen(stage: int, users: FloatArray, artists: FloatArray) -> None:
            if self._recency is not None:
                users = solved_from(artists, recent, self.params.regularization, users)
            self._use(users, artists)
            visit(stage)

        sweep(confidence, self.params, fit, stages, seen)

    def scores(self, users: IntArray) -> FloatArray:
        """Dot products, (users, artists); zeros for a user with nothing in train."""
        return self._artists.products(self._users.take(users))

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """Scores for new people: their vectors are solved for with the artists' vectors as they are."""
        weights = weigh_profile(profile, self.params.weighting, self._train)
        vectors = [self._equations.solve(*self._row(weights, row))[0] for row in range(profile.shape[0])]
        users = np.array(vectors).reshape(-1, self.params.factors).astype(np.float32)
        return self._artists.products(users)

    def similar(self, artist: int, k: int) -> Ranking:
        """Cosine of the artists' vectors."""
        return cosines(self._artists, artist, k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """Each own artist's part of the scores, see `explain_profile`: the user's row of train is their profile."""
        weights = weigh_profile(self._train[user], self.params.weighting, self._train)
        return self._parts(recency.weighed(weights, self._recency, np.array([user])), artists)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """Each own artist's part of the scores (section 5 of the paper), largest first.

        The user's vector is x = A⁻¹ Σ c_j y_j over their artists j (see `solving`), so the score x · y_i is the sum of
        c_j · (A⁻¹ y_i) · y_j.
        """
        return self._parts(weigh_profile(profile, self.params.weighting, self._train), artists)

    def _parts(self, weights: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """Each own artist's part of the scores of one row of weights."""
        codes, confidences = self._row(weights, 0)
        if not len(codes):
            return [[] for _ in artists]
        _, system = self._equations.solve(codes, confidences)
        directions = np.linalg.solve(system, self._artists.take(artists).astype(np.float64).T)
        parts = self._artists.take(codes).astype(np.float64) @ directions
        return sorted_by_amount(codes, confidences * parts.T)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`users` (users, factors), `artists` (artists, factors), float32; `recency` and `lambda_scaling` where on."""
        scaling = {SCALED: np.ones(1, np.int8)} if self._scaled else {}
        return {"users": self._users.whole, "artists": self._artists.whole} | recency.saved(self._recency) | scaling

    @classmethod
    def restore(cls, params: AlsParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        model._train = train
        model._scaled = is_scaled(arrays)
        users, artists = train.shape
        model._set(
            rows_of(arrays, "users", (users, params.factors)), rows_of(arrays, "artists", (artists, params.factors))
        )
        model._recency = recency.restored(arrays, train, params.half_life)
        return model

    def _confidence(self, weights: csr_matrix) -> csr_matrix:
        """Weights times alpha. `implicit` is then given alpha = 1, so that alpha counts once."""
        data = weights.data * np.float32(self.params.alpha)
        return csr_matrix((data, weights.indices, weights.indptr), shape=weights.shape)

    def _row(self, weights: csr_matrix, row: int) -> tuple[IntArray, Float64Array]:
        """A row's artists and their confidences."""
        part = slice(weights.indptr[row], weights.indptr[row + 1])
        return weights.indices[part], weights.data[part].astype(np.float64) * self.params.alpha
