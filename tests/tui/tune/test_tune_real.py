"""A real grid on a small log, from the form to the test of its best, killed in the middle and resumed by a key."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs import stopping, supervisor
from musicrec_tui.paths import Home
from musicrec_tui.runs import store as runs
from musicrec_tui.runs import tuning_store
from musicrec_tui.runs.status import Status
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell import background
from musicrec_tui.tui.train.screen import TrainScreen
from musicrec_tui.tui.tune.tune_form import TuneForm
from tests.jobs.conftest import write_log
from tests.tui.support import settled, until
from tests.tui.train.train_support import FakeDataset, screen_text
from tests.tui.tune.tune_support import TuneApp


class RealApp(TuneApp):
    """The Tune screen over a log that is really there, looking at its jobs as the program does."""

    def __init__(self, home: Home, log: Path, dataset: Dataset) -> None:
        super().__init__(home, cast(FakeDataset, dataset))
        self.session.log = Log([log])

    async def _begin(self) -> None:
        start(self, "watch", background.watch_runs, self.session, self.draw_title)


@pytest.fixture
def app(home: Home, tmp_path: Path) -> Iterator[RealApp]:
    """The app; what is at work in its home at the end is stopped."""
    log = write_log(tmp_path / "log.csv")
    yield RealApp(home, log, Dataset(build.ensure(Log([log]), home)))
    for tuning in tuning_store.list_tunings(home):
        supervisor.ensure_stopped(tuning, grace=1.0)
    for run in runs.list_runs(home):
        supervisor.ensure_stopped(run, grace=1.0)


async def test_a_killed_tuning_goes_on_from_the_screen_and_its_best_is_tested(app: RealApp, home: Home) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await app.screen.query_one(TuneForm).fill({"tune.plan": "own grid"})
        values = ", ".join(f"{0.1 * step:g}" for step in range(1, 13))
        await app.screen.query_one(TuneForm).fill({"regularization": values, "factors": "256", "iterations": "20"})
        await pilot.pause()
        assert "12 trials, each a fit." in screen_text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any(len(one.trials) >= 3 for one in tuning_store.list_tunings(home)))
        (tuning,) = tuning_store.list_tunings(home)
        pid = stopping.worker_pid(tuning.folder)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(pilot, lambda: "† died" in screen_text(app))
        before = tuning_store.read_tuning(home, tuning.id)
        assert before.status is Status.DIED
        assert 3 <= len(before.trials) < 12
        await pilot.press("R")
        await until(pilot, lambda: "✓ finished  12 of 12 trials" in screen_text(app))
        after = tuning_store.read_tuning(home, tuning.id)
        assert [after.trials[trial.number] for trial in before.trials] == list(before.trials)
        await until(pilot, lambda: "%" in screen_text(app))  # the importances, by their own process
        await settled(pilot)  # they are calculated anew when all trials are there
        await pilot.press("t", "y")
        await until(pilot, lambda: isinstance(app.screen, TrainScreen) and "on test" in screen_text(app))
        await until(pilot, lambda: "used once" in screen_text(app))
    (run,) = runs.list_runs(home)
    assert run.spec is not None
    assert after.best is not None
    assert run.spec.params == after.best.params
