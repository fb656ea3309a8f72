"""NCF as a recommender: NumPy trains small networks and TensorFlow the others, NumPy scores all."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import neighbours
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.ncf import NcfParams, layout, scoring
from musicrec_tui.recommenders.ranking import cosines
from musicrec_tui.recommenders.reasons import falls
from musicrec_tui.recommenders.saved_arrays import array_of, epoch_of


class NcfRecommender:
    """Neural collaborative filtering (He et al. 2017, doi 10.1145/3038912.3052569).

    Attributes:
        params: its parameters.
        best_epoch: the epoch, counted from 1, whose weights these are; a final fit on train + validation takes as
            many. 0 before the fit.
    """

    name: ClassVar[str] = "ncf"
    capabilities: ClassVar[Capabilities] = Capabilities(
        explain=True, explain_estimate=True, fold_in=True, fold_in_estimate=True, similar=True, settles=True
    )

    def __init__(self, params: NcfParams) -> None:
        self.params = params
        self.best_epoch = 0
        self._arrays: dict[str, NDArray[Any]] = {}
        self._scores: scoring.Logits | None = None
        self._train = csr_matrix((0, 0), dtype=np.float32)
        self._neighbours = neighbours.Neighbours(self._train)

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Train with negatives redrawn each epoch; with `fit.validate`, keep the epoch that it finds best.

        Without `fit.validate` exactly `params.epochs` epochs are run.

        Raises:
            UserError: it needs TensorFlow, which is not installed; there is nothing to learn from; or the loss is not
                finite.
        """
        from musicrec_tui.recommenders.ncf import training  # not needed to score

        arrays, self.best_epoch = training.train(self.params, train, fit)
        self._use(arrays, train)

    def settled(self) -> Self:
        """See `base.Settling`: exactly as many epochs as were best."""
        return type(self)(msgspec.structs.replace(self.params, epochs=self.best_epoch, patience=0))

    def scores(self, users: IntArray) -> FloatArray:
        """The network's predictions, (users, artists): logits, or between 0 and 1 where `loss` is binary.

        They are not the probability of a listen: training shows far more heard pairs than there are.
        """
        if self._scores is None:
            raise RuntimeError("scores of an NCF model that is not fitted")
        return self._scores(users)

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """An estimate: the scores of the users with the most similar artists, see `neighbours`.

        A network has no embedding for a user it was not trained on, and learning one would be a training of its own.
        """
        return self._neighbours.estimate(profile, self.scores)

    def similar(self, artist: int, k: int) -> Ranking:
        """Cosine of the artists' embeddings, those of GMF and MLP end to end."""
        tables = [array for name, array in self._arrays.items() if name.startswith("artists_")]
        return cosines(np.concatenate(tables, axis=1), artist, k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """An estimate, see `explain_profile`: the user's row of train is their profile."""
        return self.explain_profile(self._train[user], artists)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """An estimate: how much the folded-in score falls without each own artist, see `leave_one_out`.

        A network's score does not come apart into the user's artists, and a user's embedding is not made of them.
        """
        return falls(profile, artists, self._fold_in_some)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The weights as `layout` names them, float32, and `best_epoch`, (1,) int64."""
        return self._arrays | {"best_epoch": np.array([self.best_epoch], np.int64)}

    @classmethod
    def restore(cls, params: NcfParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        model.best_epoch = epoch_of(arrays)
        shapes = layout.shapes(params, *train.shape)
        model._use({name: array_of(arrays, name, shape) for name, shape in shapes.items()}, train)
        return model

    def _use(self, arrays: dict[str, NDArray[Any]], train: csr_matrix) -> None:
        """Score with these weights from now on."""
        self._arrays = arrays
        self._train = train
        self._neighbours = neighbours.Neighbours(train)
        self._scores = scoring.scorer(self.params, arrays)

    def _fold_in_some(self, people: csr_matrix, artists: IntArray) -> FloatArray:
        """What `fold_in` gives for these artists."""
        shares = self._neighbours.shares(people)
        return neighbours.mean(shares, lambda users: scoring.pairs(self.params, self._arrays, users, artists))
