"""Nearest neighbours against `implicit`'s, scikit-learn's cosine, and the formulas written out."""

import numpy as np
import pytest
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity

from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.item_knn.model import ItemKnnRecommender
from musicrec_tui.recommenders.weighting import weigh
from tests.recommenders.small import matrix, quiet


def learned(params: ItemKnnParams) -> FloatArray:
    """The similarities, dense."""
    model = ItemKnnRecommender(params)
    model.fit(matrix(), quiet())
    table: FloatArray = np.array([model._weights.row(artist) for artist in range(60)])
    return table


def bare(model: CosineRecommender | BM25Recommender, plays: csr_matrix) -> FloatArray:
    """What `implicit` finds, without an artist's likeness to itself."""
    model.fit(plays, show_progress=False)
    table: FloatArray = model.similarity.toarray().astype(np.float32)
    np.fill_diagonal(table, 0)
    return table


@pytest.mark.parametrize("weighting", ["binary", "log", "counts"])
def test_cosine_is_scikit_learns(weighting: str) -> None:
    params = ItemKnnParams("cosine", neighbours=60, shrinkage=0.0, weighting=weighting)  # type: ignore[arg-type]
    wanted = cosine_similarity(weigh(matrix(), weighting).toarray().T)
    np.fill_diagonal(wanted, 0)
    np.testing.assert_allclose(learned(params), wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.filterwarnings("ignore:Method expects CSR")  # implicit's own fit hands it another form
@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.1), (0.5, 0.75), (100.0, 0.0)])
def test_bm25_is_implicits(k1: float, b: float) -> None:
    ours = learned(ItemKnnParams("bm25", neighbours=60, k1=k1, b=b, weighting="log"))
    wanted = bare(BM25Recommender(K=60, K1=k1, B=b, num_threads=1), weigh(matrix(), "log").astype(np.float64))
    np.testing.assert_allclose(ours, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore:Method expects CSR")
def test_the_nearest_are_those_that_implicit_keeps() -> None:
    ours = learned(ItemKnnParams("cosine", neighbours=5, shrinkage=0.0, weighting="counts"))
    wanted = bare(CosineRecommender(K=6, num_threads=1), matrix().astype(np.float64))  # one of its six is itself
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-7)
    assert (np.count_nonzero(ours, axis=1) <= 5).all()


def test_tfidf_and_shrinkage_are_what_the_docs_say() -> None:
    ours = learned(ItemKnnParams("tfidf", neighbours=60, shrinkage=2.0))
    heard = (matrix().toarray() > 0).astype(float)
    vectors = heard * np.log(60 / (1 + heard.sum(axis=1, keepdims=True)))
    lengths = np.linalg.norm(vectors, axis=0)
    wanted = vectors.T @ vectors / (np.outer(lengths, lengths) + 2.0)
    np.fill_diagonal(wanted, 0)
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-7)


def test_somebody_who_has_everything_never_counts_against() -> None:
    everything = csr_matrix(np.ones((3, 6), np.float32))
    for similarity in ("tfidf", "bm25"):
        model = ItemKnnRecommender(ItemKnnParams(similarity=similarity))
        model.fit(everything, quiet())
        assert (model.scores(np.arange(3, dtype=np.int32)) == 0).all()
