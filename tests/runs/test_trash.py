"""The trash: what is in it can be had again, whole, until its time is over; no kill leaves half a run anywhere."""

import contextlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from musicrec_tui import sealed
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import job_folders, labels, metrics, picking, store, trash, tuning_store
from musicrec_tui.runs.store import Status
from tests.clock import Clock
from tests.runs.conftest import MakeRun
from tests.tui.tune.tune_support import FakeTuning


def content(folder: Path) -> dict[str, bytes]:
    """All files of a run."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_restored_run_is_the_same_run(home: Home, make: MakeRun) -> None:
    kept, run = make(), make(0.3)
    labels.change(run.folder, name="dear", note="n", starred=True)
    before, files = store.read_run(home, run.id), content(run.folder)
    store.trash_of(home).discard(before)
    assert [one.id for one in store.list_runs(home)] == [kept.id]
    (one,) = store.trash_of(home).entries()
    assert (one.job.label, one.job.number, one.job.status, one.days_left(30)) == ("dear", 2, Status.FINISHED, 30)
    assert one.to_json()["trashed_at"] is not None
    assert one._replace(since=datetime.now(UTC) + timedelta(hours=20)).days_left(30) == 30
    assert store.trash_of(home).restore(one.job) == before
    assert store.read_run(home, run.id) == before
    assert content(run.folder) == files
    assert store.trash_of(home).entries() == []


def test_what_is_in_the_trash_keeps_its_number(home: Home, make: MakeRun) -> None:
    run = make()
    store.trash_of(home).discard(run)
    (home.runs / ".counter").unlink()
    assert job_folders.next_number(home, lambda: store.highest_number(home)) == run.number + 1


def test_a_lost_counter_gives_no_number_of_a_tuning_again(home: Home, make: MakeRun) -> None:
    make()
    first, second = FakeTuning(home).info, FakeTuning(home)
    second.cancel()
    tuning_store.trash_of(home).discard(second.info)
    (home.runs / ".counter").write_bytes(b"a long damaged counter")
    third = FakeTuning(home).info
    assert [one.number for one in (first, second.info, third)] == [2, 3, 4]
    assert (home.runs / ".counter").read_bytes() == b"4\n"
    assert tuning_store.find_tuning(home, "LATEST").id == third.id


def test_a_live_run_is_not_thrown_away(home: Home, make: MakeRun) -> None:
    run = make(None)
    lock = os.open(run.folder / "lock", os.O_RDWR)
    with job_folders.idle(run.folder, run.label), pytest.raises(UserError, match="still running"):
        store.trash_of(home).discard(run)
    os.close(lock)
    assert content(run.folder)
    assert store.trash_of(home).entries() == []


def ids(home: Home) -> set[str]:
    return {one.job.id for one in store.trash_of(home).entries()}


def test_only_what_is_old_enough_is_deleted_for_good(home: Home, make: MakeRun, clock: Clock) -> None:
    bin_of_runs = store.trash_of(home)
    old, unknown, restored = make(), make(), make()
    for run in (old, unknown, restored):
        bin_of_runs.discard(run)
    (home.trash / "runs" / unknown.id / trash.MARKER).unlink()
    for day in range(30):  # the first day is when the entries are seen
        clock.days = day
        assert bin_of_runs.expire(30) == []
    young = make()
    bin_of_runs.discard(young)
    trashed = {one.job.id: one for one in bin_of_runs.entries()}
    bin_of_runs.restore(trashed[restored.id].job)
    bin_of_runs.discard(store.read_run(home, restored.id))  # its time begins anew
    clock.days = 30.1
    trashed = {one.job.id: one for one in bin_of_runs.entries()}
    assert (trashed[old.id].days_left(30), trashed[unknown.id].days_left(30)) == (0, None)
    assert ids(home) == {old.id, young.id, unknown.id, restored.id}  # listing deletes nothing
    assert bin_of_runs.expire(30) == [old.id]
    assert ids(home) == {young.id, unknown.id, restored.id}
    assert bin_of_runs.expire(30) == []


def test_a_clock_that_is_years_ahead_deletes_nothing(home: Home, make: MakeRun, clock: Clock) -> None:
    runs = [make(), make()]
    for run in runs:
        store.trash_of(home).discard(run)
    store.trash_of(home).expire(30)
    for start in range(10):
        clock.days = 730 + start
        assert store.trash_of(home).expire(30) == []
    clock.days = 0
    for _ in range(40):  # many starts on one day are one day
        assert store.trash_of(home).expire(30) == []
    assert ids(home) == {run.id for run in runs}


@pytest.mark.parametrize("moment", [1_140_000_000, 4_000_000_000])
def test_a_mark_of_a_wrong_clock_is_no_evidence(home: Home, make: MakeRun, clock: Clock, moment: int) -> None:
    run = make()
    store.trash_of(home).discard(run)
    os.utime(home.trash / "runs" / run.id / trash.MARKER, (moment, moment))
    for day in range(40):
        clock.days = day
        assert store.trash_of(home).expire(30) == []
    (one,) = store.trash_of(home).entries()
    assert one.days_left(30) is None


def test_days_that_cannot_be_written_or_read_delete_nothing(home: Home, make: MakeRun, clock: Clock) -> None:
    run = make()
    store.trash_of(home).discard(run)
    for day in range(29):
        clock.days = day
        store.trash_of(home).expire(30)
    (home.trash / "runs" / ".days_of_use.json").write_bytes(b"{")
    for day in range(29, 58):
        clock.days = day
        assert store.trash_of(home).expire(30) == []
    clock.days = 60
    store.trash_of(home).expire(30)
    clock.days = 61
    assert store.trash_of(home).expire(30) == [run.id]


def test_latest_is_the_highest_number(home: Home, make: MakeRun) -> None:
    """A run that was made while the clock was ahead has the later id, and is not the latest for years."""
    first, second = make(), make()
    assert first.spec is not None
    assert first.result is not None
    folder = home.runs / f"2999{first.id[4:]}"
    first.folder.rename(folder)
    sealed.write(folder / "spec.json", msgspec.structs.replace(first.spec, run=folder.name), 1)
    metrics.write(folder, msgspec.structs.replace(first.result, run=folder.name))
    assert store.list_runs(home)[0].id == folder.name
    assert store.find_run(home, "latest").id == second.id


@pytest.mark.parametrize("step", ["mkdir", "rename", "unlink", "replace"])
@pytest.mark.parametrize("act", ["discard", "restore", "remove"])
def test_a_kill_between_the_steps_leaves_the_run_whole_in_one_place(
    home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch, step: str, act: str
) -> None:
    run = make()
    bin_of_runs = store.trash_of(home)
    if act != "discard":
        bin_of_runs.discard(run)
        (one,) = bin_of_runs.entries()
        run = one.job
    before = content(run.folder)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):  # not every step is a part of it
        patch.setattr(Path, step, killed)
        getattr(bin_of_runs, act)(run)
    places = [folder for folder in (home.runs / run.id, home.trash / "runs" / run.id) if folder.exists()]
    assert len(places) == (0 if act == "remove" and step != "rename" else 1)
    for place in places:
        assert {name: content(place).get(name) for name in before if name != trash.MARKER} == {
            name: raw for name, raw in before.items() if name != trash.MARKER
        }
    listed = store.list_runs(home) + [one.job for one in bin_of_runs.entries()]
    assert [one.status for one in listed] == [Status.FINISHED] * len(places)


def test_files_that_a_killed_delete_left_go_with_the_next_look(
    home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make()
    store.trash_of(home).discard(run)
    (one,) = store.trash_of(home).entries()
    with monkeypatch.context() as patch:
        patch.setattr(job_folders, "sweep", lambda _: None)
        store.trash_of(home).remove(one.job)
    assert store.trash_of(home).entries() == []
    assert any((home.trash / "runs").iterdir())
    store.trash_of(home).expire(30)
    assert [path for path in (home.trash / "runs").iterdir() if path.is_dir()] == []


def test_nothing_takes_the_place_of_what_is_there(home: Home, make: MakeRun) -> None:
    run = make()
    store.trash_of(home).discard(run)
    (one,) = store.trash_of(home).entries()
    run.folder.mkdir()
    with pytest.raises(UserError, match="is there already"):
        store.trash_of(home).restore(one.job)
    run.folder.rmdir()
    store.trash_of(home).restore(one.job)
    with pytest.raises(UserError, match="Cannot restore"):
        store.trash_of(home).restore(one.job)


def test_a_run_that_is_gone_already_is_a_sentence(home: Home, make: MakeRun) -> None:
    run = make()
    store.trash_of(home).discard(run)
    with pytest.raises(UserError, match="Cannot move"):
        store.trash_of(home).discard(run)
    assert not run.folder.exists()


def test_a_damaged_run_can_be_thrown_away_and_had_again(home: Home, make: MakeRun) -> None:
    run = make()
    (run.folder / "spec.json").write_bytes(b"{")
    store.trash_of(home).discard(store.read_run(home, run.id))
    (one,) = store.trash_of(home).entries()
    assert one.job.status is Status.DAMAGED
    assert store.trash_of(home).restore(one.job).status is Status.DAMAGED


def test_runs_in_the_trash_are_found_there_only(home: Home, make: MakeRun) -> None:
    run = make(name="lost")
    store.trash_of(home).discard(run)
    jobs = [one.job for one in store.trash_of(home).entries()]
    assert picking.pick_named(jobs, "lost", "musicrec-tui runs trash").id == run.id
    with pytest.raises(UserError, match="`musicrec-tui runs trash` lists"):
        picking.pick_named(jobs, "found", "musicrec-tui runs trash")
    with pytest.raises(UserError, match="There is no run"):
        store.find_run(home, "lost")
