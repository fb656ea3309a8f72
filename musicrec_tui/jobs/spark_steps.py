"""What a worker does for a run that Spark trains: it is the driver, and what it leaves is as of any other run.

Its memory is taken by users and artists, not by pairs: these go through files, some at a time.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from musicrec_tui.jobs import spark_data, spark_work, training_steps
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.jobs.spark_data import SparkData
from musicrec_tui.jobs.training_data import candidates, finds_repeats
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import test_usage
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainSpec, log_of
from musicrec_tui.spark import cluster, evaluate, fit, pairs, progress, publish, session
from musicrec_tui.spark.evaluate import Question
from musicrec_tui.spark.work_folder import kept_in, work_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


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
        of_cluster = bool(log_of(spec).log.addresses)
        data = None if of_cluster else spark_data.of_index(spec, home, reporter, began, work)
        conf = kept_in(work) | spec.engine.conf
        with session.opened(spec.engine.master, conf, name=f"musicrec-tui {spec.label}") as spark:
            reporter.cancellation.install()  # Spark has set a handler of its own
            if data is None:
                data = spark_data.of_cluster(spark, spec, home, reporter, began, work)
                spec = msgspec.structs.replace(spec, content=data.content)
            return _train(spec, folder, home, reporter, _Times(began, time.monotonic()), spark, data, work)


class _Times(NamedTuple):
    """`time.monotonic()` when the work began, and when the data were loaded."""

    began: float
    loaded: float


def _train(
    spec: TrainSpec, folder: Path, home: Home, reporter: Reporter, times: _Times, spark: "SparkSession",
    data: SparkData, work: Path,
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


def _fit(
    spec: TrainSpec, asked: AlsParams, reporter: Reporter, spark: "SparkSession", data: SparkData, work: Path
) -> AlsParams:
    """Fit on the cluster; the parameters that were really fitted."""
    size = fit.size_of(data.train)
    params = fit.translated(asked, size)
    reporter.device(f"Spark {spark.version}, {spark.sparkContext.master}", None)
    reporter.log(
        f"Spark multiplies regularization by the pairs of each row: {asked.regularization:g} becomes "
        f"{params.regularization:.4g} a pair, which is an approximation."
    )
    reporter.begin("fit")
    sweeps = _Sweeps(spark, reporter, params.iterations)
    spark_work.done(
        spark, f"{spec.label}: fit", reporter,
        lambda: fit.fit(spark, data.pairs, data.parts, params, size, spec.seed, work), sweeps.look,
    )  # fmt: skip
    sweeps.end()
    return params


class _Sweeps:
    """Tells a reporter of the iterations of ALS, and what the executors hold."""

    def __init__(self, spark: "SparkSession", reporter: Reporter, iterations: int) -> None:
        self._context, self._reporter, self._iterations = spark.sparkContext, reporter, iterations
        self._done, self._began = 0, time.monotonic()
        self._executors = cluster.Executors(0, 0, 0)

    def look(self, stages: progress.Stages) -> None:
        """Tell of the iterations that are new."""
        steps = progress.STAGES_OF_AN_ITERATION * self._iterations
        done = min(stages.sweeps, steps)
        self._reporter.progress(done, steps + 1)  # one more: the factors are written
        while self._done < done // progress.STAGES_OF_AN_ITERATION:
            self._done += 1
            self._executors = found = cluster.executors(self._context)
            told = {"executors": found.living, "executor_mb": found.memory_mb, "shuffle_mb": found.shuffle_mb}
            if not found.memory_mb:  # Spark does not say yet
                del told["executor_mb"]
            self._reporter.epoch(self._done, self._iterations, told, time.monotonic() - self._began)
            self._began = time.monotonic()

    def end(self) -> None:
        """Tell what it took."""
        found = cluster.executors(self._context)
        memory = max(found.memory_mb, self._executors.memory_mb)
        heap = f"{memory:,} MB of heap, " if memory else ""  # 0: Spark has not said
        self._reporter.log(f"Executors: {found.living:,}, {heap}{found.shuffle_mb:,} MB of shuffle.")


def _evaluate(
    spec: TrainSpec, reporter: Reporter, spark: "SparkSession", data: SparkData, work: Path
) -> evaluate.Evaluated:
    """Evaluate on the cluster."""
    users, artists = data.train.shape
    spark_work.done(
        spark, f"{spec.label}: listeners", reporter,
        lambda: fit.write_listeners(spark, data.pairs, data.parts, work), lambda _: reporter.progress(0, 0),
    )  # fmt: skip
    listeners = pairs.listeners(work / "listeners", work, "listeners", (artists, users))
    cores = spark.sparkContext.defaultParallelism
    question = Question(
        str(work / "users.npy"), str(work / "artists.npy"), data.train, data.held_out, data.disliked, listeners, spec.k,
        not finds_repeats(spec.split), evaluate.block_size(users, artists, cores),
    )  # fmt: skip

    def look(stages: progress.Stages) -> None:
        reporter.progress(*stages.tasks)

    spark_work.done(
        spark, f"{spec.label}: evaluation", reporter,
        lambda: evaluate.evaluate(spark, question, work / "evaluated"), look,
    )  # fmt: skip
    return evaluate.collected(work / "evaluated", question)
