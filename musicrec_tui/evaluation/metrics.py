"""Metrics of ranked lists, for many users at once.

All take `hits`, (users, k) bool: whether the artist in that place of a user's list is one that was held out. Lists
shorter than k (a user with fewer than k candidates) have no hits in the places that are empty. `held`, (users,), counts
each user's held-out artists and is at least 1. All return (users,) float64.
"""

import numpy as np
from numpy.typing import NDArray

Metric = NDArray[np.float64]
Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]


def precision(hits: Hits) -> Metric:
    """Hits among the k, divided by k."""
    share: Metric = hits.mean(axis=1, dtype=np.float64)
    return share


def recall(hits: Hits, held: Counts) -> Metric:
    """Hits divided by min(k, held), so that 1 can be reached by users with more than k held-out artists too."""
    share: Metric = hits.sum(axis=1) / np.minimum(hits.shape[1], held)
    return share


def average_precision(hits: Hits, held: Counts) -> Metric:
    """The mean over min(k, held) of the precision at the place of each hit; its mean over users is MAP@k."""
    found = np.cumsum(hits, axis=1)
    places = np.arange(1, hits.shape[1] + 1)
    mean: Metric = (hits * found / places).sum(axis=1) / np.minimum(hits.shape[1], held)
    return mean


def reciprocal_rank(hits: Hits) -> Metric:
    """1 / the place of the first hit, 0 without a hit; its mean over users is MRR@k."""
    return np.where(hits.any(axis=1), 1.0 / (1 + hits.argmax(axis=1)), 0.0)


def ndcg(hits: Hits, held: Counts) -> Metric:
    """Discounted gain Σ 1 / log2(place + 1) over the hits, divided by the best that is possible.

    Binary gains (Järvelin & Kekäläinen 2002): every held-out artist is worth the same.
    """
    k = hits.shape[1]
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gain: Metric = (hits @ discounts) / np.cumsum(discounts)[np.minimum(k, held) - 1]
    return gain


def hit_rate(hits: Hits) -> Metric:
    """1 where the list has a hit, else 0."""
    rate: Metric = np.any(hits, axis=1).astype(np.float64)
    return rate


def truncated_auc(hits: Hits, listed: Counts, held: Counts, artists: int) -> Metric:
    """AUC@k exactly as `implicit.evaluation.AUC_at_k` has it: about 1/2 + recall@k / 2.

    A miss in the list is beaten by the hits before it; all artists that are not in the list (those that the user has
    in train too: `implicit` counts them as negatives) are beaten by the hits and by half of what was not found.

    Args:
        hits: see the module.
        listed: (users,), the places of each list that are not empty.
        held: see the module.
        artists: in the catalogue.

    Returns:
        NaN for a user for whom every artist of the catalogue is held out.
    """
    places = np.arange(hits.shape[1])
    misses = (places < listed[:, None]) & ~hits
    found = hits.sum(axis=1)
    ordered = (np.cumsum(hits, axis=1) * misses).sum(axis=1)
    negatives = artists - held
    pairs = ordered + (found + held) / 2.0 * (negatives - misses.sum(axis=1))
    return _where_defined(pairs, held * negatives)


def full_auc(ranks: NDArray[np.float64], starts: Counts, candidates: Counts) -> Metric:
    """The probability that a held-out artist scores higher than one that is not, ties counting half.

    The Mann–Whitney U from midranks: (ΣR⁺ - P(P + 1) / 2) / (P · N').

    Args:
        ranks: midranks of the held-out artists among a user's candidates (1 is the lowest score), user after user.
        starts: (users + 1,), where each user's ranks start.
        candidates: (users,), how many artists are ranked, P + N'.

    Returns:
        NaN for a user for whom every candidate is held out.
    """
    positives = np.diff(starts)
    sums = np.add.reduceat(ranks, starts[:-1])
    negatives = candidates - positives
    wins = sums - positives * (positives + 1) / 2
    return _where_defined(wins, positives * negatives)


def _where_defined(wins: Metric, pairs: Counts) -> Metric:
    """Wins over pairs; NaN where there is no pair to win."""
    share: Metric = np.full(len(wins), np.nan)
    np.divide(wins, pairs, out=share, where=pairs > 0)
    return share
