"""A home with the sample, whose jobs go to the cluster of the tests."""

import contextlib
import json
import urllib.request
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import store
from musicrec_tui.runs.engine import Engine
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo
from tests.spark.conftest import CONF, RunningCluster

PARAMS = AlsParams(factors=16, iterations=8)


class World(NamedTuple):
    """A home with the sample, indexed."""

    home: Home
    log: IndexedLog
    cluster: RunningCluster

    @property
    def engine(self) -> Engine:
        """The cluster of the tests."""
        return Engine(name="spark", master=self.cluster.place.master, conf=CONF)

    def submit(self, params: AlsParams = PARAMS, conf: dict[str, str] | None = None, **more: object) -> RunInfo:
        """Start a run on the cluster, with settings of Spark beside those of all tests."""
        engine = msgspec.structs.replace(self.engine, conf=self.engine.conf | (conf or {}))
        request = TrainRequest(params=params, engine=engine, **more)  # type: ignore[arg-type]
        return supervisor.submit(self.home, request, self.log)

    def ended(self, run: RunInfo) -> RunInfo:
        """The same run, after its end."""
        for _ in supervisor.follow(run):
            pass
        found = store.read_run(self.home, run.id)
        assert not (left := list(run.folder.glob(".spark.*"))), left
        return found


def children(pid: int) -> list[int]:
    """The process ids of all that a process has started, and these."""
    told: list[str] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended
            told += thread.read_text(encoding="ascii").split()
    return [one for child in map(int, told) for one in (child, *children(child))]


def lives(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def applications(world: World) -> list[str]:
    """Those of the cluster that are at work; the tests' own session is none of a run."""
    with urllib.request.urlopen(f"{world.cluster.place.pages}/json/") as answer:  # noqa: S310  (the cluster of the tests)
        names = [one["name"] for one in json.load(answer)["activeapps"]]
    return [name for name in names if name != "tests"]
