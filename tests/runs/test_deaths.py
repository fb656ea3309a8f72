"""A job that died says as much as anybody knows."""

import signal
import subprocess
import sys

import pytest

from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.runs import deaths, store
from musicrec_tui.runs.events import Epoch, Heartbeat, Progress
from tests.runs.conftest import NOW, MakeRun, tell


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        (signal.SIGKILL, ("killed (signal 9)", "memory runs out", "Lower `batch`", "Start it again")),
        (signal.SIGSEGV, ("crashed in a library", "SIGSEGV", "log.txt", "Start it again")),
        (signal.SIGTERM, ("stopped from outside", "SIGTERM", "Start it again")),
        (None, ("ended without a result", "log.txt", "Lower `batch`", "Start it again")),
    ],
)
def test_each_death_has_a_sentence(
    home: Home, make: MakeRun, number: signal.Signals | None, parts: tuple[str, ...]
) -> None:
    run = make(None, params=NcfParams())
    before = store.read_run(home, run.id)
    assert "without a result" in before.reason
    if number is not None:
        deaths.record_signal(run.folder, -number)
    read = store.list_runs(home)[0]
    assert read.status is store.Status.DIED
    for part in parts:
        assert part in f"{read.reason} {read.advice}"


@pytest.mark.parametrize("raw", [b"", b"nine", b"-9", b"0", b"4711", b"9" * 100, b"\xff"])
def test_damage_to_what_was_kept_is_as_if_nothing_were(home: Home, make: MakeRun, raw: bytes) -> None:
    run = make(None)
    (run.folder / deaths.FILE).write_bytes(raw)
    assert "without a result" in store.read_run(home, run.id).reason


def test_an_exit_of_its_own_is_no_killing_and_a_folder_that_is_gone_stays_so(home: Home, make: MakeRun) -> None:
    run = make(None)
    deaths.record_signal(run.folder, 1)
    assert deaths.signal_of(run.folder) is None
    deaths.record_signal(home.runs / "gone", -9)
    assert not (home.runs / "gone").exists()


def test_who_started_a_worker_sees_by_what_it_was_killed(make: MakeRun) -> None:
    run = make(None)
    process = subprocess.Popen([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    supervisor._reap(process, run.folder)
    assert deaths.signal_of(run.folder) is signal.SIGKILL


def test_the_trend_is_what_was_measured_on_validation_and_begins_anew_with_a_refit(home: Home, make: MakeRun) -> None:
    run = make(None)

    def epoch(number: int, phase: str = "fit", **measured: float) -> Epoch:
        named = {name.replace("_at_", "@"): value for name, value in measured.items()}
        return Epoch(at=NOW, epoch=number, of=9, metrics=named, seconds=1.0, phase=phase)

    def trend() -> tuple[str, tuple[float, ...]] | None:
        read = store.read_run(home, run.id).trend
        return (read.metric, read.values) if read else None

    assert trend() is None
    tell(run, epoch(1, loss=0.9), epoch(2, loss=0.8))
    assert trend() == ("loss", (0.9, 0.8))
    tell(run, epoch(3, loss=0.7, val_ndcg_at_10=0.1), epoch(4, loss=0.6), epoch(5, loss=0.5, val_ndcg_at_10=0.2))
    assert trend() == ("val_ndcg@10", (0.1, 0.2))
    tell(run, epoch(1, "refit", loss=0.4), epoch(2, "refit"))
    assert trend() == ("loss", (0.4,))
    tell(run, Progress(at=NOW, phase="fit", done=1, of=2, memory_mb=300), Heartbeat(at=NOW, memory_mb=0))
    assert store.read_run(home, run.id).memory_mb == 300
    tell(run, Heartbeat(at=NOW, memory_mb=400))
    assert store.read_run(home, run.id).memory_mb == 400
