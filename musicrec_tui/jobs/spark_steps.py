"""What a worker does for a run that Spark trains: it is the driver, and what it leaves is as of any other run.

Its memory is taken by users and artists, not by pairs: these go through files, some at a time.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.jobs import training_steps
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.jobs.training_data import candidates, finds_repeats, open_index, ratings_line
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import test_usage
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainSpec, log_of
from musicrec_tui.spark import disk_matrix, evaluate, fit, pairs, progress, publish, session
from musicrec_tui.spark.disk_matrix import DiskMatrix
from musicrec_tui.spark.evaluate import Question
from musicrec_tui.spark.work_folder import kept_in, work_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class _Data(NamedTuple):
    """A log, cut, in files."""

    user_keys: list[str]
    artist_keys: list[str]
    train: DiskMatrix
    held_out: DiskMatrix
    disliked: DiskMatrix | None
    ratings: str
    pairs: Path
    parts: list[str]
    """The parts that are fitted on."""


def run(spec: TrainSpec, folder: Path, home: Home, reporter: Reporter, began: float) -> RunMetrics:
    """Do what a spec says on a cluster, and write everything but the last word into the run's folder.

    Args:
        spec: what to do.
        folder: the run's.
        home: where settings and indexes are.
        reporter: hears of it all.
        began: `time.monotonic()` when the work began.

    Raises:
        UserError: the data cannot be had, the split leaves nothing to evaluate on, or Spark gave up.
        Cancelled: cancellation was requested.
    """
    with work_folder(folder) as work:
        data = _load(spec, home, reporter, began, work)
        conf = kept_in(work, spec.engine.master) | spec.engine.conf
        with session.opened(spec.engine.master, conf, name=f"musicrec-tui {spec.label}") as spark:
            reporter.cancellation.install()  # Spark has set a handler of its own
            return _train(spec, folder, home, reporter, _Times(began, time.monotonic()), spark, data, work)


class _Times(NamedTuple):
    """`time.monotonic()` when the work began, and when the data were loaded."""

    began: float
    loaded: float


def _train(
    spec: TrainSpec, folder: Path, home: Home, reporter: Reporter, times: _Times, spark: "SparkSession", data: _Data,
    work: Path,
) -> RunMetrics:  # fmt: skip
    """Fit, evaluate and save."""
    assert isinstance(spec.params, AlsParams)  # noqa: S101  (the spec's model was checked when it was asked for)
    params = _fit(spec, spec.params, reporter, spark, data, work)
    users, artists = data.train.shape
    user_factors = fit.factors(work / "users", work / "users.npy", users, params.factors)
    artist_factors = fit.factors(work / "artists", work / "artists.npy", artists, params.factors)
    fit_over = time.monotonic()
    reporter.begin("evaluate")
    if spec.final:
        test_usage.record_use(home, spec.run, spec.content, spec.split)
    found = _evaluate(spec, reporter, spark, data, work)
    seconds = {
        "load": times.loaded - times.began,
        "fit": fit_over - times.loaded,
        "evaluate": time.monotonic() - fit_over,
    }
    reporter.begin("save")
    keys = [data.user_keys], [data.artist_keys]
    publish.publish(folder / MODEL, params, user_factors, artist_factors, data.train, keys)
    told = candidates(repeats=finds_repeats(spec.split), disliked=data.disliked is not None)
    return training_steps.write_result(
        spec, folder, found.assessment, data.user_keys, seconds=seconds, candidates=told, ratings=data.ratings,
        left_out=found.left_out,
    )  # fmt: skip


def _load(spec: TrainSpec, home: Home, reporter: Reporter, began: float, work: Path) -> _Data:
    """Write the log's pairs and matrices into files."""
    reporter.begin("load")
    dataset = open_index(log_of(spec), home, reporter)
    try:
        info, shape = dataset.info, (dataset.info.users, dataset.info.artists)
        source = work / "pairs"
        counts = pairs.write(_checked(splits.in_batches(dataset, spec.split), reporter), source)
        disliked = _disliked(dataset, work)
        user_keys = [str(key) for (key,) in dataset.query(interactions.USER_KEYS)]
        artist_keys = [str(key) for (key,) in dataset.query(interactions.ARTIST_KEYS)]
        rated = ratings_line(dataset)
    finally:
        dataset.close()
    if not counts[0]:
        raise splits.no_train_part()
    parts = ["train", "validation"] if spec.final else ["train"]
    train = pairs.matrix(source, parts, work, "train", shape)
    held_out = pairs.matrix(source, ["test" if spec.final else "validation"], work, "held_out", shape)
    if not held_out.cells:
        raise UserError(training_steps.nothing_held_out(spec))
    if not _teaches_something(train, held_out, disliked, exclude_known=not finds_repeats(spec.split)):
        raise UserError(training_steps.TEACHES_NOTHING)
    reporter.data(info, shape, counts, time.monotonic() - began)
    if rated:
        reporter.log(rated)
    return _Data(user_keys, artist_keys, train, held_out, disliked, rated, source, parts)


def _checked(batches: Iterator[splits.PartsBatch], reporter: Reporter) -> Iterator[splits.PartsBatch]:
    """The same, hearing of a cancellation between two."""
    for batch in batches:
        reporter.cancellation.check()
        yield batch


def _disliked(dataset: Dataset, work: Path) -> DiskMatrix | None:
    """What is disliked, in files; None where nothing is."""
    if not dataset.info.disliked:
        return None
    shape = (dataset.info.users, dataset.info.artists)

    def cells() -> Iterator[disk_matrix.Pairs]:
        for users, artists in interactions.dislikes_in_batches(dataset):
            yield disk_matrix.Pairs(users, artists, np.ones(len(users), np.float32))

    return disk_matrix.write(cells, work, "disliked", shape)


def _fit(
    spec: TrainSpec, asked: AlsParams, reporter: Reporter, spark: "SparkSession", data: _Data, work: Path
) -> AlsParams:
    """Fit on the cluster; the parameters that were really fitted."""
    size = fit.size_of(data.train)
    params = fit.translated(asked, size)
    reporter.device(f"Spark {spark.version}, {spec.engine.master}", None)
    reporter.log(
        f"Spark multiplies regularization by the pairs of each row: {asked.regularization:g} becomes "
        f"{params.regularization:.4g} a pair, which is an approximation."
    )
    reporter.begin("fit")
    sweeps = _Sweeps(spark, reporter, params.iterations)
    progress.watched(
        spark, f"{spec.label}: fit",
        lambda: fit.fit(spark, data.pairs, data.parts, params, size, spec.seed, work), sweeps.look,
    )  # fmt: skip
    sweeps.end()
    return params


class _Sweeps:
    """Tells a reporter of the iterations of ALS, and what the executors hold."""

    def __init__(self, spark: "SparkSession", reporter: Reporter, iterations: int) -> None:
        self._context, self._reporter, self._iterations = spark.sparkContext, reporter, iterations
        self._done, self._began = 0, time.monotonic()
        self._executors = progress.Executors(0, 0, 0)

    def look(self, stages: progress.Stages) -> None:
        """Tell of the iterations that are new."""
        steps = progress.STAGES_OF_AN_ITERATION * self._iterations
        done = min(stages.sweeps, steps)
        self._reporter.progress(done, steps + 1)  # one more: the factors are written
        while self._done < done // progress.STAGES_OF_AN_ITERATION:
            self._done += 1
            self._executors = found = progress.executors(self._context)
            told = {"executors": found.living, "executor_mb": found.memory_mb, "shuffle_mb": found.shuffle_mb}
            if not found.memory_mb:  # Spark does not say yet
                del told["executor_mb"]
            self._reporter.epoch(self._done, self._iterations, told, time.monotonic() - self._began)
            self._began = time.monotonic()

    def end(self) -> None:
        """Tell what it took."""
        found = progress.executors(self._context)
        memory = max(found.memory_mb, self._executors.memory_mb)
        heap = f"{memory:,} MB of heap, " if memory else ""  # 0: Spark has not said
        self._reporter.log(f"Executors: {found.living:,}, {heap}{found.shuffle_mb:,} MB of shuffle.")


def _evaluate(
    spec: TrainSpec, reporter: Reporter, spark: "SparkSession", data: _Data, work: Path
) -> evaluate.Evaluated:
    """Evaluate on the cluster."""
    users, artists = data.train.shape
    progress.watched(
        spark, f"{spec.label}: listeners", lambda: fit.write_listeners(spark, data.pairs, data.parts, work),
        lambda _: reporter.progress(0, 0),
    )  # fmt: skip
    listeners = pairs.listeners(work / "listeners", work, "listeners", (artists, users))
    cores = spark.sparkContext.defaultParallelism
    question = Question(
        str(work / "users.npy"), str(work / "artists.npy"), data.train, data.held_out, data.disliked, listeners, spec.k,
        not finds_repeats(spec.split), evaluate.block_size(users, artists, cores),
    )  # fmt: skip

    def look(stages: progress.Stages) -> None:
        reporter.progress(*stages.tasks)

    progress.watched(
        spark, f"{spec.label}: evaluation", lambda: evaluate.evaluate(spark, question, work / "evaluated"), look
    )
    return evaluate.collected(work / "evaluated", question)


def _teaches_something(
    train: DiskMatrix, held_out: DiskMatrix, disliked: DiskMatrix | None, *, exclude_known: bool, at_once: int = 100_000
) -> bool:
    """Whether an artist that is held out of a user who is evaluated has a listener in train."""
    has_listeners = train.column_counts() > 0
    for start in range(0, train.shape[0], at_once):
        stop = min(start + at_once, train.shape[0])
        held, known = held_out.block(start, stop), evaluate.known(train, disliked, start, stop)
        users = ranking.evaluated(known, held, exclude_known=exclude_known)
        if has_listeners[held[users].indices].any():
            return True
    return False
