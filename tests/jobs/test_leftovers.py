"""What killed processes leave is removed at the next start; what a live process writes never is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from musicrec_tui import files, settings
from musicrec_tui.dataset.index import pruning
from musicrec_tui.jobs import leftovers
from musicrec_tui.paths import Home
from musicrec_tui.runs import eventlog, job_folders, status, store, trials
from tests.clock import Clock
from tests.tui.train.train_support import FakeRun
from tests.tui.tune.tune_support import FakeTuning

WRITER = """
import sys, time
from pathlib import Path
from musicrec_tui import files
target = Path(sys.argv[2])
with getattr(files, sys.argv[1])(target) as temporary:
    (temporary / "part" if temporary.is_dir() else temporary).write_bytes(b"half")
    print(temporary, flush=True)
    time.sleep(600)
"""


def grow_old(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (time.time() - 3600,) * 2, follow_symlinks=False)


@pytest.mark.parametrize("kind", ["replacing", "replacing_folder"])
def test_a_temporary_file_stays_while_it_is_written_and_goes_after_a_kill(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "a.b"
    with subprocess.Popen([sys.executable, "-c", WRITER, kind, str(target)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        temporary = Path(writer.stdout.readline().decode().strip())
        grow_old(temporary)
        files.sweep(tmp_path)
        assert temporary.exists()
        writer.send_signal(signal.SIGKILL)
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_that_nobody_has_locked_stays_for_a_minute(tmp_path: Path) -> None:
    left = tmp_path / ".a.json.abcdefgh.tmp"
    left.write_bytes(b"")
    files.sweep(tmp_path)
    assert left.exists()
    grow_old(left)
    files.sweep(tmp_path)
    assert not left.exists()


def test_the_next_export_removes_the_last_ones_leftover_and_no_other_file(tmp_path: Path) -> None:
    ours = tmp_path / ".plays.csv.0a_9zzzz.tmp"
    others = [tmp_path / name for name in (".plays.csv.tmp", ".other.csv.0a_9zzzz.tmp", "plays.csv.0a_9zzzz.tmp")]
    for path in (ours, *others):
        path.write_bytes(b"")
    grow_old(ours, *others)
    files.write_bytes(tmp_path / "plays.csv", b"x")
    assert set(tmp_path.iterdir()) == {tmp_path / "plays.csv", *others}


def test_a_link_in_place_of_a_temporary_file_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    link = tmp_path / ".a.0a_9zzzz.tmp"
    link.symlink_to(tmp_path / "precious")
    grow_old(link)
    files.sweep(tmp_path)
    assert (tmp_path / "precious").is_dir()


def test_a_start_removes_what_killed_jobs_left_and_nothing_of_live_ones(home: Home) -> None:
    dead, live, tuning = FakeRun(home), FakeRun(home), FakeTuning(home)
    half_made, being_made = home.runs / f"{job_folders.NEW}dead", home.runs / f"{job_folders.NEW}live"
    for folder in (half_made, being_made):
        folder.mkdir()
    lock = files.try_lock(being_made / status.LOCK)
    assert lock is not None
    trial = tuning.folder / trials.FOLDER / "000001"
    trial.mkdir(parents=True)
    left = [dead.folder / ".metrics.json.abcdefgh.tmp", dead.folder / ".model.abcdefgh.tmp",
            dead.folder / ".spark.abcdefgh.tmp",
            trial / ".trial.json.abcdefgh.tmp", home.root / ".state.json.abcdefgh.tmp"]  # fmt: skip
    stays = live.folder / ".metrics.json.abcdefgh.tmp"
    for path in (*left, stays):
        if "model" in path.name or "spark" in path.name:
            (path / "checkpoints").mkdir(parents=True)
        else:
            path.write_bytes(b"half")
    grow_old(*left, stays, half_made, being_made)
    dead.die()
    tuning.die()
    leftovers.sweep(home)
    assert not any(path.exists() for path in (*left, half_made))
    assert not (dead.folder / eventlog.RESERVE).exists()
    assert not (tuning.folder / eventlog.RESERVE).exists()
    assert stays.exists()
    assert being_made.exists()
    assert (live.folder / eventlog.RESERVE).exists()
    assert store.read_run(home, dead.info.id).status is store.Status.DIED
    live.die()
    os.close(lock)


def test_profiles_and_indexes_are_swept_unless_they_are_being_changed(home: Home) -> None:
    spill, index = home.profiles / ".abc.spill", home.indexes / ".0-1.duckdb.abcdefgh.tmp"
    for path in (spill, index):
        path.mkdir(parents=True)
    held = [files.try_lock(home.profiles / ".lock"), files.try_lock(home.indexes / "0-1.duckdb.lock")]
    leftovers.sweep(home)
    assert spill.exists()
    assert index.exists()
    for lock in held:
        assert lock is not None
        os.close(lock)
    leftovers.sweep(home)
    assert not spill.exists()
    assert not index.exists()


def test_days_on_which_the_screen_was_started_make_an_unused_index_old(home: Home, clock: Clock) -> None:
    index = home.indexes / "0-1.duckdb"
    files.make_folder(index.parent)
    files.write_bytes(index, b"")
    for day in range(31):
        clock.days = day
        leftovers.sweep(home)
        assert index.exists()
    pruning.prune(home.indexes, home.indexes, days=30, gigabytes=1)
    assert not index.exists()


def test_an_empty_home_and_one_that_cannot_be_written_to_are_no_error(home: Home) -> None:
    leftovers.sweep(home)
    settings.save(home, settings.Settings(slots=1))
    home.root.chmod(0o500)
    try:
        leftovers.sweep(home)
    finally:
        home.root.chmod(0o700)
