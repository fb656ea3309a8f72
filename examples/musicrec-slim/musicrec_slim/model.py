"""SLIM as a recommender: what artists say about artists; reasons, new users and similar artists follow from it."""

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.item_item import ItemItemRecommender, SparseWeights, Weights


class SlimRecommender(ItemItemRecommender):
    """Scores are weighted sums over the user's own artists; saved as a CSR matrix."""

    name: ClassVar[str] = "slim"

    def _learn(self, train: csr_matrix, fit: Fit) -> Weights:
        """One regression for each artist that has listeners."""
        from musicrec_slim import regressions  # scikit-learn: to fit, and not to score

        return SparseWeights(regressions.learn(self._profile(train), self.params, fit))

    def _profile(self, plays: csr_matrix) -> csr_matrix:
        """1 for each artist that they have."""
        ones = np.ones(plays.nnz, np.float32)
        return csr_matrix((ones, plays.indices, plays.indptr), shape=plays.shape)
