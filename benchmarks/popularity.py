"""The evaluation of popularity over a large catalogue: seconds, and against asking for the scores of each user.

    python -m benchmarks.popularity [--artists 3000000] [--users 20000] [--asked 60]

A made-up matrix of six million pairs, a fifth of them held out. Ours sorts the artists once and measures every user,
with all metrics and their intervals, as a run of popularity is. The bare side is the evaluation of any other model: it
is asked for the scores of `--asked` of these users, and its seconds are scaled to all of them.
"""

import time

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.logs import famous
from benchmarks.measure import Row, arguments, report
from musicrec_tui.evaluation import assessment, ranking
from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.cold_start import popularity

PAIRS, HELD_OUT, K, GOAL = 6_000_000, 0.2, 10, 10.0


def parts(users: int, artists: int) -> tuple[csr_matrix, csr_matrix]:
    """Train, and what is held out."""
    rng = np.random.default_rng(1)
    played = np.concatenate([np.arange(artists), famous(rng, artists, PAIRS - artists)])
    pairs = np.unique(rng.integers(0, users, PAIRS) * artists + played)
    held = rng.random(len(pairs)) < HELD_OUT
    train, held_out = (
        csr_matrix((np.ones(len(own), np.float32), np.divmod(own, artists)), shape=(users, artists))
        for own in (pairs[~held], pairs[held])
    )
    return train, held_out


def main() -> None:
    """Print the row."""
    given = arguments(__doc__, artists=3_000_000, users=20_000, asked=60)
    train, held_out = parts(given.users, given.artists)
    listeners = popularity(train)

    def scores(users: IntArray) -> FloatArray:
        return np.tile(listeners, (len(users), 1))

    began = time.perf_counter()
    found = assessment.assess(scores, train, train, held_out, K, impersonal=True)
    ours = time.perf_counter() - began
    few = held_out.copy()
    few.data[few.indptr[given.asked] :] = 0
    few.eliminate_zeros()
    began = time.perf_counter()
    asked = ranking.evaluate(scores, train, few, K, wanted=METRICS)
    bare = (time.perf_counter() - began) * len(found.users) / len(asked.users)
    for name, values in asked.per_user.items():
        np.testing.assert_array_equal(found.per_user[name][: len(asked.users)], values)
    work = f"popularity: all metrics of {len(found.users):,} users, {given.artists:,} artists"
    report([Row(work, f"{ours:.1f} s", f"{bare:.0f} s", f"{ours / bare:.3f} ×", f"≤ {GOAL:g} s", ours <= GOAL)])


if __name__ == "__main__":
    main()
