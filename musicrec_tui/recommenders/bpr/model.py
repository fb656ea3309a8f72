"""BPR: factors that rank heard artists above unheard ones (Rendle et al. 2009, arXiv 1205.2618), by `implicit`.

A step draws a heard pair and an artist that the user has not heard, and moves the factors so that the heard one scores
higher. With one thread a seed decides everything. With several the steps of different threads overwrite each other
("Hogwild"), so two runs of one seed differ.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import neighbours
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.bpr import BprParams
from musicrec_tui.recommenders.ranking import cosines
from musicrec_tui.recommenders.reasons import falls
from musicrec_tui.recommenders.saved_arrays import array_of


class BprRecommender:
    """User and artist vectors whose dot product is the score; the last number of an artist's is its bias.

    `implicit` is needed by `fit` alone.
    """

    name: ClassVar[str] = "bpr"
    capabilities: ClassVar[Capabilities] = Capabilities(
        explain=True, explain_estimate=True, fold_in=True, fold_in_estimate=True, similar=True
    )

    def __init__(self, params: BprParams) -> None:
        self.params = params
        nothing = np.zeros((0, params.factors + 1), np.float32)
        self._use(nothing, nothing, csr_matrix((0, 0), dtype=np.float32))

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Take as many steps as there are heard pairs, `iterations` times. Plays do not matter.

        Raises:
            UserError: the factors are not finite numbers.
        """
        fit.sink.device("no GPU", None)
        users, artists = (np.zeros((size, self.params.factors + 1), np.float32) for size in train.shape)
        if train.nnz:
            users, artists = _factorise(train, self.params, fit)
        self._use(users, artists, train)

    def scores(self, users: IntArray) -> FloatArray:
        """Dot products, (users, artists); zeros for a user with nothing in train."""
        scores: FloatArray = self._users[users] @ self._artists.T
        return scores

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """An estimate: the scores of the users with the most similar artists, see `neighbours`.

        A vector for a new user would be learned by the same random steps, and would be another one each time.
        """
        return self._neighbours.estimate(profile, self.scores)

    def similar(self, artist: int, k: int) -> Ranking:
        """Cosine of the artists' vectors, without the bias."""
        return cosines(self._artists[:, :-1], artist, k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """An estimate, see `explain_profile`: the user's row of train is their profile."""
        return self.explain_profile(self._train[user], artists)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """An estimate: how much the folded-in score falls without each own artist, see `leave_one_out`."""
        return falls(profile, artists, self._fold_in_some)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`users` (users, factors + 1; the last is 1) and `artists` (artists, factors + 1), float32."""
        return {"users": self._users, "artists": self._artists}

    @classmethod
    def restore(cls, params: BprParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        users, artists = (
            array_of(arrays, name, (size, params.factors + 1))
            for name, size in zip(("users", "artists"), train.shape, strict=True)
        )
        model._use(users, artists, train)
        return model

    def _use(self, users: FloatArray, artists: FloatArray, train: csr_matrix) -> None:
        """Score with these vectors from now on."""
        self._users, self._artists, self._train = users, artists, train
        self._neighbours = neighbours.Neighbours(train)

    def _fold_in_some(self, people: csr_matrix, artists: IntArray) -> FloatArray:
        """What `fold_in` gives for these artists."""
        shares = self._neighbours.shares(people)
        return neighbours.mean(shares, lambda users: self._users[users] @ self._artists[artists].T)


def _factorise(train: csr_matrix, params: BprParams, fit: Fit) -> tuple[FloatArray, FloatArray]:
    """User and artist factors, with the bias at the end.

    Raises:
        UserError: they are not finite numbers.
    """
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(
        factors=params.factors,
        learning_rate=params.learning_rate,
        regularization=params.regularization,
        iterations=params.iterations,
        num_threads=params.threads,
        random_state=np.random.default_rng(fit.seed),
    )

    def after_iteration(iteration: int, seconds: float, right: int, skipped: int) -> None:
        share = right / max(1, train.nnz - skipped)
        fit.sink.epoch(iteration + 1, params.iterations, {"pairs_in_order": share}, seconds)
        fit.sink.progress(iteration + 1, params.iterations)

    ones = csr_matrix((np.ones_like(train.data), train.indices, train.indptr), shape=train.shape)
    model.fit(ones, show_progress=False, callback=after_iteration)
    if not (np.isfinite(model.user_factors).all() and np.isfinite(model.item_factors).all()):
        raise UserError("BPR did not arrive at finite factors; train it with a smaller learning_rate.", exit_code=1)
    return model.user_factors, model.item_factors
