"""One job that cannot be read is one row that says so: it ends no list, and nothing waits or reads without an end."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.runs import deaths, eventlog, info, labels, metrics, status, store, test_usage, trials, tuning_store
from musicrec_tui.runs.store import Status
from tests.runs.conftest import MakeRun
from tests.tui.tune.tune_support import FakeTuning

DEEP = b"[" * 100_000
Damage = Callable[[Path], None]


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def loop(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path)


def deep(path: Path) -> None:
    path.write_bytes(DEEP)


EVERY = (fifo, endless, folder, loop, deep)


@pytest.mark.parametrize("damage", EVERY)
@pytest.mark.parametrize("file", [info.SPEC, eventlog.FILE, metrics.FILE, labels.FILE, deaths.FILE, status.LOCK])
def test_a_bad_file_of_one_run_leaves_the_others(home: Home, make: MakeRun, file: str, damage: Damage) -> None:
    good, bad = make(0.2, name="good"), make(None if file == deaths.FILE else 0.3, name="bad")
    damage(bad.folder / file)
    store._known.clear()
    rows = {run.id: run for run in store.list_runs(home)}
    assert rows[good.id] == good
    assert rows[bad.id].reason or rows[bad.id].label_damage or rows[bad.id].status is Status.FINISHED
    assert store.find_run(home, good.id) == good


@pytest.mark.parametrize("damage", EVERY)
@pytest.mark.parametrize("file", ["spec.json", eventlog.FILE, labels.FILE, "trials/000000/trial.json", "trials"])
def test_a_bad_file_of_one_tuning_leaves_the_others(home: Home, file: str, damage: Damage) -> None:
    good, bad = FakeTuning(home, name="good"), FakeTuning(home, name="bad")
    for tuning in (good, bad):
        tuning.start()
        tuning.some(2)
        tuning.die()
    if (bad.folder / file).is_dir():
        shutil.rmtree(bad.folder / file)
    damage(bad.folder / file)
    tuning_store._known.clear()
    rows = {tuning.label: tuning for tuning in tuning_store.list_tunings(home)}
    assert len(rows["good"].trials) == 2
    assert len(rows) == 2


@pytest.mark.parametrize("name", ["²", "٣", "-1", "1e3", "9" * 200])
def test_a_folder_that_is_no_trial_is_passed_over(home: Home, name: str) -> None:
    tuning = FakeTuning(home)
    tuning.some(2)
    shutil.copytree(tuning.folder / trials.FOLDER / "000000", tuning.folder / trials.FOLDER / name)
    tuning_store._known.clear()
    assert len(tuning_store.list_tunings(home)[0].trials) == 2


@pytest.mark.parametrize("damage", EVERY)
def test_the_count_of_evaluations_ends_no_list(home: Home, make: MakeRun, damage: Damage) -> None:
    run = make(0.2)
    damage(home.root / test_usage.FILE)
    assert [one.id for one in store.list_runs(home)] == [run.id]


@pytest.fixture
def open_home() -> Iterator[Home]:
    """A home that another user could read."""
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    root.chmod(0o755)
    yield Home(root, root / "cache")
    shutil.rmtree(root, ignore_errors=True)


def as_a_user(work: Callable[[], None]) -> None:
    """Do something in another process, which is not root's: root may read everything."""
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            work()
        except BaseException as error:  # noqa: BLE001  (told by the exit code)
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_folders_without_permission_are_rows(open_home: Home) -> None:
    tunings = [FakeTuning(open_home, name=name) for name in ("closed", "open")]
    for tuning in tunings:
        tuning.die()
    tunings[0].folder.chmod(0)
    tuning_store._known.clear()

    def look() -> None:
        closed, opened = sorted(tuning_store.list_tunings(open_home), key=lambda one: one.status is not Status.DAMAGED)
        assert closed.status is Status.DAMAGED
        assert "Permission denied" in closed.reason
        assert opened.label == "open"

    as_a_user(look)
    tunings[0].folder.chmod(0o755)
