"""A cluster that gives no executors: waited for where it is busy, an error where it is gone."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import spark_work, supervisor
from musicrec_tui.jobs.spark_work import WAITING
from musicrec_tui.runs import store
from musicrec_tui.runs.events import Log, Progress
from musicrec_tui.runs.status import Status
from musicrec_tui.spark import cluster
from tests.spark.world import World


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port of this machine that accepts connections, until it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def address(server: socket.socket) -> str:
    """`HOST:PORT`."""
    return f"127.0.0.1:{server.getsockname()[1]}"


def test_a_master_that_does_not_answer_is_an_error_before_spark_starts(listening: socket.socket) -> None:
    master = f"spark://{address(listening)}"
    cluster.require_master(master)
    listening.close()
    with pytest.raises(UserError, match=f"The cluster at {master} does not answer: is its master running"):
        cluster.require_master(master)


def test_one_of_several_masters_is_enough_and_other_kinds_are_not_asked(listening: socket.socket) -> None:
    assert cluster.answers(f"spark://127.0.0.1:1,{address(listening)}")
    assert not cluster.answers("spark://127.0.0.1:1,nonsense:port")
    assert all(map(cluster.answers, ("yarn", "local[2]", "k8s://https://127.0.0.1:1", "")))


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """They."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of `cluster`."""
    found = Clock()
    monkeypatch.setattr(cluster, "time", found)
    return found


class Context:
    """A session's context with so many cores of executors, and stages that have begun."""

    def __init__(self, master: str) -> None:
        self.master = master
        self.cores, self.stages = 0, [7]

    def statusTracker(self) -> Any:  # noqa: N802  (Spark's)
        """Knows the stages."""
        return SimpleNamespace(getActiveStageIds=lambda: self.stages)


@pytest.fixture
def context(listening: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Context:
    """On a master that answers."""
    monkeypatch.setattr(cluster, "slots", lambda found: {"node": found.cores})
    return Context(f"spark://{address(listening)}")


def test_a_busy_cluster_is_waited_for(context: Context, clock: Clock) -> None:
    waiting = cluster.Waiting(context)
    for _ in range(5):
        clock.now += cluster.PATIENCE
        assert waiting.look()
    context.cores = 2
    assert not waiting.look()


def test_work_between_two_stages_waits_for_nothing(context: Context, clock: Clock) -> None:
    context.stages = []
    assert not cluster.Waiting(context).look()


def test_a_cluster_that_is_gone_is_an_error_after_a_while(
    context: Context, clock: Clock, listening: socket.socket
) -> None:
    waiting = cluster.Waiting(context)
    clock.now += cluster.PATIENCE
    assert waiting.look()
    listening.close()
    clock.now += cluster.PATIENCE
    assert waiting.look()
    clock.now += cluster.PATIENCE
    with pytest.raises(UserError, match="does not answer"):
        waiting.look()


def test_executors_work_on_without_their_master(context: Context, clock: Clock, listening: socket.socket) -> None:
    waiting = cluster.Waiting(context)
    listening.close()
    context.cores = 2
    for _ in range(5):
        clock.now += cluster.PATIENCE
        assert not waiting.look()
    context.cores = 0
    clock.now += cluster.PATIENCE / 2
    assert waiting.look()


class Reporter:
    """Hears of phases and of lines."""

    def __init__(self) -> None:
        self.phase, self.heard = "fit", list[str]()

    def begin(self, phase: str) -> None:
        """A phase."""
        self.phase = phase

    def progress(self, done: int, of: int) -> None:
        """Where cancellation is heard."""
        raise Cancelled

    def log(self, text: str) -> None:
        """A line."""
        self.heard.append(text)


def test_a_job_that_waits_says_so_can_be_cancelled_and_goes_on() -> None:
    reporter = Reporter()
    shown = spark_work.Shown(reporter)  # type: ignore[arg-type]
    assert not shown.waits(False)
    assert shown.waits(True)
    assert (reporter.phase, reporter.heard) == (WAITING, [cluster.SENTENCE])
    with pytest.raises(Cancelled):
        shown.waits(True)
    assert not shown.waits(False)
    assert (reporter.phase, reporter.heard[1:]) == ("fit", ["The cluster has given executors."])


@pytest.mark.slow
def test_a_run_that_the_cluster_has_no_room_for_waits_until_it_is_cancelled(world: World) -> None:
    run = world.submit(conf={"spark.executor.memory": "900g"})
    heard = []
    for event in supervisor.follow(run):
        heard += [event.text] if isinstance(event, Log) else []
        if isinstance(event, Progress) and event.phase == WAITING:
            supervisor.cancel(run)
    assert store.read_run(world.home, run.id).status is Status.CANCELLED
    assert cluster.SENTENCE in heard
    assert not list(run.folder.glob(".spark.*"))
