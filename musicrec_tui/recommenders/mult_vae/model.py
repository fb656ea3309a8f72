"""Mult-VAE as a recommender (Liang et al. 2018, doi 10.1145/3178876.3186150)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders import neural
from musicrec_tui.recommenders.base import Capabilities, Contribution, Fit, FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.mult_vae import MultVaeParams, scoring
from musicrec_tui.recommenders.ranking import cosines
from musicrec_tui.recommenders.reasons import falls
from musicrec_tui.recommenders.saved_arrays import array_of, epoch_of


class MultVaeRecommender:
    """It learns to give back a person's artists, some of which it does not see, through a narrow random layer.

    Newcomers are scored exactly as users are: all that it knows of a user are their artists.

    Attributes:
        params: its parameters.
        best_epoch: the epoch, counted from 1, whose weights these are. 0 before the fit.
    """

    name: ClassVar[str] = "mult_vae"
    capabilities: ClassVar[Capabilities] = Capabilities(
        explain=True, explain_estimate=True, fold_in=True, similar=True, settles=True
    )

    def __init__(self, params: MultVaeParams) -> None:
        self.params = params
        self.best_epoch = 0
        self._arrays: dict[str, NDArray[Any]] = {}
        self._train = csr_matrix((0, 0), dtype=np.float32)

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Train; with `fit.validate`, keep the epoch that it finds best. Plays count as one.

        Without `fit.validate` exactly `params.epochs` epochs are run.

        Raises:
            UserError: TensorFlow is not installed, there is nothing to learn from, or the loss is not finite.
        """
        training = neural.load(self.params)
        self._train = train
        self._arrays, self.best_epoch = training.train(self.params, train, fit)

    def settled(self) -> Self:
        """See `base.Settling`: exactly as many epochs as were best."""
        return type(self)(msgspec.structs.replace(self.params, epochs=self.best_epoch, patience=0))

    def scores(self, users: IntArray) -> FloatArray:
        """The probability that the next artist is this one, (users, artists)."""
        return self.fold_in(self._train[users])

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """The same for any artists; without artists it is what most people play."""
        return scoring.scores(self._arrays, profile)

    def similar(self, artist: int, k: int) -> Ranking:
        """Cosine of what the last layer has for the artists."""
        heard = np.bincount(self._train.indices, minlength=self._train.shape[1]) > 0
        return cosines(self._arrays["kernel_out"].T * heard[:, None], artist, k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """An estimate, see `explain_profile`: the user's row of train is their profile."""
        return self.explain_profile(self._train[user], artists)

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """An estimate: how much the score falls without each own artist, see `leave_one_out`."""
        return falls(profile, artists, lambda people, some: self.fold_in(people)[:, some])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The weights as `scoring.shapes` names them, float32, and `best_epoch`, (1,) int64."""
        return self._arrays | {"best_epoch": np.array([self.best_epoch], np.int64)}

    @classmethod
    def restore(cls, params: MultVaeParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        model = cls(params)
        model.best_epoch = epoch_of(arrays)
        named = scoring.shapes(params, train.shape[1])
        model._arrays = {name: array_of(arrays, name, shape) for name, shape in named.items()}
        model._train = train
        return model
