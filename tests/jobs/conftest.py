"""A small log with two tastes in it, its index, and jobs on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.jobs import job_main, supervisor, worker
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo

HOSTILE = "[/b]\x1b]0;owned\x07[red]"
ENDLESS = AlsParams(factors=1024, iterations=500)  # a minute of sweeps on any machine


def write_log(path: Path, users: int = 60, artists: int = 40) -> Path:
    """Play counts of people who like either the even or the odd artists."""
    rng = np.random.default_rng(7)
    lines = ["user_id,artist_name,play_count"]
    for user in range(users):
        taste = np.arange(user % 2, artists, 2)
        for artist in rng.choice(taste, 12, replace=False):
            name = HOSTILE if artist == 0 else f"artist {artist}"
            lines.append(f'u{user},"{name}",{rng.integers(1, 50)}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass
class World:
    """A home with an indexed log."""

    home: Home
    log: Path
    index: Path
    content: str

    @property
    def indexed_log(self) -> IndexedLog:
        """The log as jobs take it."""
        return IndexedLog(Log([self.log]), self.index, self.content)

    def submit(self, params: Params | None = None, **more: object) -> RunInfo:
        """Start a job on the log; `more` as `TrainRequest` has it."""
        request = TrainRequest(params=params or PopularityParams(), **more)  # type: ignore[arg-type]
        return supervisor.submit(self.home, request, self.indexed_log)

    def read(self, run: RunInfo) -> RunInfo:
        """The run as it is now."""
        return store.read_run(self.home, run.id)

    def finished(self, params: Params | None = None, **more: object) -> RunInfo:
        """Do a job to its end, in this process: starting another one takes longer than the job."""
        with mock.patch.object(supervisor, "start", _work_here):
            run = self.submit(params, **more)
        return self.read(run)


def _work_here(_module: str, folder: Path, home: Home, _lock: int, **_: object) -> None:
    """What a worker's process does, but for its signals and its priority."""
    with mock.patch.object(Cancellation, "install"):
        job_main.work(folder, home, worker._task, worker._model_of)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The log, its index and content hash, made once."""
    root = tmp_path_factory.mktemp("world")
    log = write_log(root / "log.csv")
    index = build.ensure(Log([log]), Home(root, root / "cache"))
    dataset = Dataset(index)
    content = dataset.info.content
    dataset.close()
    return log, index, content


@pytest.fixture
def world(home: Home, indexed: tuple[Path, Path, str]) -> Iterator[World]:
    """A home of its own for each test; what still trains at the end is stopped."""
    made = World(home, *indexed)
    yield made
    for run in store.list_runs(home):
        if run.status.live:
            supervisor.ensure_stopped(run, grace=1.0)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, indexed: tuple[Path, Path, str]) -> World:
    """A home with a finished ALS run and a finished popularity run, to be read only."""
    root = tmp_path_factory.mktemp("trained")
    made = World(Home(root, root / "cache"), *indexed)
    made.finished(AlsParams(factors=8, regularization=1.0, alpha=5.0, iterations=5), name="als")
    made.finished(PopularityParams(), name="popular")
    return made


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()
