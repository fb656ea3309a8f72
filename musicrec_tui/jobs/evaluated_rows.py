"""Several runs' evaluated lists for one user: where each run ranks what was held out, and which is better. Light."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Evaluated

_TIE = 1e-12


class HeldOutRanks(NamedTuple):
    """A held-out artist with its rank in each run."""

    artist: Artist
    ranks: tuple[int, ...]


def ranks(answer: Evaluated) -> Mapping[str, int]:
    """The ranks that are known, by artist key: those of the list, and of what was held out."""
    listed = {row.artist.key: row.rank for row in answer.rows}
    return listed | {row.artist.key: row.rank for row in answer.held_out}


def held_out(found: Sequence[Evaluated]) -> list[HeldOutRanks]:
    """What was held out, best rank in any run first; the runs were evaluated on the same artists."""
    known = [ranks(answer) for answer in found]
    rows = [
        HeldOutRanks(one.artist, tuple(places[one.artist.key] for places in known))
        for one in found[0].held_out
        if all(one.artist.key in places for places in known)
    ]
    return sorted(rows, key=lambda row: (min(row.ranks), row.ranks, row.artist.key))


def missed_by_all(rows: Sequence[HeldOutRanks], found: Sequence[Evaluated]) -> list[HeldOutRanks]:
    """The held-out artists that are in no list."""
    return [row for row in rows if all(rank > answer.k for rank, answer in zip(row.ranks, found, strict=True))]


def why(labels: Sequence[str], found: Sequence[Evaluated]) -> str:
    """Which run is best for this user, and by which held-out artists, as a sentence.

    Args:
        labels: of the runs.
        found: their lists.
    """
    k = found[0].k
    order = sorted(range(len(found)), key=lambda place: -found[place].ndcg)
    best, other = order[0], order[1]
    figures = f"NDCG@{k} {found[best].ndcg:.4f} against {found[other].ndcg:.4f}"
    if found[best].ndcg - found[other].ndcg < _TIE:
        hits = sum(row.held_out for row in found[best].rows)
        level = "no list has a held-out artist" if not hits else "the hits are as high"
        return f"{labels[best]} and {labels[other]} are level for this user: NDCG@{k} {found[best].ndcg:.4f}, {level}."
    gains = [row for row in held_out(found) if row.ranks[best] <= k and row.ranks[best] < row.ranks[other]]
    gains.sort(key=lambda row: _gain(row.ranks[other], k) - _gain(row.ranks[best], k))
    told = ", ".join(f"{row.artist.name} ({row.ranks[best]} against {row.ranks[other]:,})" for row in gains[:3])
    return f"{labels[best]} is better for this user than {labels[other]}: {figures}. It ranks higher: {told}."


def _gain(rank: int, k: int) -> float:
    """What a hit at this rank adds to the sum that NDCG@k is a share of."""
    return 1 / math.log2(rank + 1) if rank <= k else 0.0
