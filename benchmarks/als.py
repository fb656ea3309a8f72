"""ALS: the fit inside our worker against the bare `implicit` call, same matrix, parameters and threads, in turns.

    python -m benchmarks.als [--data PATH | --large] [--iterations 60] [--repeats 5]

Ours is `seconds.fit` of `musicrec-tui train als --json`: all that the worker does between having the training matrix
and having a fitted model (weighting, sweeps, progress events, final users). `--large` makes up the log of
`benchmarks.evaluation --large` (30,000 users, 100,000 artists, 11 million plays).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.evaluation import made_up
from benchmarks.logs import write_plays
from benchmarks.measure import Row, alternate, arguments, compared, musicrec, report

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


def large(folder: Path) -> Path:
    """A log of play counts at the largest size that is promised."""
    write_plays(folder / "large.parquet", *sum(made_up()).nonzero())
    return folder / "large.parquet"


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, data=Path, large=False, iterations=60, repeats=5)
    with tempfile.TemporaryDirectory() as folder:
        data = large(Path(folder)) if given.large else given.data
        report(measure(data, given.iterations, given.repeats))


if __name__ == "__main__":
    main()
