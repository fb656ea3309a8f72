"""How long a run and a tuning on a Spark cluster take to stop: cancelled, and with their driver killed.

    python -m benchmarks.spark_stopping

Starts a master and two workers on this machine (as the tests do), and trains ALS without end on the sample, then tunes
it. Seconds from the request until the job is over, and until no process of it is left, the executors' included. Needs
the extra `spark` and Java, and Linux.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import machine
from musicrec_tui import paths
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.jobs import supervisor
from musicrec_tui.jobs.environment import NICENESS
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import status
from musicrec_tui.runs.events import Epoch
from musicrec_tui.runs.tuning_spec import Grid, TuneRequest
from tests.spark.conftest import RunningCluster
from tests.spark.world import World, children, lives

ENDLESS = AlsParams(factors=128, iterations=500)


def train(world: World) -> supervisor.Job:
    """A run in mid-training."""
    run = world.submit(ENDLESS)
    for event in supervisor.follow(run):
        if isinstance(event, Epoch):
            return run
    raise AssertionError(run.folder)


def tune(world: World) -> supervisor.Job:
    """A tuning with two trials in mid-training."""
    plan = Grid({"alpha": (2.0, 5.0, 10.0)})
    tuning = supervisor.submit_tuning(world.home, TuneRequest(base=ENDLESS, plan=plan, engine=world.engine), world.log)
    evaluator = "musicrec_tui.jobs.tuning.evaluator"
    while sum(evaluator in words(pid) for pid in on_nodes(world)) < 2:
        time.sleep(0.1)
    time.sleep(5)  # until they fit
    return tuning


def on_nodes(world: World) -> list[int]:
    """The processes below the workers."""
    return [pid for worker in world.cluster.place.workers for pid in children(worker)]


def words(pid: int) -> list[str]:
    """The words of a process's command; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def kill(job: supervisor.Job) -> None:
    """Kill the driver, and nothing else."""
    pid = status.digest_of(job.folder).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def seconds(world: World, start: Callable[[World], supervisor.Job], stop: Callable[[supervisor.Job], None]) -> str:
    """Until the job is over, and until its processes are."""
    job = start(world)
    driver = status.digest_of(job.folder).pid
    assert driver is not None
    left = [driver, *children(driver), *on_nodes(world)]
    began, over = time.monotonic(), 0.0
    stop(job)
    while True:
        if not over and not status.is_alive(job.folder):
            over = time.monotonic() - began
        if over and not any(map(lives, left)):
            return f"{over:.1f} s | {time.monotonic() - began:.1f} s | {len(left)}"
        time.sleep(0.02)


def main() -> None:
    """Print the table."""
    os.environ.setdefault(NICENESS, "0")  # a driver that steps back takes long to stop on a busy machine
    print(machine(), "| what | job over | no process left | processes |", "|---|---|---|---|", sep="\n")
    with tempfile.TemporaryDirectory() as name:
        home, log = paths.find_home(Path(name, "home")), Log([paths.sample_data()])
        index = build.ensure(log, home)
        dataset = Dataset(index)
        indexed = IndexedLog(log, index, dataset.info.content)
        dataset.close()
        folder = Path(name, "cluster")
        folder.mkdir()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.spark.cluster", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            world = World(home, indexed, RunningCluster(process))
            for start in (train, tune):
                for stop in (supervisor.cancel, kill):
                    print(f"| {start.__name__}, {stop.__name__} | {seconds(world, start, stop)} |", flush=True)


if __name__ == "__main__":
    main()
