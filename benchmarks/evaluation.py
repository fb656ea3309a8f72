"""Evaluation: ours against `implicit.evaluation.ranking_metrics_at_k`, same fitted model, same users, in turns.

    python -m benchmarks.evaluation [--data PATH] [--repeats 5] [--large]

The model is a bare `implicit` ALS (64 factors). First the metrics of lists alone, then all that a run is given: full
AUC, beyond accuracy, groups of users, and bootstrap intervals of every mean. `--large` makes 30,000 users, 100,000
artists and 10 million plays up, fits two sweeps, and reports the peak memory of the process meanwhile (on Linux).
`implicit` wants one BLAS thread: set OPENBLAS_NUM_THREADS=1, as our workers do.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import ranking_metrics_at_k
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import csr_matrix

from benchmarks.logs import famous, split_of
from benchmarks.measure import Row, alternate, arguments, compared, report, timed
from musicrec_tui import paths
from musicrec_tui.evaluation import assessment, ranking, significance
from musicrec_tui.evaluation.metrics import OBJECTIVES
from musicrec_tui.jobs.environment import peak_memory_mb
from musicrec_tui.recommenders.base import FloatArray, IntArray

K = 10
USERS, ARTISTS, PLAYS = 30_000, 100_000, 10_000_000
MOST_MB = 2_000
_OF_LISTS = [metric for metric in OBJECTIVES if metric.name != "auc"]


def fitted(train: csr_matrix, iterations: int) -> Any:
    """A bare ALS model."""
    ones = train.copy()
    ones.data[:] = 1
    model = AlternatingLeastSquares(factors=64, regularization=3.0, alpha=5.0, iterations=iterations, random_state=42)
    model.fit(ones, show_progress=False)
    return model


def works(train: csr_matrix, test: csr_matrix, model: Any) -> dict[str, Callable[[], float]]:
    """The three things to time; each gives the seconds that it took."""

    def scores(users: IntArray) -> FloatArray:
        found: FloatArray = model.user_factors[users] @ model.item_factors.T
        return found

    return {
        "all": timed(lambda: assessment.assess(scores, train, train, test, K)),
        "lists": timed(lambda: ranking.evaluate(scores, train, test, K, wanted=_OF_LISTS)),
        "bare": timed(lambda: ranking_metrics_at_k(model, train, test, K=K, show_progress=False)),
    }


def rows(seconds: Mapping[str, float], name: str) -> list[Row]:
    """Ours against the bare evaluation."""
    return [
        compared(f"evaluation, the metrics @k alone, {name}", seconds["lists"], seconds["bare"], 1.5),
        compared(f"evaluation, everything that a run is given, {name}", seconds["all"], seconds["bare"], 4.0),
    ]


def of_log(data: Path, repeats: int) -> list[Row]:
    """The rows of a log."""
    with tempfile.TemporaryDirectory() as home:
        parts = split_of([data], Path(home))
    model = fitted(parts.train, 15)
    name = "the sample" if data == paths.sample_data() else data.name
    return rows(alternate(repeats, works(parts.train, parts.test, model)), name)


def bootstrap(repeats: int) -> Row:
    """Intervals of eleven means of 30,000 users, against SciPy's of one of them; both draw 2,000 times."""
    values = np.random.default_rng(1).beta(1, 5, (USERS, 11))

    def theirs() -> None:
        stats.bootstrap(
            (values[:, 0],), np.mean, n_resamples=significance.RESAMPLES, batch=16, method="percentile",
            rng=np.random.default_rng(2),
        )  # fmt: skip

    seconds = alternate(repeats, {"ours": timed(lambda: significance.intervals(values)), "bare": timed(theirs)})
    return compared(
        f"bootstrap intervals of 11 means, {USERS:,} users, against scipy.stats.bootstrap's of one",
        seconds["ours"], seconds["bare"],
    )  # fmt: skip


def made_up() -> tuple[csr_matrix, csr_matrix]:
    """A train and a test part: few artists have most of the listeners, few users most of the plays."""
    rng = np.random.default_rng(1)
    draws = round(PLAYS * 1.18)  # some pairs come up twice
    weights = rng.lognormal(0, 0.8, USERS)
    users = rng.choice(USERS, draws, p=weights / weights.sum())
    pairs = np.unique(users.astype(np.int64) * ARTISTS + famous(rng, ARTISTS, draws))
    held = rng.random(len(pairs)) < 0.2
    return of_pairs(pairs[~held]), of_pairs(pairs[held])


def of_pairs(pairs: NDArray[np.int64]) -> csr_matrix:
    """Ones where a user has an artist; the pairs are sorted."""
    users, artists = np.divmod(pairs, ARTISTS)
    return csr_matrix((np.ones(len(pairs), np.float32), (users, artists)), shape=(USERS, ARTISTS))


def large() -> list[Row]:
    """Time and memory at the largest size that is promised."""
    train, test = made_up()
    each = works(train, test, fitted(train, 2))
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of making it all up
    held = peak_memory_mb()
    each["all"]()
    peak = peak_memory_mb()
    seconds = alternate(1, each)
    size = f"{USERS:,} users × {ARTISTS:,} artists × {(train.nnz + test.nnz) / 1e6:.1f} M plays"
    memory = Row(
        f"evaluation with everything, peak memory of the process, {size}", f"{peak:,} MB", f"{held:,} MB before", "–",
        f"≤ {MOST_MB:,} MB", peak <= MOST_MB,
    )  # fmt: skip
    return [*rows(seconds, size), memory]


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, data=paths.sample_data(), repeats=5, large=False)
    report(large() if given.large else [*of_log(given.data, given.repeats), bootstrap(1)])


if __name__ == "__main__":
    main()
