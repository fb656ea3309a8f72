"""Nearest neighbours of artists: those are alike that share listeners (Sarwar et al. 2001, doi 10.1145/371920.372071).

An artist is the vector of its listeners' weights, and S(j, i) compares the vectors of j and i:

- `cosine`: their dot product over (their lengths multiplied + shrinkage);
- `tfidf`: the same, a listener's weight times log(A / (1 + n)): who has few of all A artists (n) says more;
- `bm25`: the dot product of Okapi weights w · (k1 + 1) / (w + k1 · (1 - b + b · L / mean L)) · log(A / (1 + n)), where
  L is the artist's weight in total (Robertson & Zaragoza 2009, with an artist as the document and a user as the term).
"""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.item_item import ItemItemRecommender, SparseWeights, Weights
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.sparse_products import largest_of_product
from musicrec_tui.recommenders.weighting import weigh


class ItemKnnRecommender(ItemItemRecommender):
    """S holds each artist's `neighbours` nearest."""

    name: ClassVar[str] = "item_knn"
    params: ItemKnnParams

    def _learn(self, train: csr_matrix, fit: Fit) -> Weights:
        """Compare all artists with all, a block at a time."""
        vectors = _vectors(self._profile(train).T.tocsr(), self.params)
        lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1), dtype=np.float32).ravel())

        def compared(rows: IntArray, columns: IntArray, values: FloatArray) -> FloatArray:
            if self.params.similarity == "bm25":
                return values
            scale: FloatArray = lengths[rows] * lengths[columns] + np.float32(self.params.shrinkage)
            return values / scale

        right = vectors.T.tocsr()
        return SparseWeights(largest_of_product(vectors, right, self.params.neighbours, fit.sink.progress, compared))

    def _profile(self, plays: csr_matrix) -> csr_matrix:
        """Weights of plays."""
        return weigh(plays, self.params.weighting)


def _vectors(weights: csr_matrix, params: ItemKnnParams) -> csr_matrix:
    """The artists' vectors, (artists, users) float32, from their listeners' weights."""
    if params.similarity == "cosine" or not weights.nnz:
        return weights
    data = weights.data.astype(np.float64)
    if params.similarity == "bm25":
        data *= (params.k1 + 1) / (params.k1 * np.repeat(_norms(weights, params.b), np.diff(weights.indptr)) + data)
    # Somebody who has (nearly) everything says nothing, and never the contrary.
    said = np.maximum(0, np.log(weights.shape[0]) - np.log1p(np.bincount(weights.indices, minlength=weights.shape[1])))
    data *= said[weights.indices]
    vectors = csr_matrix((data.astype(np.float32), weights.indices, weights.indptr), shape=weights.shape, copy=True)
    vectors.eliminate_zeros()
    return vectors


def _norms(weights: csr_matrix, b: float) -> NDArray[np.float64]:
    """What BM25 makes of an artist's weight in total."""
    totals = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    norms: NDArray[np.float64] = 1 - b + b * totals / totals.mean()
    return norms
