"""A job whose process writes nothing any more is said to be silent, in every list; one that ended never is."""

import os
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from musicrec_tui.cli.app import run as command
from musicrec_tui.paths import Home
from musicrec_tui.runs import eventlog, job_info, store, tuning_store
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.tui.common.run_status import label_lines
from musicrec_tui.tui.train.job_list import second_job_row
from tests.tui.train.train_support import FakeJob, FakeRun
from tests.tui.tune.tune_support import FakeTuning

NOW = time.time()


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, a job is silent for as long as it says."""
    monkeypatch.setattr(job_info, "time", SimpleNamespace(time=lambda: NOW))


@pytest.fixture(params=["run", "tuning"])
def job(home: Home, request: pytest.FixtureRequest) -> Iterator[FakeRun | FakeTuning]:
    made = FakeRun(home) if request.param == "run" else FakeTuning(home)
    made.start()
    yield made
    made.die()


def last_event_was(job: FakeJob, seconds: float) -> None:
    at = NOW - seconds
    os.utime(job.folder / eventlog.FILE, (at, at))


def read(home: Home, job: FakeRun | FakeTuning) -> store.RunInfo | TuningInfo:
    if isinstance(job, FakeRun):
        return store.read_run(home, job.info.id)
    return tuning_store.read_tuning(home, job.info.id)


def test_a_silent_job_says_for_how_long_and_what_can_be_done(
    home: Home, job: FakeRun | FakeTuning, capsys: pytest.CaptureFixture[str]
) -> None:
    last_event_was(job, 0)
    assert read(home, job).silence == ""
    last_event_was(job, 44)
    found = read(home, job)
    assert found.silence == "no sign of life for 40 s"
    assert found.silence_advice.startswith("Process 4000000 may be suspended or hang. Cancel it")
    assert found.to_json()["silent_seconds"] == 40
    assert any("No sign of life for 40 s" in line.plain for line in label_lines(found))
    if isinstance(found, store.RunInfo):
        assert "no sign of life for 40 s" in second_job_row(found, 40).plain
    name = "runs" if isinstance(job, FakeRun) else "tunings"
    for arguments in ([name], [name, "show", job.info.id]):
        assert command([*arguments, "--home", str(home.root)]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "no sign of life for 40 s" in said
        assert f"musicrec-tui {name} cancel {job.info.id}" in said


def test_a_sign_of_life_the_end_and_a_clock_that_was_set_back_make_no_job_silent(
    home: Home, job: FakeRun | FakeTuning
) -> None:
    last_event_was(job, -3600)
    assert read(home, job).silence == ""
    last_event_was(job, 50)
    job.fail("no room")
    last_event_was(job, 50)
    assert read(home, job).silence == ""


@pytest.mark.parametrize(("seconds", "said"), [(30, "30 s"), (119, "119 s"), (125, "2 min"), (7300, "2 h")])
def test_long_silence_is_told_in_longer_units(seconds: int, said: str) -> None:
    assert job_info.no_sign_of_life(seconds) == f"no sign of life for {said}"
