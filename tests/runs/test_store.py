"""The list of runs: never broken by one of them, and right about each."""

import concurrent.futures
import os
import shutil
from datetime import timedelta
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from musicrec_tui import files, sealed
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import eventlog, events, info, labels, metrics, status, store, tuning_store
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.events import Cancelled, Epoch, Failed, Finished, Progress, Queued, Started
from musicrec_tui.runs.job_folders import CHANGED
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Digest
from musicrec_tui.runs.store import RunInfo, Status
from tests.runs.conftest import FINISHED, NOW, MakeRun, tell


def new_run(home: Home, **more: object) -> tuple[RunInfo, int]:
    request = TrainRequest(params=AlsParams(), **more)  # type: ignore[arg-type]
    return store.create_run(home, request, IndexedLog(Log([]), Path("/index"), "c1"))


def test_a_home_without_runs_lists_none(home: Home) -> None:
    assert store.list_runs(home) == []


def test_a_new_run_is_queued_as_long_as_its_lock_is_held(home: Home) -> None:
    run, lock = new_run(home)
    assert run.status is Status.QUEUED
    os.close(lock)
    assert store.read_run(home, run.id).status is Status.DIED


@pytest.mark.parametrize("last", [FINISHED, Failed(at=NOW, reason="r", advice="a"), Cancelled(at=NOW), None])
@pytest.mark.parametrize("started", [True, False])
@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("asked", [True, False])
def test_the_state_is_what_the_folder_says(
    home: Home, last: Finished | Failed | Cancelled | None, *, started: bool, alive: bool, asked: bool
) -> None:
    run, lock = new_run(home)
    tell(run, Queued(at=NOW, pid=5))
    if started:
        tell(run, Started(at=NOW, pid=5))
    if last:
        tell(run, last)
    if asked:
        (run.folder / "cancel").touch()
    if not alive:
        os.close(lock)
    status = store.read_run(home, run.id).status
    if isinstance(last, Finished):
        assert status is Status.DAMAGED  # finished, and no metrics.json
    elif last:
        assert status is (Status.FAILED if isinstance(last, Failed) else Status.CANCELLED)
    elif alive:
        assert status is (Status.RUNNING if started else Status.QUEUED)
    else:
        assert status is (Status.CANCELLED if asked else Status.DIED)
    if alive:
        os.close(lock)


def test_the_last_of_each_event_is_told(home: Home) -> None:
    run, lock = new_run(home)
    tell(run, Queued(at=NOW, pid=5), Started(at=NOW, pid=6))
    for number in (1, 2):
        tell(run, Epoch(at=NOW, epoch=number, of=9, metrics={"loss": 1.0}, seconds=1.0))
        tell(run, Progress(at=NOW, phase="fit", done=number, of=9))
        assert (store.read_run(home, run.id).epoch or pytest.fail("no epoch")).epoch == number
    read = store.read_run(home, run.id)
    assert (read.pid, read.progress and read.progress.done) == (6, 2)
    os.close(lock)


def test_runs_are_listed_newest_first_and_by_content(home: Home, make: MakeRun) -> None:
    made = [make(), make(content="c2"), make(name="mine")]
    assert [run.id for run in store.list_runs(home)] == [run.id for run in reversed(made)]
    assert [run.label for run in store.list_runs(home)] == ["mine", "ALS #2", "ALS #1"]
    assert [run.id for run in store.list_runs(home, "c2")] == [made[1].id]


def test_numbers_are_unique_and_never_used_again(home: Home, make: MakeRun) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_run(home), range(24)))
    assert sorted(run.number for run, _ in made) == list(range(1, 25))
    for run, lock in made:
        os.close(lock)
        store.delete_run(home, run)
    assert make().number == 25


def test_a_list_reads_again_only_what_has_changed(home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [make() for _ in range(3)]
    store.list_runs(home)
    read: list[str] = []
    real = info.read

    def watched(folder: Path, known: Digest | None = None) -> tuple[RunInfo, Digest]:
        read.append(folder.name)
        return real(folder, known)

    monkeypatch.setattr(info, "read", watched)
    assert len(store.list_runs(home)) == 3
    assert read == []
    (made[1].folder / "metrics.json").write_bytes(b"{}")
    assert store.list_runs(home)[1].status is Status.DAMAGED
    assert set(read) == {made[1].id}


@pytest.mark.parametrize("name", ["spec.json", "metrics.json", "events.jsonl", "lock"])
@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "gone", "folder", "foreign", "flipped"])
def test_a_damaged_run_never_breaks_the_list(home: Home, make: MakeRun, name: str, damage: str) -> None:
    bad, good, other = make(), make(), make(0.9, content="c2", k=5)
    path = bad.folder / name
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage == "foreign":
        shutil.copy(other.folder / name, path)
    elif damage != "gone":
        middle = len(content) // 2
        flipped = content[:middle] + bytes(byte ^ 1 for byte in content[middle : middle + 1]) + content[middle + 1 :]
        path.write_bytes({"empty": b"", "garbage": b"\xff\x00[[", "cut": content[:middle], "flipped": flipped}[damage])
    listed = {run.id: run for run in store.list_runs(home)}
    assert listed[good.id] == good
    assert listed[other.id] == other
    found = listed[bad.id]
    if name in ("spec.json", "metrics.json") and damage != "foreign":
        assert found.status is Status.DAMAGED
        assert name in found.reason
    if name == "spec.json":
        assert found.status is Status.DAMAGED
    assert found.status in (Status.DAMAGED, Status.FINISHED, Status.DIED)
    assert found.status is Status.FINISHED or found.reason
    store.delete_run(home, found)
    assert [run.id for run in store.list_runs(home)] == [other.id, good.id]


def test_metrics_of_another_run_are_noticed(home: Home, make: MakeRun) -> None:
    run, other = make(), make(content="c2")
    shutil.copy(other.folder / "metrics.json", run.folder / "metrics.json")
    read = store.read_run(home, run.id)
    assert read.status is Status.DAMAGED
    assert "another" in read.reason


def test_what_is_no_run_is_not_listed(home: Home, make: MakeRun) -> None:
    run = make()
    (home.runs / "notes.txt").write_text("mine")
    (home.runs / ".new-1").mkdir()
    assert [found.id for found in store.list_runs(home)] == [run.id]


def test_deleting_refuses_a_live_run_and_leaves_no_trace_of_a_dead_one(home: Home, make: MakeRun) -> None:
    run, lock = new_run(home)
    with pytest.raises(UserError, match="still running"):
        store.delete_run(home, run)
    assert run.folder.is_dir()
    os.close(lock)
    store.delete_run(home, run)
    assert [path.name for path in home.runs.iterdir()] == [".counter"]
    with pytest.raises(UserError, match="There is no run"):
        store.read_run(home, run.id)


@pytest.mark.parametrize("text", ["../outside", "", ".", "..", ".counter", "/etc", "no\x1bsuch"])
def test_only_a_run_is_read(home: Home, make: MakeRun, text: str) -> None:
    make()
    with pytest.raises(UserError, match="There is no run"):
        store.read_run(home, text)


def test_a_run_is_found_by_id_prefix_and_name(home: Home, make: MakeRun) -> None:
    first, second = make(name="night owl"), make(params=NcfParams())
    assert store.find_run(home, first.id).id == first.id
    assert store.find_run(home, "NIGHT  Owl").id == first.id
    assert store.find_run(home, "ncf #2").id == second.id
    assert store.find_run(home, second.id[:-1]).id == second.id
    assert store.find_run(home, "2").id == store.find_run(home, "#2").id == second.id


def test_what_is_meant_must_be_clear(home: Home, make: MakeRun) -> None:
    made = [make(name="twin"), make(name="twin")]
    with pytest.raises(UserError, match="2 runs") as raised:
        store.find_run(home, "twin")
    assert all(run.id in str(raised.value) for run in made)
    with pytest.raises(UserError, match="2 runs"):
        store.find_run(home, "20")
    for unknown in ("nothing", "", "\x1b[2J"):
        with pytest.raises(UserError, match="There is no run") as raised:
            store.find_run(home, unknown)
        assert "\x1b" not in str(raised.value)


def test_latest_is_the_last_finished(home: Home, make: MakeRun) -> None:
    finished = make()
    make(None)
    assert store.find_run(home, "latest").id == finished.id
    with pytest.raises(UserError, match="finished"):
        store.find_run(home, "latest", "other")


def test_best_is_by_validation_within_what_compares(home: Home, make: MakeRun) -> None:
    make(0.9, content="c2")
    make(0.8, k=20)
    make(0.7, split=SplitSpec(seed=1))
    make(0.6, candidates="some")
    best, _ = make(0.3), make(0.2)
    make(0.99, final=True)
    make(None)
    assert store.find_run(home, "best").id == best.id
    assert store.find_run(home, "best", "c2").metrics["ndcg@10"] == 0.9
    with pytest.raises(UserError, match="--final"):
        store.find_run(home, "best", "c3")


def test_only_runs_on_test_have_nothing_best(home: Home, make: MakeRun) -> None:
    make(0.9, final=True)
    with pytest.raises(UserError, match="validation"):
        store.find_run(home, "best")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (SplitSpec(validation=0.3), True), (SplitSpec(protocol="repeat"), True), (SplitSpec(seed=7), False),
        (SplitSpec(test=0.3), False), (SplitSpec(min_artists=9), False), (SplitSpec("leave-last"), False),
    ],
)  # fmt: skip
def test_a_test_part_is_the_same_whatever_is_left_for_validation(
    home: Home, make: MakeRun, other: SplitSpec, same: bool
) -> None:
    make(final=True)
    assert make(final=True, split=other).test_looks == (2 if same else 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SplitSpec("leave-last"), SplitSpec("leave-last", seed=7, validation=0.2)),
        (SplitSpec("time", protocol="repeat"), SplitSpec("time", protocol="repeat", seed=7, min_artists=9)),
    ],
)
def test_what_a_kind_of_split_does_not_look_at_makes_no_other_test_part(
    home: Home, make: MakeRun, first: SplitSpec, second: SplitSpec
) -> None:
    make(final=True, split=first)
    assert make(final=True, split=second).test_looks == 2


def test_looks_at_a_test_part_are_counted_for_ever(home: Home, make: MakeRun) -> None:
    first = make(final=True)
    assert first.test_looks == 1
    make(final=True, split=SplitSpec(seed=7))
    store.delete_run(home, first)
    again = make(final=True)
    assert again.test_looks == 2
    log = home.root / "test_looks.jsonl"
    log.write_bytes(log.read_bytes() + b'{"run":"x"}\ngarbage\n{"torn')
    assert make(final=True).test_looks == 3
    assert make().test_looks == 3  # a validation run knows it, too


def test_what_a_reader_holds_for_a_moment_does_not_stop_a_delete(home: Home, make: MakeRun) -> None:
    run = make()
    held = files.try_lock(run.folder / "lock", shared=True)
    assert held is not None
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        deleting = pool.submit(store.delete_run, home, run)
        os.close(held)
        deleting.result()
    assert not run.folder.exists()


def test_a_home_that_cannot_be_read_lists_nothing(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.runs.write_text("a file")
    assert store.list_runs(home) == []


def test_a_popularity_run_is_called_so(make: MakeRun) -> None:
    assert make(params=PopularityParams()).label == "Popularity #1"
    assert isinstance(make().to_json()["folder"], str)
    assert Path(make().to_json()["folder"]).is_absolute()


def test_a_folder_of_runs_that_cannot_be_read_is_a_sentence_and_no_empty_list(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    for folder, listed in ((home.runs, store.list_runs), (home.tunings, tuning_store.list_tunings)):
        folder.symlink_to(folder)
        with pytest.raises(UserError, match="Cannot read the"):
            listed(home)


def test_a_metric_that_no_evaluation_gives_is_damage(home: Home, make: MakeRun) -> None:
    fine, odd = make(0.2), make(0.3)
    result = metrics.read(odd.folder)
    metrics.write(odd.folder, msgspec.structs.replace(result, metrics={"ndcg@10": 1e308}))
    assert [(run.id, run.status) for run in store.list_runs(home) if run.id == fine.id] == [(fine.id, Status.FINISHED)]
    damaged = store.read_run(home, odd.id)
    assert damaged.status is Status.DAMAGED
    assert "metrics.json" in damaged.reason


def watch_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of runs that are looked at from now on."""
    read: list[str] = []
    real = store._read_known

    def reading(folder: str) -> RunInfo | None:
        read.append(folder)
        return real(folder)

    monkeypatch.setattr(store, "_read_known", reading)
    return read


def test_a_poll_reads_ended_runs_again_only_when_something_changed(
    home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [make(0.1 * number) for number in range(1, 4)]
    live, lock = new_run(home)
    tell(live, Queued(at=NOW, pid=5), Started(at=NOW, pid=5))
    for path in (home.runs, home.runs / CHANGED):
        if path.exists():
            os.utime(path, (1_000_000_000, 1_000_000_000))  # long ago: the file system's clock ticks in steps
    assert store.poll_runs(home) == store.list_runs(home)
    read = watch_reads(monkeypatch)
    tell(live, Epoch(at=NOW, phase="fit", epoch=3, of=9, metrics={}, seconds=1.0))
    [polled, *_] = store.poll_runs(home)
    assert polled.epoch is not None
    assert read == [str(live.folder)]
    labels.change(runs[0].folder, name="renamed elsewhere")
    assert "renamed elsewhere" in {run.label for run in store.poll_runs(home)}
    os.close(lock)
    assert store.poll_runs(home)[0].status is Status.DIED
    store.delete_run(home, runs[1])
    assert {run.id for run in store.poll_runs(home)} == {live.id, runs[0].id, runs[2].id}


def test_a_poll_looks_at_everything_now_and_then(home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make(0.2)
    os.utime(home.runs, (1_000_000_000, 1_000_000_000))
    assert store.poll_runs(home)[0].status is Status.FINISHED
    (run.folder / metrics.FILE).write_bytes(b"damaged in its place")
    monkeypatch.setattr(store, "_FULL_SECONDS", -1.0)
    assert store.poll_runs(home)[0].status is Status.DAMAGED


def test_the_newest_runs_are_read_with_the_starred_ones(
    home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        make(0.2)
    every = store.list_runs(home)
    oldest = every[-1]
    labels.change(oldest.folder, starred=True)
    for number in range(5):
        (home.runs / f"20200101-00000{number}-abcdef").mkdir()
    read = watch_reads(monkeypatch)
    newest, total = store.newest_runs(home, 2)
    assert [run.id for run in newest] == [every[0].id, every[1].id, oldest.id]
    assert total == 11
    assert read
    assert not any(Path(folder).name.startswith("2020") for folder in read)


@pytest.mark.parametrize("resumed", [None, 3, 1000, 1990])
def test_a_long_log_is_read_at_its_ends(
    home: Home, make: MakeRun, resumed: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventlog, "HEAD", 2000)
    monkeypatch.setattr(eventlog, "_TAIL", 20_000)
    run = make(None)
    later = NOW + timedelta(hours=1)
    appender = Appender(run.folder)
    appender.append(events.Device(at=NOW, name="no GPU"))
    appender.close()
    lines = [
        sealed.check_line(msgspec.json.encode(events.Progress(at=NOW, phase="fit", done=place, of=2000))) + b"\n"
        for place in range(2000)
    ]
    if resumed is not None:
        again = [events.Resumed(at=later), events.Queued(at=later, pid=77), events.Started(at=later, pid=77)]
        lines[resumed:resumed] = [sealed.check_line(msgspec.json.encode(event)) + b"\n" for event in again]
    with (run.folder / eventlog.FILE).open("ab") as file:
        file.writelines(lines)
    tell(run, FINISHED)
    with mock.patch.object(eventlog, "end_start", return_value=0):
        whole = status.digest_of(run.folder)
    with mock.patch.object(eventlog, "decode", wraps=eventlog.decode) as decode:
        found = status.digest_of(run.folder)
    assert found == whole
    assert found.started_at == (NOW if resumed is None else later)
    assert decode.call_count < 600


@pytest.mark.parametrize("paths", [["/log"], ["/l\udcffog"]])
def test_a_path_or_name_that_is_no_text_is_a_sentence_and_leaves_no_folder(home: Home, paths: list[str]) -> None:
    request = TrainRequest(params=AlsParams(), name="x" if "\udcff" in paths[0] else "n\udcffame")
    with pytest.raises(UserError, match="bytes that are no UTF-8 text"):
        store.create_run(home, request, IndexedLog(Log(paths), Path("/index"), "c"))
    assert [path.name for path in home.runs.iterdir()] == [".counter"]
