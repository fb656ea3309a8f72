"""RP3β: three random steps from a user to artists, with popular ones damped (Paudel et al. 2017, doi 10.1145/2955101).

A walker steps from the user to one of their artists, to one of its listeners, and to one of that listener's artists.
Each step's probability is raised to the power alpha, and where the walk ends counts divided by listeners^beta.
"""

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.item_item import ItemItemRecommender, SparseWeights, Weights
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.recommenders.sparse_products import largest_of_product
from musicrec_tui.recommenders.weighting import weigh


class Rp3BetaRecommender(ItemItemRecommender):
    """S(j, i) is the walk from artist j over a listener to artist i; of each row the largest `neighbours` are kept."""

    name: ClassVar[str] = "rp3beta"
    params: Rp3BetaParams

    def _learn(self, train: csr_matrix, fit: Fit) -> Weights:
        """Two steps of the walk, damped."""
        to_users = _steps(weigh(train, self.params.weighting).T.tocsr(), self.params.alpha)
        listeners = np.maximum(1, np.bincount(train.indices, minlength=train.shape[1])).astype(np.float64)
        damped = (listeners**-self.params.beta).astype(np.float32)
        walks = largest_of_product(
            to_users, self._profile(train), self.params.neighbours, fit.sink.progress,
            lambda _, columns, values: values * damped[columns],
        )  # fmt: skip
        return SparseWeights(walks)

    def _profile(self, plays: csr_matrix) -> csr_matrix:
        """The first step: from a person to one of their artists."""
        return _steps(weigh(plays, self.params.weighting), self.params.alpha)


def _steps(weights: csr_matrix, alpha: float) -> csr_matrix:
    """Probabilities of a step from each row, to the power alpha."""
    sums = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    shares = weights.data / np.repeat(sums, np.diff(weights.indptr))
    return csr_matrix(((shares**alpha).astype(np.float32), weights.indices, weights.indptr), shape=weights.shape)
