"""Evaluation by Spark: each task ranks the whole catalogue for a block of users, by the code that ranks for local runs.

No task ever holds scores of more users than `evaluation.ranking` does: a few times `BATCH_BYTES`. Factors and matrices
are files (see `disk_matrix`) that tasks map into memory, so a task reads its users' rows and the artists' factors. What
a block gives are rows of users with their metrics, and one row more with what is of all its lists together.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import assessment, ranking
from musicrec_tui.evaluation.assessment import Assessment, Measured
from musicrec_tui.evaluation.formulas import Population
from musicrec_tui.evaluation.groups import Traits
from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.evaluation.similarity import Listeners
from musicrec_tui.spark import pairs
from musicrec_tui.spark.addresses import local_address
from musicrec_tui.spark.disk_matrix import DiskMatrix

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BLOCKS_OF_A_CORE = 4
"""So that none waits long for the slowest."""
_OF_ALL = -1
"""In the column `user`: the row of a whole block."""


class Question(NamedTuple):
    """What tasks need to know.

    Attributes:
        users, artists: files of factors, (rows, factors) float32.
        train, held_out, disliked: (users, artists).
        listeners: (artists, users), who has each artist in train.
        k: length of the lists.
        exclude_known: False where repeats are to be found too.
        block: how many users a task ranks for.
    """

    users: str
    artists: str
    train: DiskMatrix
    held_out: DiskMatrix
    disliked: DiskMatrix | None
    listeners: DiskMatrix
    k: int
    exclude_known: bool
    block: int


class Evaluated(NamedTuple):
    """What was found; `left_out` is as `ranking.without_choice` has it."""

    assessment: Assessment
    left_out: int


def block_size(users: int, artists: int, cores: int) -> int:
    """How many users a task ranks for: whole batches of `evaluation.ranking`."""
    batch = max(1, ranking.BATCH_BYTES // (4 * max(1, artists)))
    return batch * max(1, round(users / (batch * cores * BLOCKS_OF_A_CORE)))


def evaluate(spark: "SparkSession", question: Question, target: Path) -> None:
    """Have all users' lists measured, and written as Parquet for `collected`.

    Args:
        spark: the session.
        question: see there; its files are seen by the executors under the same paths.
        target: a folder, which is made.
    """
    blocks = -(-question.train.shape[0] // question.block)
    names = [metric.at(question.k) for metric in METRICS if metric.per_user]
    columns = ", ".join(f"`{name}` double" for name in names)
    spark.range(0, blocks, 1, blocks).mapInArrow(
        partial(_measured, question),
        f"user int, {columns}, artists bigint, popularity double, cold boolean, popular double, "
        "shown array<int>, times array<bigint>, left_out bigint",
    ).write.parquet(local_address(target))


def _measured(question: Question, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """In a task: what is found of some blocks of users."""
    for batch in batches:
        for block in batch.column(0).to_pylist():
            yield from _of_block(question, block)


def _of_block(question: Question, block: int) -> Iterator[pa.RecordBatch]:
    start = block * question.block
    stop = min(start + question.block, question.train.shape[0])
    train, held_out = question.train.block(start, stop), question.held_out.block(start, stop)
    excluded = known(question.train, question.disliked, start, stop)
    users: NDArray[np.float32] = np.load(question.users, mmap_mode="r")[start:stop]
    artists: NDArray[np.float32] = np.load(question.artists, mmap_mode="r").T
    starts, codes = question.listeners.array("indptr"), question.listeners.array("indices")
    everybody = question.train.shape[0]
    population = Population(everybody, question.listeners.counts(), Listeners(starts, codes, everybody))
    found = assessment.measure(
        lambda rows: users[rows] @ artists, train, excluded, held_out, question.k,
        exclude_known=question.exclude_known, population=population,
    )  # fmt: skip
    left_out = ranking.without_choice(excluded, held_out, exclude_known=question.exclude_known)
    yield _rows(found, start)
    yield _row_of_all(found, left_out)


def known(train: DiskMatrix, disliked: DiskMatrix | None, start: int, stop: int) -> csr_matrix:
    """What is no candidate of the users from `start` up to `stop`."""
    if disliked is None:
        return train.block(start, stop)
    both = (train.block(start, stop) + disliked.block(start, stop)).tocsr()
    both.sort_indices()
    return both


def _rows(found: Measured, start: int) -> pa.RecordBatch:
    """A row for each user."""
    nothing = [pa.nulls(len(found.users), kind) for kind in _OF_BLOCKS]
    columns: list[Any] = [
        pa.array(found.users + start, pa.int32()), *map(pa.array, found.per_user.values()),
        pa.array(found.traits.artists), pa.array(found.traits.popularity), pa.array(found.cold),
        pa.array(found.popular), *nothing,
    ]  # fmt: skip
    return pa.record_batch(columns, names=_names(found))


_OF_BLOCKS = (pa.list_(pa.int32()), pa.list_(pa.int64()), pa.int64())


def _row_of_all(found: Measured, left_out: int) -> pa.RecordBatch:
    """The row of the block: which artists its lists show, how often, and how many users are left out."""
    shown = np.flatnonzero(found.exposure).astype(np.int32)
    numbers = [pa.nulls(1, pa.float64())] * len(found.per_user)
    columns: list[Any] = [
        pa.array([_OF_ALL], pa.int32()), *numbers, pa.nulls(1, pa.int64()), pa.nulls(1, pa.float64()),
        pa.nulls(1, pa.bool_()), pa.nulls(1, pa.float64()), pa.array([shown.tolist()], _OF_BLOCKS[0]),
        pa.array([found.exposure[shown].tolist()], _OF_BLOCKS[1]), pa.array([left_out]),
    ]  # fmt: skip
    return pa.record_batch(columns, names=_names(found))


def _names(found: Measured) -> list[str]:
    return ["user", *found.per_user, "artists", "popularity", "cold", "popular", "shown", "times", "left_out"]


def collected(source: Path, question: Question) -> Evaluated:
    """Put together what `evaluate` wrote: memory is taken for users and artists, as by a local evaluation."""
    exposure = np.zeros(question.train.shape[1], np.int64)
    left_out, users = 0, []
    for path in pairs.files_of(source):
        table = pq.read_table(path)
        of_all = table.filter(pa.compute.equal(table["user"], _OF_ALL))
        for shown, times, left in zip(
            *(of_all[name].to_pylist() for name in ("shown", "times", "left_out")), strict=True
        ):
            exposure[np.array(shown, np.int64)] += np.array(times, np.int64)  # a block may have no lists
            left_out += left
        users.append(table.filter(pa.compute.not_equal(table["user"], _OF_ALL)).drop(["shown", "times", "left_out"]))
    table = pa.concat_tables(users).sort_by("user")
    columns = {name: table[name].to_numpy() for name in table.column_names}
    names = [metric.at(question.k) for metric in METRICS if metric.per_user]
    found = Measured(
        columns["user"].astype(np.int32), {name: columns[name].astype(np.float64) for name in names}, exposure,
        Traits(columns["artists"].astype(np.int64), columns["popularity"].astype(np.float64)),
        columns["cold"].astype(bool), columns["popular"].astype(np.float64),
    )  # fmt: skip
    return Evaluated(assessment.summarise(found, question.k), left_out)
