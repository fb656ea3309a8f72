"""The data of a run that Spark trains, cut and in files: from the index of a log, or read by the cluster itself.

A log at addresses is read by the cluster, in the run's own job, which writes the log's index for all that comes after.
Where the log is still what its index was made from, it is not read again.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from musicrec_tui import settings
from musicrec_tui.dataset import few_users, interactions, splits
from musicrec_tui.dataset.index import build, cache
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.ready_tables import TABLES, ReadyTables
from musicrec_tui.dataset.log import FileState, Log
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.jobs import spark_work, training_steps
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.jobs.training_data import finds_repeats, open_index, ratings_line
from musicrec_tui.paths import Home
from musicrec_tui.runs.spec import TrainSpec, log_of
from musicrec_tui.spark import canonical, disk_matrix, evaluate, pairs, progress, sources
from musicrec_tui.spark import splits as spark_splits
from musicrec_tui.spark.canonical import CanonicalLog
from musicrec_tui.spark.disk_matrix import DiskMatrix

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_READ, _INDEXED, _CUT = canonical.STEPS, canonical.STEPS + 8, canonical.STEPS + 10
"""Of `_CUT` steps, how many are done when the tables are there, the index is, and the pairs are."""


class SparkData(NamedTuple):
    """A log, cut, in files.

    Attributes:
        content: hash of the log.
        user_keys, artist_keys: in the order of codes.
        train: what is fitted on, (users, artists).
        held_out: what is evaluated on.
        disliked: None where nothing is.
        ratings: how the log's ratings counted, as a line.
        pairs: the folder of pairs.
        parts: those that are fitted on.
    """

    content: str
    user_keys: list[str]
    artist_keys: list[str]
    train: DiskMatrix
    held_out: DiskMatrix
    disliked: DiskMatrix | None
    ratings: str
    pairs: Path
    parts: list[str]


def of_index(spec: TrainSpec, home: Home, reporter: Reporter, began: float, work: Path) -> SparkData:
    """The data of a log that this machine has indexed.

    Args:
        spec: the run's.
        home: where settings and indexes are.
        reporter: hears of it.
        began: `time.monotonic()` when the work began.
        work: takes the files; all executors see it.

    Raises:
        UserError: the data cannot be had, or the split leaves nothing to evaluate on.
        Cancelled: cancellation was requested.
    """
    reporter.begin("load")
    return _of_dataset(open_index(log_of(spec), home, reporter), spec, reporter, began, work)


def of_cluster(
    spark: "SparkSession", spec: TrainSpec, home: Home, reporter: Reporter, began: float, work: Path
) -> SparkData:
    """The data of a log at addresses: the cluster reads and cuts it, and its index is written.

    Args:
        spark: the session.
        spec: see `of_index`.
        home: see `of_index`.
        reporter: see `of_index`.
        began: see `of_index`.
        work: see `of_index`.

    Raises:
        UserError: the log cannot be read or has too few users, or Spark gave up.
        Cancelled: cancellation was requested; there is no index then.
    """
    reporter.begin("load")
    log = Log(spec.data, spec.layout)
    states = sources.states_of(spark, log)
    if (present := _present(log, home, states)) is not None:
        reporter.log("The log is what its index was made from: it is not read again.")
        _need_users(present)
        return _of_dataset(present, spec, reporter, began, work)
    tables = work / "tables"

    def look(_: progress.Stages) -> None:
        reporter.progress(min(_READ, len(list(tables.glob("*/_SUCCESS")))), _CUT)

    found = spark_work.done(spark, f"{spec.label}: reading", reporter, lambda: canonical.read(spark, log, tables), look)
    reporter.log(
        f"Spark has read {found.info.rows:,} rows, of which it uses {found.info.kept:,}; the index is written."
    )
    dataset = Dataset(_written(found, log, home, reporter))
    _need_users(dataset)

    def cut() -> tuple[Path, tuple[int, int, int]]:
        source, counts = spark_work.done(
            spark, f"{spec.label}: split", reporter, lambda: spark_splits.write(found, spec.split),
            lambda _: reporter.progress(_INDEXED, _CUT),
        )  # fmt: skip
        return source, counts

    return _of_dataset(dataset, spec, reporter, began, work, cut)


def _present(log: Log, home: Home, states: tuple[FileState, ...]) -> Dataset | None:
    """The index of a log, where it was made from these states of its files."""
    if (dataset := cache.open_index(log, home)) is None:
        return None
    [(inputs,)] = dataset.query("SELECT value FROM meta WHERE name = 'inputs'")
    if msgspec.json.decode(inputs, type=tuple[FileState, ...]) == states:
        return dataset
    dataset.close()
    return None


def _written(found: CanonicalLog, log: Log, home: Home, reporter: Reporter) -> Path:
    """The index of a log that a cluster has read, written."""
    files = {name: pairs.files_of(found.store.folder / name) for name in TABLES}

    def report(phase: str, fraction: float | None) -> None:
        reporter.progress(_READ + round((_INDEXED - _READ) * (fraction or 0)), _CUT)

    with reporter.cancellation.deferred():
        return build.take(
            ReadyTables(files, found.info, found.inputs), log, home, settings.load(home), report=report,
            cancelled=lambda: reporter.cancellation.asked,
        )  # fmt: skip


def _need_users(dataset: Dataset) -> None:
    """Refuse a log that nothing can be learnt from."""
    if few_users.too_few(dataset.info.users):
        raise UserError(few_users.refusal(dataset.info.users))


def _of_dataset(
    dataset: Dataset, spec: TrainSpec, reporter: Reporter, began: float, work: Path,
    cut: Callable[[], tuple[Path, tuple[int, int, int]]] | None = None,
) -> SparkData:  # fmt: skip
    """Write the log's pairs and matrices into files; `cut` gives the pairs, else they come from the index."""
    try:
        info, shape = dataset.info, (dataset.info.users, dataset.info.artists)
        source, counts = cut() if cut is not None else _cut_here(dataset, spec, reporter, work / "pairs")
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
    return SparkData(info.content, user_keys, artist_keys, train, held_out, disliked, rated, source, parts)


def _cut_here(dataset: Dataset, spec: TrainSpec, reporter: Reporter, target: Path) -> tuple[Path, tuple[int, int, int]]:
    """The pairs of an index, cut by DuckDB."""
    return target, pairs.write(_checked(splits.in_batches(dataset, spec.split), reporter), target)


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
