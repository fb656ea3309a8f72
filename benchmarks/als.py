"""ALS: the fit inside our worker against the bare `implicit` call, same matrix, parameters and threads, in turns.

    python -m benchmarks.als [--data PATH | --large] [--iterations 60] [--repeats 5]
    python -m benchmarks.als --within [--data PATH] [--iterations 60] [--repeats 5]

With `--within` both are fitted in turns in one process with one thread, and processor seconds are compared: that is
what the worker adds, whatever else the machine does. Ours is then `training_steps.fit` with a worker's `Reporter`,
which writes its events.

Else ours is `seconds.fit` of `musicrec-tui train als --json`: all that the worker does between having the training
matrix and having a fitted model (weighting, sweeps, progress events, final users). `--large` makes up the log of
`benchmarks.evaluation --large` (30,000 users, 100,000 artists, 11 million plays).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from implicit.cpu.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from benchmarks.defaults import SAMPLE
from benchmarks.evaluation import made_up
from benchmarks.logs import write_plays
from benchmarks.measure import Row, alternate, arguments, compared, musicrec, report
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs import training_data, training_steps
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.spec import TrainRequest

BARE = """
import sys, time, json
import numpy as np
from pathlib import Path
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.interactions import load_interactions
from musicrec_tui.dataset.splits import split
from musicrec_tui.dataset.split_spec import SplitSpec
from implicit.cpu.als import AlternatingLeastSquares
dataset = Dataset(Path(sys.argv[1]))
train = split(dataset, load_interactions(dataset), SplitSpec()).train
train.data = np.ones_like(train.data)
started = time.perf_counter()
AlternatingLeastSquares(
    factors=64, regularization=40.0, alpha=10.0, iterations=int(sys.argv[2]), random_state=42
).fit(train, show_progress=False)
print(time.perf_counter() - started)
"""
THREADS = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measure(data: Path | None, iterations: int, repeats: int) -> list[Row]:
    """All rows of this benchmark."""
    os.environ |= THREADS
    with tempfile.TemporaryDirectory() as home:
        train = [
            "train",
            "als",
            "--set",
            f"iterations={iterations}",
            *(["--data", str(data)] if data else []),
            "--json",
        ]

        def ours() -> float:
            return float(json.loads(musicrec(*train, home=home))["seconds"]["fit"])

        def bare() -> float:
            index = next(Path(home).rglob("*.duckdb"))
            command = [sys.executable, "-c", BARE, str(index), str(iterations)]
            return float(subprocess.run(command, check=True, capture_output=True).stdout)

        seconds = alternate(repeats, {"ours": ours, "bare": bare})
    name = data.name if data else "the sample"
    work = f"ALS fit in the worker, {iterations} sweeps, 64 factors, {name}"
    return [compared(work, seconds["ours"], seconds["bare"], 1.03)]


def within(data: Path | None, iterations: int, repeats: int) -> list[Row]:
    """Processor seconds of both in this process."""
    params = AlsParams(iterations=iterations)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = Dataset(build.ensure(Log([data or SAMPLE]), find_home(folder)))
        parts = training_data.load(dataset, SplitSpec())
        dataset.close()
        ones = parts.split.train.copy()
        ones.data[:] = 1
        reporter = Reporter(Appender(folder), Cancellation())

        def ours() -> float:
            started = time.process_time()
            training_steps.fit(TrainRequest(params=params), [], parts, reporter)
            return time.process_time() - started

        def bare() -> float:
            started = time.process_time()
            AlternatingLeastSquares(
                factors=params.factors, regularization=params.regularization, alpha=params.alpha,
                iterations=iterations, random_state=42, num_threads=1,
            ).fit(ones, show_progress=False)  # fmt: skip
            return time.process_time() - started

        with threadpool_limits(1):
            seconds = alternate(repeats, {"ours": ours, "bare": bare})
    work = f"ALS fit within one process, {iterations} sweeps, {data.name if data else 'the sample'}, processor seconds"
    return [compared(work, seconds["ours"], seconds["bare"], 1.03)]


def large(folder: Path) -> Path:
    """A log of play counts at the largest size that is promised."""
    write_plays(folder / "large.parquet", *sum(made_up()).nonzero())
    return folder / "large.parquet"


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, data=Path, large=False, within=False, iterations=60, repeats=5)
    if given.within:
        report(within(given.data, given.iterations, given.repeats))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = large(Path(folder)) if given.large else given.data
        report(measure(data, given.iterations, given.repeats))


if __name__ == "__main__":
    main()
