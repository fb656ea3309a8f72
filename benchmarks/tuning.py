"""The original project's grid of 90 on the sample: `tune als --grid deck` with two processes against 90 bare fits.

Ours is the whole command but for the index, which both have: processes are started, data are loaded and split, trials
are written. The bare side fits with `implicit`'s own threads and evaluates with `implicit`'s own evaluation, in one
process that has the matrix already.
"""

import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.evaluation import ranking_metrics_at_k

from benchmarks.measure import arguments, compared, report
from musicrec_tui import paths
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs import supervisor
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import grids, tuning_store
from musicrec_tui.runs.tuning_spec import TuneRequest


def ours(home: paths.Home, index: Path, processes: int) -> float:
    """Seconds from asking for the tuning to its last word."""
    dataset = Dataset(index)
    content = dataset.info.content
    dataset.close()
    began = time.perf_counter()
    request = TuneRequest(base=AlsParams(), plan=grids.DECK, objective="auc@10", processes=processes)
    tuning = supervisor.submit_tuning(home, request, IndexedLog(Log([paths.sample_data()]), index, content))
    for _ in supervisor.follow(tuning):
        pass
    seconds = time.perf_counter() - began
    found = tuning_store.read_tuning(home, tuning.id)
    assert len(found.trials) == len(grids.expand(grids.DECK, AlsParams())), found.reason
    assert all(trial.state == "finished" for trial in found.trials)
    return seconds


def bare(index: Path) -> float:
    """Seconds of as many fits and evaluations, one after the other."""
    dataset = Dataset(index)
    split = splits.split(dataset, interactions.load_interactions(dataset), SplitSpec())
    dataset.close()
    train = split.train.copy()
    train.data[:] = 1
    began = time.perf_counter()
    for params in grids.expand(grids.DECK, AlsParams()):
        assert isinstance(params, AlsParams)
        model = AlternatingLeastSquares(
            factors=params.factors, regularization=params.regularization, alpha=params.alpha,
            iterations=params.iterations, random_state=np.random.default_rng(42),
        )  # fmt: skip
        model.fit(train, show_progress=False)
        ranking_metrics_at_k(model, train, split.validation, K=10, show_progress=False)
    return time.perf_counter() - began


def main() -> None:
    """Measure both in one run and print the row."""
    processes = arguments(__doc__, processes=2).processes
    with tempfile.TemporaryDirectory() as folder:
        home = paths.find_home(Path(folder))
        index = build.ensure(Log([paths.sample_data()]), home)
        row = compared(
            f"the grid of 90 on the sample, {processes} processes",
            ours(home, index, processes), bare(index), 0.35,
        )  # fmt: skip
    report([row])


if __name__ == "__main__":
    main()
