"""The host: milliseconds from a request to its answer, for one user, once it is warm.

    python -m benchmarks.host [--requests 400]

The log is made up: 50,000 artists, 2,000 users. ALS and NCF with 64 factors are trained as `musicrec-tui train` does,
and asked as Explore asks, through `HostClient`: the ten best new artists of a user, three reasons each. NCF learns for
one epoch: what it has learned does not change what scoring costs. Each user is asked for once. The bare side is the
least that any such answer needs: the same model's scores of one user in NumPy, and the ten best of them.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pyarrow
from pyarrow import parquet

from benchmarks.measure import HEADER, Row, machine
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs.client import HostClient
from musicrec_tui.jobs.protocol import Recommend, Recommended
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import store as models
from musicrec_tui.runs import store
from musicrec_tui.runs.info import RunInfo

USERS, ARTISTS, PLAYS, K = 2_000, 50_000, 300_000, 10
GOALS = {"als": 5.0, "ncf": 10.0}
WARM = 20


def log(path: Path) -> None:
    """Few artists have most of the listeners; everybody has at least one listener."""
    rng = np.random.default_rng(1)
    fame = 1 / np.arange(10, ARTISTS + 10) ** 0.75
    artists = np.concatenate([np.arange(ARTISTS), rng.choice(ARTISTS, PLAYS - ARTISTS, p=fame / fame.sum())])
    pairs = np.unique(rng.integers(0, USERS, PLAYS) * ARTISTS + artists)
    users, artists = np.divmod(pairs, ARTISTS)
    names = [f"artist {code}" for code in artists]
    table = {"user_id": users, "artist_name": names, "play_count": np.ones(len(pairs), np.int64)}
    parquet.write_table(pyarrow.table(table), path)


def trained(model: str, data: Path, home: Home, *assignments: str) -> RunInfo:
    """A run of the model with 64 factors."""
    command = [sys.executable, "-m", "musicrec_tui", "train", model, "--data", str(data), "--home", str(home.root)]
    command += [part for one in ("factors=64", *assignments) for part in ("--set", one)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return store.find_run(home, "latest")


async def asked(home: Home, run: RunInfo, index: Path, users: Sequence[str]) -> list[float]:
    """Milliseconds of each request; the first ones warm the host and do not count."""
    client = HostClient(home)
    taken = []
    for user in users:
        began = time.perf_counter()
        answer = await client.ask(Recommend(run=str(run.folder), index=str(index), user=user, k=K))
        taken.append((time.perf_counter() - began) * 1000)
        assert isinstance(answer, Recommended)
        assert len(answer.rows) == K
    await client.close()
    return taken[WARM:]


def bare(run: RunInfo, users: int) -> list[float]:
    """Milliseconds of scoring one user and finding the ten best."""
    model = models.load(run.folder / "model").recommender
    taken = []
    for user in range(users):
        began = time.perf_counter()
        scores = model.scores(np.array([user], np.int32))[0]
        np.argpartition(-scores, K)[:K]
        taken.append((time.perf_counter() - began) * 1000)
    return taken[WARM:]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def row(model: str, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    """Both sides, p50 / p95."""
    goal = GOALS[model]
    own, least = (f"{statistics.median(side):.2f} / {p95(side):.2f} ms" for side in (ours, theirs))
    ratio = f"{p95(ours) / p95(theirs):.1f} ×"
    work = f"recommend for one user, warm host, {ARTISTS:,} artists, 64 factors, {model}"
    return Row(work, own, least, ratio, f"p95 ≤ {goal:g} ms", p95(ours) <= goal)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=400)
    requests = parser.parse_args().requests + WARM
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
    print(machine(), HEADER, *(one.markdown() for one in rows), sep="\n")


if __name__ == "__main__":
    main()
