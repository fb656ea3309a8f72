"""How much a pair of user and artist counts, from its plays."""

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray

# The textbook's values. With the much larger K1 of some tutorials the weight is nearly the plays, which ranks poorly.
BM25_K1 = 1.2
BM25_B = 0.75
# An artist that (nearly) everybody has would get a weight of zero or less, which ALS reads as "disliked".
LEAST_IDF = 0.01


def weigh(plays: csr_matrix, weighting: str) -> csr_matrix:
    """Weights of the stored pairs, (users, artists) float32, all positive.

    `binary`: 1. `counts`: the plays p. `log`: log(1 + p). `bm25` (Okapi BM25 as `implicit` has it, Robertson &
    Zaragoza 2009, with a user as the document and an artist as the term):

        p · (K1 + 1) / (p + K1 · (1 - B + B · L / mean L)) · max(0.01, log(N / (1 + n)))

    where L is the user's plays in total, N the number of users and n the artist's listeners. K1 = 1.2 and B = 0.75.

    Args:
        plays: (users, artists), positive.
        weighting: one of the four names.
    """
    data = plays.data.astype(np.float32)
    if weighting == "binary":
        data = np.ones_like(data)
    elif weighting == "log":
        data = np.log1p(data)
    elif weighting == "bm25":
        data = _bm25(plays)
    return csr_matrix((data, plays.indices, plays.indptr), shape=plays.shape)


def weigh_profile(profile: csr_matrix, weighting: str, train: csr_matrix) -> csr_matrix:
    """Weights of people who are not in the data, by the statistics of `train`; a row of train weighs as it did."""
    if weighting != "bm25":
        return weigh(profile, weighting)
    return csr_matrix((_bm25(profile, train), profile.indices, profile.indptr), shape=profile.shape)


def _bm25(plays: csr_matrix, statistics: csr_matrix | None = None) -> FloatArray:
    """BM25 of the stored entries; lengths are those of `plays`, averages and listeners those of `statistics`."""
    statistics = plays if statistics is None else statistics
    users, artists = statistics.shape
    if users == 0:
        return np.zeros(0, np.float32)
    idf = np.maximum(LEAST_IDF, np.log(users) - np.log1p(np.bincount(statistics.indices, minlength=artists)))
    average = statistics.data.sum(dtype=np.float64) / users
    lengths = np.asarray(plays.sum(axis=1, dtype=np.float64)).ravel()
    norms = 1 - BM25_B + BM25_B * lengths / (average or 1.0)
    p = plays.data.astype(np.float64)
    weights: FloatArray = (
        p * (BM25_K1 + 1) / (BM25_K1 * np.repeat(norms, np.diff(plays.indptr)) + p) * idf[plays.indices]
    ).astype(np.float32)
    return weights
