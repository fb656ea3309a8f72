"""ALS: the fit inside our worker against the bare `implicit` call, same matrix, parameters and threads, in turns.

    python -m benchmarks.als [--data PATH | --large] [--iterations 60] [--repeats 5]

Ours is `seconds.fit` of `musicrec-tui train als --json`: all that the worker does between having the training matrix
and having a fitted model (weighting, sweeps, progress events, final users). `--large` makes up the log of
`benchmarks.evaluation --large` (30,000 users, 100,000 artists, 11 million plays).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow
from pyarrow import parquet

from benchmarks.evaluation import made_up
from benchmarks.measure import HEADER, Row, alternate, compared, machine

BARE = """
import sys, time, json
import numpy as np
from pathlib import Path
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.interactions import load
from musicrec_tui.dataset.splits import split
from musicrec_tui.dataset.split_spec import SplitSpec
from implicit.cpu.als import AlternatingLeastSquares
dataset = Dataset(Path(sys.argv[1]))
train = split(dataset, load(dataset), SplitSpec()).train
train.data = np.ones_like(train.data)
started = time.perf_counter()
AlternatingLeastSquares(
    factors=64, regularization=3.0, alpha=5.0, iterations=int(sys.argv[2]), random_state=42
).fit(train, show_progress=False)
print(time.perf_counter() - started)
"""
THREADS = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measure(data: Path | None, iterations: int, repeats: int) -> list[Row]:
    """All rows of this benchmark."""
    environment = os.environ | THREADS
    with tempfile.TemporaryDirectory() as home:
        train = [sys.executable, "-m", "musicrec_tui", "train", "als", "--home", home, "--json"]
        train += ["--set", f"iterations={iterations}", *(["--data", str(data)] if data else [])]

        def ours() -> float:
            answer = subprocess.run(train, check=True, capture_output=True, env=environment).stdout
            return float(json.loads(answer)["seconds"]["fit"])

        def bare() -> float:
            index = next(Path(home).rglob("*.duckdb"))
            command = [sys.executable, "-c", BARE, str(index), str(iterations)]
            return float(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)

        seconds = alternate(repeats, {"ours": ours, "bare": bare})
    name = data.name if data else "the sample"
    work = f"ALS fit in the worker, {iterations} sweeps, 64 factors, {name}"
    return [compared(work, seconds["ours"], seconds["bare"], 1.05)]


def large(folder: Path) -> Path:
    """A log of play counts at the largest size that is promised."""
    users, artists = sum(made_up()).nonzero()
    log = folder / "large.parquet"
    table = {"user_id": users, "artist_name": [f"artist {code}" for code in artists], "play_count": users * 0 + 1}
    parquet.write_table(pyarrow.table(table), log)
    return log


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--data", type=Path)
    which.add_argument("--large", action="store_true")
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = large(Path(folder)) if given.large else given.data
        rows = measure(data, given.iterations, given.repeats)
    print(machine(), HEADER, *(row.markdown() for row in rows), sep="\n")


if __name__ == "__main__":
    main()
