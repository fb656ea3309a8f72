"""Evaluation as a textbook has it: one user at a time, lists and sets, no NumPy tricks."""

import math
from collections.abc import Sequence

from scipy.sparse import csr_matrix


def evaluate_user(scores: Sequence[float], known: set[int], held: set[int], k: int) -> dict[str, float]:
    """All metrics of one user; `held` has no known artist, and is not empty."""
    candidates = [code for code in range(len(scores)) if code not in known]
    listed = sorted(candidates, key=lambda code: (-scores[code], code))[:k]
    gains = [1 if code in held else 0 for code in listed]
    found, best = sum(gains), min(k, len(held))
    ideal = sum(1 / math.log2(place + 2) for place in range(best))
    first = gains.index(1) + 1 if found else math.inf
    return {
        f"ndcg@{k}": sum(gain / math.log2(place + 2) for place, gain in enumerate(gains)) / ideal,
        f"precision@{k}": found / k,
        f"recall@{k}": found / best,
        f"map@{k}": sum(sum(gains[: place + 1]) / (place + 1) for place, gain in enumerate(gains) if gain) / best,
        f"mrr@{k}": 1 / first,
        f"hit_rate@{k}": float(found > 0),
        f"auc@{k}": _truncated(gains, len(held), len(scores)),
        "auc": _pairs(scores, held, [code for code in candidates if code not in held]),
    }


def _truncated(gains: list[int], held: int, artists: int) -> float:
    """Pairs of a held-out artist and another one, of which the list tells the order; the rest counts half."""
    if artists == held:
        return math.nan
    wins, hits = 0.0, 0
    for gain in gains:
        hits += gain
        wins += 0 if gain else hits
    unlisted = artists - held - gains.count(0)
    wins += unlisted * (hits + held) / 2
    return wins / (held * (artists - held))


def _pairs(scores: Sequence[float], held: set[int], others: list[int]) -> float:
    """The share of pairs in the right order, ties as half."""
    if not others:
        return math.nan
    wins = sum(
        1.0 if scores[good] > scores[bad] else 0.5 if scores[good] == scores[bad] else 0.0
        for good in held
        for bad in others
    )
    return wins / (len(held) * len(others))


def sets(matrix: csr_matrix) -> list[set[int]]:
    """The columns of each row."""
    return [set(matrix[row].indices.tolist()) for row in range(matrix.shape[0])]
