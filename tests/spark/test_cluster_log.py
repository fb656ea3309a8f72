"""A log that the cluster alone reads: its run and its index are those of the same files on this machine."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pytest

from musicrec_tui.cli import spark_submit
from musicrec_tui.cli.app import run
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build, cache, ready_tables
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.evaluation import assessment
from musicrec_tui.jobs import supervisor
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.paths import Home, find_home
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import store
from musicrec_tui.runs.engine import Engine
from musicrec_tui.runs.events import Log as Line
from musicrec_tui.runs.events import Progress
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from tests.cli.conftest import USERS, write_log
from tests.spark.conftest import CONF, RunningCluster
from tests.tui.support import clean, settled
from tests.waiting import until

pytestmark = pytest.mark.slow

PARAMS = AlsParams(factors=8, iterations=4)
SPLIT = SplitSpec(test=0.2, validation=0.2)


class World(NamedTuple):
    """A home without an index of the log."""

    home: Home
    file: Path
    cluster: RunningCluster

    @property
    def log(self) -> Log:
        """The log at its address."""
        return Log([f"file://{self.file}"])

    def submit(self) -> RunInfo:
        """Start a run whose job reads the log."""
        engine = Engine(name="spark", master=self.cluster.place.master, conf=CONF)
        request = TrainRequest(params=PARAMS, split=SPLIT, engine=engine)
        return supervisor.submit(self.home, request, IndexedLog(self.log, cache.index_path(self.log, self.home), ""))

    def finished(self, job: RunInfo) -> RunInfo:
        """The same run, at its end."""
        for _ in supervisor.follow(job):
            pass
        found = store.read_run(self.home, job.id)
        assert found.status is Status.FINISHED, found.reason
        assert not (left := list(job.folder.glob(".spark.*"))), left
        return found


def lines(job: RunInfo) -> list[str]:
    """What its log says."""
    events, _ = store.read_events(job.folder, 0)
    return [event.text for event in events if isinstance(event, Line)]


def kill(job: RunInfo) -> None:
    """Kill the driver of a run."""
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, cluster: RunningCluster) -> World:
    """A log in a home of its own."""
    folder = tmp_path_factory.mktemp("log of the cluster")  # its name has blanks
    return World(find_home(tmp_path_factory.mktemp("home")), write_log(folder / "log.csv"), cluster)


@pytest.fixture(scope="module")
def local(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that this machine makes of the same files."""
    return build.ensure(Log([world.file]), find_home(tmp_path_factory.mktemp("other home")))


@pytest.fixture(scope="module")
def trained(world: World) -> RunInfo:
    """A run whose job has read the log."""
    return world.finished(world.submit())


def test_its_index_is_that_of_the_same_files(world: World, local: Path, trained: RunInfo) -> None:
    made = cache.find_index(world.log, world.home)
    assert made is not None
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{made}' AS cluster (READ_ONLY); ATTACH '{local}' AS here (READ_ONLY)")
        tables = both.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'here'").fetchall()
        for table in {name for (name,) in tables} - {"file", "offender", "meta"}:
            for some, others in (("here", "cluster"), ("cluster", "here")):
                sql = f'SELECT * FROM {some}."{table}" EXCEPT ALL SELECT * FROM {others}."{table}"'  # noqa: S608
                assert both.execute(sql).fetchall() == [], table
    here, there = Dataset(local), Dataset(made)
    assert there.info.content == here.info.content == trained.content
    assert (there.info.rows, there.info.kept, there.info.rejected) == (
        here.info.rows, here.info.kept, here.info.rejected,
    )  # fmt: skip
    assert there.info.notes == (ready_tables.BY_CLUSTER,)
    here.close()
    there.close()


def test_its_split_and_its_metrics_are_those_of_this_machine(local: Path, trained: RunInfo) -> None:
    dataset = Dataset(local)
    split = splits.split(dataset, interactions.load_interactions(dataset), SPLIT)
    dataset.close()
    model = models.load(trained.folder / MODEL)
    assert (model.train != split.train).nnz == 0
    found = assessment.assess(model.recommender.scores, split.train, split.train, split.validation, 10)
    assert trained.metrics == pytest.approx(found.metrics, abs=1e-9)
    assert trained.result is not None
    assert trained.result.users == len(found.users)


def test_a_log_that_has_not_changed_is_not_read_again(world: World, trained: RunInfo) -> None:
    assert any(line.startswith("Spark has read ") for line in lines(trained))
    again = world.finished(world.submit())
    assert "The log is what its index was made from: it is not read again." in lines(again)
    assert again.content == trained.content
    ours, theirs = (models.load(one.folder / MODEL).train for one in (trained, again))
    assert (ours != theirs).nnz == 0


def test_commands_and_explore_find_it_by_its_address(
    world: World, trained: RunInfo, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", world.log.names[0], "--home", str(world.home.root)]
    for command, key in (
        (["recommend", "--user", USERS[1], "-k", "3"], "rows"), (["runs"], "runs"), (["users", "user3"], "rows"),
        (["artists", "band"], "rows"),
    ):  # fmt: skip
        assert run([*command, "--json", *place]) == 0
        assert json.loads(capsys.readouterr().out)[key], command

    async def search() -> None:
        app = MusicrecApp(world.home, world.log, Settings())
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("slash", *"Band 21")
            await settled(pilot)
            assert "Band 21" in clean(app)
            await pilot.press("enter", "slash", *USERS[3])
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            assert f"For user {USERS[3]} · " in clean(app)
            assert trained.label in clean(app)

    asyncio.run(search())


def test_it_is_an_application_of_spark_submit(world: World, trained: RunInfo) -> None:
    import pyspark

    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    conf = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    arguments = ["als", "--set", "factors=8", "--set", "iterations=4", "--validation-size", "0.2", "--json"]
    place = ["--data", world.log.names[0], "--home", str(world.home.root)]
    told = subprocess.run(
        [submit, "--master", world.cluster.place.master, *conf, spark_submit.__file__, *arguments, *place],
        capture_output=True, text=True, check=False, env=os.environ | {"PYSPARK_PYTHON": sys.executable},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:]
    found = store.list_runs(world.home)[0]
    assert found.id in told.stdout
    assert found.spec is not None
    assert (found.status, found.content, found.spec.engine) == (Status.FINISHED, trained.content, Engine(name="spark"))
    assert world.cluster.place.master in found.device
    ours, theirs = (models.load(one.folder / MODEL).recommender.arrays() for one in (trained, found))
    np.testing.assert_allclose(ours["artists"], theirs["artists"], atol=1e-5)


@pytest.mark.parametrize("stop", [supervisor.cancel, kill], ids=["cancelled", "killed"])
def test_a_job_that_is_stopped_while_the_cluster_reads_leaves_no_index(
    world: World, stop: Callable[[RunInfo], object]
) -> None:
    file = world.file.with_name(f"{stop.__name__}.csv")
    file.write_bytes(world.file.read_bytes())
    other = world._replace(file=file)
    job = other.submit()
    for event in supervisor.follow(job):
        if isinstance(event, Progress) and event.phase == "load" and event.done > 1:  # it has written tables
            stop(store.read_run(world.home, job.id))
            break
    until(lambda: not store.read_run(world.home, job.id).status.live, "the job to end")
    assert store.read_run(world.home, job.id).status is (Status.DIED if stop is kill else Status.CANCELLED)
    assert bool(list(job.folder.glob(".spark.*"))) is (stop is kill)  # which the next start removes
    place = cache.index_path(other.log, world.home)
    assert not place.exists()
    assert not list(place.parent.glob(f".{place.name}*"))
