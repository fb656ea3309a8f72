"""The host: milliseconds from a request to its answer, for one user, once it is warm.

    python -m benchmarks.host [--requests 400]

The log is made up: 50,000 artists, 2,000 users. ALS and NCF with 64 factors are trained as `musicrec-tui train` does,
and asked as Explore asks, through `HostClient`: the ten best new artists of a user, three reasons each. NCF learns for
one epoch: what it has learned does not change what scoring costs. Each user is asked for once. The bare side is the
least that any such answer needs: the same model's scores of one user in NumPy, and the ten best of them.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.logs import famous, write_plays
from benchmarks.measure import Row, arguments, musicrec, p50_p95, report
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs.host_client import HostClient
from musicrec_tui.jobs.host_protocol import Recommend, Recommended
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import store as models
from musicrec_tui.runs import store
from musicrec_tui.runs.info import RunInfo

USERS, ARTISTS, PLAYS, K = 2_000, 50_000, 300_000, 10
GOALS = {"als": 5.0, "ncf": 10.0}
WARM = 20


def log(path: Path) -> None:
    """Few artists have most of the listeners; each has at least one."""
    rng = np.random.default_rng(1)
    artists = np.concatenate([np.arange(ARTISTS), famous(rng, ARTISTS, PLAYS - ARTISTS)])
    pairs = np.unique(rng.integers(0, USERS, PLAYS) * ARTISTS + artists)
    write_plays(path, *np.divmod(pairs, ARTISTS))


def trained(model: str, data: Path, home: Home, *assignments: str) -> RunInfo:
    """A run of the model with 64 factors."""
    given = [part for one in ("factors=64", *assignments) for part in ("--set", one)]
    musicrec("train", model, "--data", str(data), *given, home=home.root)
    return store.find_run(home, "latest")


async def asked(home: Home, run: RunInfo, index: Path, users: Sequence[str]) -> list[float]:
    """Seconds of each request; the first ones warm the host and do not count."""
    client = HostClient(home)
    taken = []
    for user in users:
        began = time.perf_counter()
        answer = await client.ask(Recommend(run=str(run.folder), index=str(index), user=user, k=K))
        taken.append(time.perf_counter() - began)
        assert isinstance(answer, Recommended)
        assert len(answer.rows) == K
    await client.close()
    return taken[WARM:]


def bare(run: RunInfo, users: int) -> list[float]:
    """Seconds of scoring one user and finding the ten best."""
    model = models.load(run.folder / "model").recommender
    taken = []
    for user in range(users):
        began = time.perf_counter()
        scores = model.scores(np.array([user], np.int32))[0]
        np.argpartition(-scores, K)[:K]
        taken.append(time.perf_counter() - began)
    return taken[WARM:]


def row(model: str, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    """Both sides, p50 / p95."""
    goal, (own, slow), (least, bare_slow) = GOALS[model], p50_p95(ours), p50_p95(theirs)
    work = f"recommend for one user, warm host, {ARTISTS:,} artists, 64 factors, {model}"
    return Row(work, own, least, f"{slow / bare_slow:.1f} ×", f"p95 ≤ {goal:g} ms", slow <= goal)


def main() -> None:
    """Print the rows."""
    requests = arguments(__doc__, requests=400).requests + WARM
    with tempfile.TemporaryDirectory() as folder:
        home, data = Home(Path(folder), Path(folder) / "cache"), Path(folder) / "log.parquet"
        log(data)
        rows = []
        for model, assignments in (("als", ()), ("ncf", ("epochs=1", "negatives=1"))):
            run = trained(model, data, home, *assignments)
            index = cache.find_index(Log([data]), home)
            assert index is not None
            users = [str(user) for user in np.random.default_rng(2).permutation(USERS)[:requests]]
            rows.append(row(model, asyncio.run(asked(home, run, index, users)), bare(run, requests)))
    report(rows)


if __name__ == "__main__":
    main()
