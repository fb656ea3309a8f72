"""Spark's work as a job does it: watched, with a phase of its own while the cluster gives no executors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.spark import cluster, progress
from musicrec_tui.spark.progress import Stages

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T = TypeVar("T")
WAITING = "waiting for executors"
"""The phase of a job that waits."""


def done(
    spark: "SparkSession", what: str, reporter: Reporter, work: Callable[[], T], look: Callable[[Stages], None]
) -> T:
    """What a piece of Spark's work returns; see `progress.watched`.

    Args:
        spark: the session.
        what: is done, for Spark's pages.
        reporter: hears that the work waits.
        work: calls Spark.
        look: is called a few times a second while executors work.

    Raises:
        UserError: Spark gave up, or the cluster is gone.
        Cancelled: cancellation was requested.
    """
    shown = Shown(reporter)

    def see(stages: Stages) -> None:
        if not shown.waits(stages.waiting):
            look(stages)

    return progress.watched(spark, what, work, see)


class Shown:
    """Shows that a job waits for executors, and the phase that it was in when they are there."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._phase: str | None = None

    def waits(self, waiting: bool) -> bool:
        """Report whether the work waits, and return it."""
        if waiting and self._phase is None:
            self._phase = self._reporter.phase
            self._reporter.log(cluster.SENTENCE)
            self._reporter.begin(WAITING)
        elif waiting:
            self._reporter.progress(0, 0)
        elif self._phase is not None:
            self._reporter.log("The cluster has given executors.")
            self._reporter.begin(self._phase)
            self._phase = None
        return waiting
