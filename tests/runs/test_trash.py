"""The trash: what is in it can be had again, whole, until its time is over; no kill leaves half a run anywhere."""

import contextlib
import os
import time
from pathlib import Path

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import job_folders, labels, picking, store, trash
from musicrec_tui.runs.store import RunInfo, Status
from tests.runs.conftest import MakeRun

DAY = 86_400


def content(folder: Path) -> dict[str, bytes]:
    """All files of a run."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def age(home: Home, run: RunInfo, days: float) -> None:
    """Let a run have been in the trash for so many days."""
    moment = time.time() - days * DAY
    os.utime(home.trash / "runs" / run.id / trash.MARKER, (moment, moment))


def test_a_restored_run_is_the_same_run(home: Home, make: MakeRun) -> None:
    kept, run = make(), make(0.3)
    labels.change(run.folder, name="dear", note="n", starred=True)
    before, files = store.read_run(home, run.id), content(run.folder)
    store.trash_of(home).discard(before)
    assert [one.id for one in store.list_runs(home)] == [kept.id]
    (one,) = store.trash_of(home).entries()
    assert (one.job.label, one.job.number, one.job.status, one.days_left(30)) == ("dear", 2, Status.FINISHED, 30)
    assert one.to_json()["trashed_at"] is not None
    assert store.trash_of(home).restore(one.job) == before
    assert store.read_run(home, run.id) == before
    assert content(run.folder) == files
    assert store.trash_of(home).entries() == []


def test_what_is_in_the_trash_keeps_its_number(home: Home, make: MakeRun) -> None:
    run = make()
    store.trash_of(home).discard(run)
    (home.runs / ".counter").unlink()
    assert job_folders.next_number(home, lambda: store.highest_number(home)) == run.number + 1


def test_a_live_run_is_not_thrown_away(home: Home, make: MakeRun) -> None:
    run = make(None)
    lock = os.open(run.folder / "lock", os.O_RDWR)
    with job_folders.idle(run.folder, run.label), pytest.raises(UserError, match="still running"):
        store.trash_of(home).discard(run)
    os.close(lock)
    assert content(run.folder)
    assert store.trash_of(home).entries() == []


def test_only_what_is_old_enough_is_deleted_for_good(home: Home, make: MakeRun) -> None:
    bin_of_runs = store.trash_of(home)
    old, young, unknown, restored = make(), make(), make(), make()
    for run in (old, young, unknown, restored):
        bin_of_runs.discard(run)
    age(home, old, 30.1)
    age(home, young, 29.9)
    age(home, restored, 99)
    (home.trash / "runs" / unknown.id / trash.MARKER).unlink()
    trashed = {one.job.id: one for one in bin_of_runs.entries()}
    assert [trashed[run.id].days_left(30) for run in (old, young, unknown)] == [0, 1, None]
    bin_of_runs.restore(trashed[restored.id].job)
    bin_of_runs.discard(store.read_run(home, restored.id))  # its time begins anew
    assert bin_of_runs.expire(30) == [old.id]
    assert {one.job.id for one in bin_of_runs.entries()} == {young.id, unknown.id, restored.id}
    assert bin_of_runs.expire(30) == []


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
    assert not any((home.trash / "runs").iterdir())


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
