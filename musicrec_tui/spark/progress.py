"""Spark's work, watched: how many of its stages are done, whether it waits for executors, and how it is cancelled.

Spark's calls block, so they are made in a thread; the caller's thread looks on, and hears of a cancellation.
"""

import contextlib
import re
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from musicrec_tui.errors import UserError
from musicrec_tui.spark.cluster import Waiting
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

T = TypeVar("T")

LOOK_SECONDS = 0.5
CANCEL_SECONDS = 5.0
"""How long a cancelled piece of work may take to end."""
STAGES_OF_AN_ITERATION = 2
_SWEEP = re.compile(r"flatMap at ALS\.scala")


class Stages:
    """The stages of a group of jobs; what is done stays done, even where a lost executor makes it be done again.

    Args:
        context: Spark's.
        group: of the jobs.

    Attributes:
        waiting: whether the application waits for executors, when it was last looked at.
    """

    def __init__(self, context: "SparkContext", group: str) -> None:
        self._tracker = context.statusTracker()
        self._group = group
        self.waiting = False
        self._waiting = Waiting(context)
        self._over: set[int] = set()
        self._done: dict[int, str] = {}
        self._tasks: dict[int, tuple[int, int]] = {}

    def look(self) -> None:
        """Ask Spark. A stage is done where all of its tasks are; one that was left out has none done.

        Raises:
            UserError: it waits for executors, and its cluster is gone.
        """
        self.waiting = self._waiting.look()
        for job in self._tracker.getJobIdsForGroup(self._group):
            if job in self._over or (told := self._tracker.getJobInfo(job)) is None:
                continue
            for stage in told.stageIds:
                self._look_at(int(stage))
            if told.status == "SUCCEEDED":
                self._over.add(job)

    def _look_at(self, stage: int) -> None:
        if stage in self._done or (told := self._tracker.getStageInfo(stage)) is None:
            return
        most = max(told.numCompletedTasks, self._tasks.get(stage, (0, 0))[0])
        self._tasks[stage] = most, told.numTasks
        if told.numTasks and told.numCompletedTasks >= told.numTasks:
            self._done[stage] = told.name

    @property
    def sweeps(self) -> int:
        """How many times ALS has solved for all users, or for all artists."""
        return sum(1 for name in self._done.values() if _SWEEP.match(name))

    @property
    def tasks(self) -> tuple[int, int]:
        """How many tasks are done, of those that are known of."""
        started = [pair for pair in self._tasks.values() if pair[0]]
        return sum(done for done, _ in started), sum(of for _, of in started)


def watched(spark: "SparkSession", what: str, work: Callable[[], T], look: Callable[[Stages], None]) -> T:
    """Do a piece of Spark's work in a group of its own, and look at it meanwhile.

    Args:
        spark: the session.
        what: is done, for Spark's pages.
        work: calls Spark.
        look: is called a few times a second, and once at the end; what it raises (`Cancelled`) cancels the work.

    Raises:
        UserError: Spark gave up.
    """
    from pyspark import InheritableThread

    context, group = spark.sparkContext, secrets.token_hex(8)
    found: list[T] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            context.setJobGroup(group, what, interruptOnCancel=True)
            found.append(work())
        except BaseException as error:  # noqa: BLE001  (told to the caller's thread)
            faults.append(error)

    stages = Stages(context, group)
    thread = InheritableThread(target=run, session=spark, name=what, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK_SECONDS)
            stages.look()
            look(stages)
    except BaseException as error:
        _cancel(context, group, thread)
        if (told := explained(error)) is not error:  # Java is gone: looking fails, too
            raise told from error
        raise
    if faults:
        raise explained(faults[0]) from faults[0]
    return found[0]


def _cancel(context: "SparkContext", group: str, thread: threading.Thread) -> None:
    """Cancel a group of jobs, and wait until its work has ended, or for so long."""
    deadline = time.monotonic() + CANCEL_SECONDS
    while thread.is_alive() and time.monotonic() < deadline:
        with contextlib.suppress(Exception):  # Spark may be gone already
            context.cancelJobGroup(group)  # again: the work may have been between two jobs
        thread.join(0.2)


def explained(error: BaseException) -> BaseException:
    """A sentence for what Spark says went wrong; another error as it is."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    if not isinstance(error, PySparkException | Py4JError | ConnectionError | EOFError):
        return error
    return UserError(f"Spark gave up: {reason_of(error)}", exit_code=1)


def reason_of(error: BaseException) -> str:
    """What Spark says went wrong, in one line."""
    if isinstance(error, ConnectionError | EOFError):
        return "its Java process has ended."
    java = getattr(error, "java_exception", None)
    with contextlib.suppress(Exception):  # Java may be gone
        while java is not None and java.getCause() is not None:
            java = java.getCause()
    told = str(java.toString()) if java is not None else str(error)
    return printable(_reason(told), 300)


def _reason(told: str) -> str:
    """The line that says why: of a Python traceback the last, else the first."""
    lines = [line.strip() for line in told.splitlines() if line.strip() and not line.strip().startswith("SQLSTATE")]
    if not lines:
        return "it does not say why."
    return lines[-1] if "Traceback (most recent call last):" in told else lines[0]
