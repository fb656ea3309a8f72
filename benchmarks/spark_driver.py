"""The memory of a Spark driver at two sizes: as many users and artists, and four times the pairs.

    python -m benchmarks.spark_driver [--users 20000] [--artists 50000] [--sizes 1000000,4000000] [--factors 16]

Starts a master and two workers on this machine (as the tests do), so that the driver is apart from the executors. Each
log is indexed before by another process; then a run is trained, evaluated and saved. Of the driver's Python it prints
the most anonymous memory (mapped files are not among it), of its Java the most heap that a collection left. Needs the
extra `spark` and Java, and Linux.
"""

import contextlib
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.logs import famous, write_plays
from benchmarks.measure import arguments, machine
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.jobs.environment import NICENESS
from musicrec_tui.paths import Home, find_home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import status, store
from tests.spark.conftest import RunningCluster
from tests.spark.world import World

_HEAP = re.compile(r"\d+M->(\d+)M\(")


def indexed(file: Path, root: Path, users: int, artists: int, pairs: int) -> None:
    """Make a log of about so many pairs, of all users and artists, and its index."""
    rng, size = np.random.default_rng(1), max(users, artists)
    each = np.arange(size) % users * artists + np.arange(size) % artists
    drawn = rng.integers(0, users, 2 * pairs) * artists + famous(rng, artists, 2 * pairs)
    drawn = rng.permutation(np.unique(drawn))[: pairs - size]
    write_plays(file, *np.divmod(np.unique(np.concatenate([each, drawn])), artists))
    build.ensure(Log([file]), find_home(root))


def opened(file: Path, home: Home) -> tuple[IndexedLog, int]:
    """A log with its index, and its pairs."""
    log = Log([file])
    index = build.ensure(log, home)
    dataset = Dataset(index)
    found = IndexedLog(log, index, dataset.info.content), dataset.info.plays
    dataset.close()
    return found


class Watch:
    """Looks at the anonymous memory of a process."""

    def __init__(self, pid: int) -> None:
        self.most, self._pid, self._over = 0, pid, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{self._pid}/status").read_text()
                if told := re.search(r"RssAnon:\s+(\d+)", text):
                    self.most = max(self.most, int(told[1]) // 1024)

    def end(self) -> int:
        """The most, MB."""
        self._over.set()
        self._thread.join()
        return self.most


def driver(world: World, params: AlsParams, folder: Path) -> str:
    """What the driver of a run held: Python, Java."""
    collections = folder / "gc.txt"
    conf = {
        "spark.driver.extraJavaOptions": f"-Xlog:gc:file={collections}",
        "spark.driver.memory": "2g", "spark.executor.memory": "2g",
    }  # fmt: skip
    run = world.submit(params, conf)
    while (pid := status.digest_of(run.folder).pid) is None:
        time.sleep(0.05)
    watch = Watch(pid)
    world.ended(run)
    found = store.read_run(world.home, run.id)
    assert found.status is status.Status.FINISHED, found.reason
    heap = max(map(int, _HEAP.findall(collections.read_text())))
    return f"{watch.end():,} MB | {heap:,} MB"


def main() -> None:
    """Print the table."""
    options = arguments(__doc__, users=20_000, artists=50_000, sizes="1000000,4000000", factors=16)
    os.environ.setdefault(NICENESS, "0")
    params = AlsParams(factors=options.factors, iterations=2)
    print(machine(), "| pairs | driver's Python | driver's Java |", "|---|---|---|", sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        home, folder = find_home(Path(name, "home")), Path(name, "cluster")
        folder.mkdir()
        logs = []
        for pairs in map(int, options.sizes.split(",")):
            file = Path(name, f"{pairs}.parquet")
            made = multiprocessing.get_context("spawn").Process(
                target=indexed, args=(file, home.root, options.users, options.artists, pairs)
            )
            made.start()
            made.join()
            logs.append(opened(file, home))
        with subprocess.Popen(
            [sys.executable, "-m", "tests.spark.cluster", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            cluster = RunningCluster(process)
            for log, pairs in logs:
                print(f"| {pairs:,} | {driver(World(home, log, cluster), params, folder)} |", flush=True)


if __name__ == "__main__":
    main()
