"""One cluster for all tests of this folder, and one session on it (needs the extra `spark` and Java: `make spark`)."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from musicrec_tui import settings
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.paths import find_home
from musicrec_tui.spark import needs, session
from tests.spark.cluster import Place

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.spark.world import World

SAMPLE = Path(__file__).parents[2] / "sample_data" / "listens"

CONF = {
    "spark.cores.max": "2",
    "spark.executor.cores": "1",
    "spark.executor.memory": "1g",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # A test asks for little, of which planning and compiling would be the most.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
"""What an application of a test takes: an executor of one core on each of the two workers."""


class RunningCluster:
    """The cluster of all tests, in a process of its own that ends it when this one does."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.place = self._read()

    def replace(self, killed: int) -> Place:
        """Replace a worker that a test has killed, by its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{killed}\n")
        self._process.stdin.flush()
        self.place = self._read()
        return self.place

    def _read(self) -> Place:
        """What it says when it is whole."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the cluster did not start: its last words are above"
        return msgspec.json.decode(line, type=Place)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    """A master and two workers."""
    assert not needs.missing(), needs.missing()
    folder = tmp_path_factory.mktemp("cluster")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.spark.cluster", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        yield RunningCluster(process)


@pytest.fixture(scope="session")
def spark(cluster: RunningCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """A session on the cluster, whose driver is the process of the tests."""
    conf = CONF | {"spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse"))}
    with ExitStack() as stack:
        yield stack.enter_context(session.opened(cluster.place.master, conf, name="tests"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, cluster: RunningCluster) -> "World":
    """The sample in a home of its own."""
    from tests.spark.world import World

    home, log = find_home(tmp_path_factory.mktemp("home")), Log([SAMPLE])
    index = build.ensure(log, home, settings.load(home))
    dataset = Dataset(index)
    content = dataset.info.content
    dataset.close()
    return World(home, IndexedLog(log, index, content), cluster)
