"""A Spark cluster on this machine: a master and two workers from the installed pyspark, on free ports of the loopback.

`python -m tests.spark.cluster FOLDER` starts it and writes a line of JSON (see `Place`) when both workers are there.
It ends the cluster, with all that it has started, when its standard input closes: also where its caller was killed.
A line on its standard input names the process id of a worker that was killed; it starts another one in its place, and
writes such a line again.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec

PATIENCE = 300
"""Seconds for the master and the workers to be there: 30 to 200 were seen on a busy machine."""

WORKERS, CORES, MEMORY = 2, 4, "4g"
"""More than a test takes (`spark.cores.max`), so that the session of all tests and the job of one can run at once."""

_LOOPBACK = ("--host", "127.0.0.1", "--webui-port", "0")
_DEPLOY = "org.apache.spark.deploy"
_MASTER = re.compile(r"Starting Spark master at (spark://\S+)")
_PAGES = re.compile(r"Bound MasterWebUI to .*:(\d+)")


class Place(msgspec.Struct, frozen=True):
    """Where a cluster is.

    Attributes:
        master: `spark://127.0.0.1:PORT`.
        pages: the address of the master's pages; `/json/` below it lists workers and applications.
        workers: the process ids of the workers; each leads a group with its executors.
    """

    master: str
    pages: str
    workers: list[int]


class Cluster:
    """Processes of a cluster. `folder` takes their logs and the workers' files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self._workers: list[subprocess.Popen[bytes]] = []
        self._until = time.monotonic() + PATIENCE
        self._place = Place("", "", [])

    def start(self) -> Place:
        """Start the master and the workers, and wait for them."""
        master = self._spawn("master", "master.Master", "--port", "0")
        found = self._logged("master", _MASTER, master)
        self._place = Place(found, f"http://127.0.0.1:{self._logged('master', _PAGES, master)}", [])
        return self.fill()

    def replace(self, killed: int) -> Place:
        """Start a worker in the place of one that was killed (or is being killed)."""
        [gone] = [worker for worker in self._workers if worker.pid == killed]
        gone.wait(PATIENCE)
        self._workers.remove(gone)
        return self.fill()

    def fill(self) -> Place:
        """Start workers until there are as many as there should be, and wait until the master knows them."""
        self._until = time.monotonic() + PATIENCE
        while len(self._workers) < WORKERS:
            label = f"worker{len(self._started)}"
            options = [
                "--port",
                "0",
                "--cores",
                str(CORES),
                "--memory",
                MEMORY,
                "--work-dir",
                str(self._folder / label),
            ]
            self._workers.append(self._spawn(label, "worker.Worker", *options, self._place.master))
        self._wait(self._is_full, "the workers")
        return msgspec.structs.replace(self._place, workers=[worker.pid for worker in self._workers])

    def end(self) -> None:
        """End all processes; executors are in the group of their worker, which may be gone before them."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._started:
            process.wait()

    def _spawn(self, label: str, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one of Spark's processes in a group of its own."""
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",  # its port would be a fixed one
        }
        with (self._folder / f"{label}.log").open("wb") as log:
            process = subprocess.Popen(
                [home / "bin" / "spark-class", f"{_DEPLOY}.{name}", *_LOOPBACK, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self._folder,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def _logged(self, label: str, pattern: re.Pattern[str], process: "subprocess.Popen[bytes]") -> str:
        """What a process says in its log, as soon as it does."""
        found: list[str] = []

        def look() -> bool:
            text = (self._folder / f"{label}.log").read_text(encoding="utf-8", errors="replace")
            assert process.poll() is None, f"Spark's {label} ended:\n{text[-3000:]}"
            found[:] = pattern.findall(text)
            return bool(found)

        self._wait(look, pattern.pattern)
        return found[0]

    def _is_full(self) -> bool:
        """Whether the master knows all workers that were started, and as many as there should be are alive."""
        with urllib.request.urlopen(f"{self._place.pages}/json/", timeout=60) as answer:  # noqa: S310  (our own)
            states = [worker["state"] for worker in json.load(answer)["workers"]]
        return len(states) >= len(self._started) - 1 and states.count("ALIVE") == WORKERS

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for a state."""
        while not condition():
            assert time.monotonic() < self._until, f"waited {PATIENCE} s for {what}: see {self._folder}"
            time.sleep(0.1)


def main(folder: Path) -> None:
    """Run a cluster until standard input closes."""
    cluster = Cluster(folder)
    # Those who end tests with Ctrl-C send it to all of their processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        place = cluster.start()
        while True:
            sys.stdout.write(msgspec.json.encode(place).decode() + "\n")
            sys.stdout.flush()
            if not (killed := sys.stdin.readline()):
                return
            place = cluster.replace(int(killed))
    finally:
        cluster.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
