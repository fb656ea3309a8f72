"""ALS of Spark's objective in NumPy, one row after the other, in double precision."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Factors = NDArray[np.float64]


def solved(others: Factors, confidence: csr_matrix, regularization: float) -> Factors:
    """The exact factors of the rows of `confidence` for those of its columns; zeros for a row without a pair."""
    rank = others.shape[1]
    gram = others.T @ others
    found = np.zeros((confidence.shape[0], rank))
    for row, (start, stop) in enumerate(zip(confidence.indptr[:-1], confidence.indptr[1:], strict=True)):
        if start < stop:
            own, weights = others[confidence.indices[start:stop]], confidence.data[start:stop].astype(np.float64)
            system = gram + (own.T * (weights - 1)) @ own + regularization * (stop - start) * np.eye(rank)
            found[row] = np.linalg.solve(system, own.T @ weights)
    return found


def loss(users: Factors, artists: Factors, confidence: csr_matrix, regularization: float) -> float:
    """Σ c (p - x · y)² over all pairs of a user and an artist + λ (Σ n_u |x_u|² + Σ n_i |y_i|²)."""
    rows = np.repeat(np.arange(len(users)), np.diff(confidence.indptr))
    scores = np.einsum("pf,pf->p", users[rows], artists[confidence.indices])
    weights = confidence.data.astype(np.float64)
    everywhere = float(np.sum((users @ (artists.T @ artists)) * users))  # as if nothing had been heard
    own = np.diff(confidence.indptr) @ np.sum(users**2, axis=1)
    others = np.bincount(confidence.indices, minlength=len(artists)) @ np.sum(artists**2, axis=1)
    heard = float(np.sum(weights * (1 - scores) ** 2 - scores**2))
    return everywhere + heard + regularization * float(own + others)


def fitted(confidence: csr_matrix, rank: int, regularization: float, iterations: int) -> tuple[Factors, Factors]:
    """User and artist factors after so many iterations, from positive random user factors."""
    users = np.abs(np.random.default_rng(1).normal(size=(confidence.shape[0], rank))) / np.sqrt(rank)
    artists = np.zeros((confidence.shape[1], rank))
    by_artist = confidence.T.tocsr()
    for _ in range(iterations):
        artists = solved(users, by_artist, regularization)
        users = solved(artists, confidence, regularization)
    return users, artists
