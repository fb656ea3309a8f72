"""Spark's ALS against an exact ALS of its own objective, and against the local ALS when both are tuned alike.

    python -m benchmarks.spark_quality --log LOG [--master "local[2]"] [--seeds 42,43,44]
        [--ratio 2.5,4,6.5] [--alpha 7,14,28,56] [--spark_regularization 10,30,90] [--spark_alpha 5,10,20,40]

First table: for each seed (of split and fit) a run of the program, `train als --engine spark` with the defaults (64
factors, 15 iterations): how far its loss is from that of a NumPy ALS of Spark's objective, its user factors from the
exact solutions, the sums of its reasons from the scores, and its metrics from a local evaluation on the same factors,
which multiplies as many users at once as the cluster did, and then as it does by itself.
Second table: both engines try the same number of settings by NDCG@10 on validation; the best is fitted on train and
validation together and evaluated on test. An optimum at an end of a grid is marked. The local grid is one of alpha and
of regularization as a multiple of alpha, since its good settings lie along such a line. Needs the extra `spark` and
Java.
"""

import os
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.measure import arguments, machine
from musicrec_tui import paths
from musicrec_tui.dataset import splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.evaluation import assessment, ranking
from musicrec_tui.jobs import supervisor
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.jobs.training_data import TrainingData, load
from musicrec_tui.recommenders import factory
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import Fit, SavedModel
from musicrec_tui.recommenders.cold_start import ColdStart
from musicrec_tui.runs import store
from musicrec_tui.runs.engine import Engine
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status
from musicrec_tui.spark import evaluate, fit, pairs, session
from tests.recommenders.small import Sink
from tests.spark import als_oracle

K, LISTS = 10, 20
Scores = Callable[[NDArray[np.int32]], NDArray[np.float32]]
Grid = tuple[list[float], list[float]]
FitFunction = Callable[[AlsParams, bool], Scores]
"""Fits parameters on train, or on train and validation together."""


class World(NamedTuple):
    """A home with an indexed log."""

    home: paths.Home
    log: IndexedLog

    def parts(self, seed: int) -> TrainingData:
        """The log, cut with a seed."""
        dataset = Dataset(self.log.index)
        try:
            return load(dataset, SplitSpec(seed=seed))
        finally:
            dataset.close()


def exactness(world: World, seed: int, master: str) -> list[float]:
    """The first table's row: relative difference of the loss, and the largest absolute differences."""
    request = TrainRequest(
        params=AlsParams(), seed=seed, split=SplitSpec(seed=seed), engine=Engine(name="spark", master=master)
    )
    run = supervisor.submit(world.home, request, world.log, foreground=True)
    for _ in supervisor.follow(run):
        pass
    run = store.read_run(world.home, run.id)
    assert run.status is Status.FINISHED, run.reason
    model, parts = models.load(run.folder / MODEL), world.parts(seed)
    params, arrays = model.params, model.recommender.arrays()
    assert isinstance(params, AlsParams)
    users, artists = arrays["users"].astype(np.float64), arrays["artists"].astype(np.float64)
    confidence = csr_matrix(
        (np.full(model.train.nnz, params.alpha), model.train.indices, model.train.indptr), shape=model.train.shape
    )
    plain = als_oracle.fitted(confidence, params.factors, params.regularization, params.iterations)
    found, wanted = (als_oracle.loss(*pair, confidence, params.regularization) for pair in ((users, artists), plain))
    exact = als_oracle.solved(artists, confidence, params.regularization)
    return [
        found / wanted - 1, float(np.abs(users - exact).max()), unexplained(model),
        *(
            max(abs(run.metrics[name] - value) for name, value in metrics.items())
            for metrics in (measured(in_blocks(model, parts, master), parts), measured(model.recommender.scores, parts))
        ),
    ]  # fmt: skip


def measured(scores: Scores, parts: TrainingData) -> dict[str, float]:
    """The metrics of a local evaluation on validation."""
    return assessment.assess(scores, parts.split.train, parts.split.train, parts.split.validation, K).metrics


def in_blocks(model: SavedModel, parts: TrainingData, master: str) -> Scores:
    """The scores as the cluster multiplies them, so many users at once: float32 rounds otherwise in other blocks."""
    train, held_out = parts.split.train, parts.split.validation
    cores = int(master[6:-1]) if master.startswith("local[") else 2
    block = evaluate.block_size(train.shape[0], train.shape[1], cores)
    batch = max(1, ranking.BATCH_BYTES // (4 * train.shape[1]))
    found = np.zeros(train.shape, np.float32)
    for start in range(0, train.shape[0], block):
        rows = slice(start, start + block)
        users = start + ranking.evaluated(train[rows], held_out[rows])
        for first in range(0, len(users), batch):
            some = users[first : first + batch].astype(np.int32)
            found[some] = model.recommender.scores(some)
    return lambda users: found[users]


def unexplained(model: SavedModel) -> float:
    """The largest difference between a score and the sum of its reasons, over the lists of some users."""
    users = np.arange(0, model.train.shape[0], max(1, model.train.shape[0] // LISTS), dtype=np.int32)
    worst = 0.0
    for user, own in zip(users, model.recommender.scores(users), strict=True):
        best = np.argsort(-own)[:K].astype(np.int32)
        for artist, reasons in zip(best, model.recommender.explain(int(user), best), strict=True):
            worst = max(worst, abs(sum(reason.amount for reason in reasons) - float(own[artist])))
    return worst


def local(parts: TrainingData, seed: int) -> FitFunction:
    """The engine of this machine."""

    def scores(params: AlsParams, final: bool) -> Scores:
        recommender = factory.create(params)
        recommender.fit(parts.fitted_on(final=final), Fit(seed, Sink(), None if final else parts.validation()))
        return recommender.scores

    return scores


def on_spark(spark: Any, world: World, parts: TrainingData, seed: int, folder: Path) -> FitFunction:
    """Spark, as a run has it fitted."""
    dataset = Dataset(world.log.index)
    pairs.write(splits.in_batches(dataset, SplitSpec(seed=seed)), folder / "pairs")
    dataset.close()
    shape = parts.split.train.shape

    def scores(params: AlsParams, final: bool) -> Scores:
        work = Path(tempfile.mkdtemp(dir=folder))
        used = ["train", "validation"] if final else ["train"]
        size = fit.size_of(pairs.matrix(folder / "pairs", used, work, "train", shape))
        fit.fit(spark, folder / "pairs", used, fit.translated(params, size), size, seed, work)
        users, artists = (
            fit.factors(work / name, work / f"{name}.npy", rows, params.factors)
            for name, rows in zip(("users", "artists"), shape, strict=True)
        )
        return lambda rows: users[rows] @ artists.T

    return scores


def ndcg(engine: FitFunction, params: AlsParams, parts: TrainingData, *, final: bool) -> float:
    """NDCG@10 on validation, or for a final fit on test."""
    train = parts.fitted_on(final=final)
    served = ColdStart(engine(params, final), train)
    return ranking.ndcg_at(served, parts.known(train), parts.held_out(final=final), K)


def tuned(engine: FitFunction, parts: TrainingData, grid: Grid, *, ratio: bool) -> str:
    """The best of a grid by validation, as cells of the second table: its settings, validation, test."""
    tried = {}
    for first, alpha in product(*grid):
        params = settings(first * alpha if ratio else first, alpha)
        tried[first, alpha] = ndcg(engine, params, parts, final=False)
    print("  ", ", ".join(f"{one[0]:g}/{one[1]:g} {value:.4f}" for one, value in tried.items()), flush=True)
    best = max(tried, key=lambda one: tried[one])
    edge = " (an end)" if any(value in (min(axis), max(axis)) for value, axis in zip(best, grid, strict=True)) else ""
    params = settings(best[0] * best[1] if ratio else best[0], best[1])
    test = ndcg(engine, params, parts, final=True)
    return f"{params.regularization:g}, {params.alpha:g}{edge} | {tried[best]:.4f} | {test:.4f}"


def settings(regularization: float, alpha: float) -> AlsParams:
    """The defaults with these two."""
    return msgspec.structs.replace(AlsParams(), regularization=regularization, alpha=alpha)


def numbers(text: str) -> list[float]:
    """`10,30` as numbers."""
    return [float(one) for one in text.split(",")]


def main() -> None:
    """Print both tables."""
    options = arguments(
        __doc__, log=str, master="local[2]", seeds="42,43,44", ratio="2.5,4,6.5", alpha="7,14,28,56",
        spark_regularization="10,30,90", spark_alpha="5,10,20,40", only="",
    )  # fmt: skip
    seeds = [int(seed) for seed in options.seeds.split(",")]
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        home, log = paths.find_home(Path(name, "home")), Log([Path(options.log)])
        index = build.ensure(log, home)
        dataset = Dataset(index)
        world = World(home, IndexedLog(log, index, dataset.info.content))
        dataset.close()
        if options.only != "tuned":
            print(
                "| seed | loss | user factors | reasons | metrics | in other blocks |",
                "|---|---|---|---|---|---|",
                sep="\n",
            )
            for seed in seeds:
                loss, *others = exactness(world, seed, options.master)
                print(f"| {seed} | {loss:+.2%} |", " | ".join(f"{one:.1e}" for one in others), "|", flush=True)
        if options.only == "exact":
            return
        rows = ["| seed | engine | regularization, alpha | validation | test |", "|---|---|---|---|---|"]
        with session.opened(options.master, {"spark.sql.shuffle.partitions": "2"}) as spark:
            for seed in seeds:
                parts = world.parts(seed)
                folder = Path(name, str(seed))
                folder.mkdir()
                own = numbers(options.ratio), numbers(options.alpha)
                rows.append(f"| {seed} | local | {tuned(local(parts, seed), parts, own, ratio=True)} |")
                cluster = on_spark(spark, world, parts, seed, folder)
                own = numbers(options.spark_regularization), numbers(options.spark_alpha)
                rows.append(f"| {seed} | Spark | {tuned(cluster, parts, own, ratio=False)} |")
        print(*rows, sep="\n")


if __name__ == "__main__":
    main()
