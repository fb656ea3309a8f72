"""Labels: what a person says of a run, beside its spec; never lost half, and never in the way of the run."""

import concurrent.futures
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import labels, store
from musicrec_tui.runs.labels import Label
from musicrec_tui.runs.store import Status
from musicrec_tui.text import printable
from tests.runs.conftest import MakeRun


def test_a_name_a_note_and_a_star_stay_and_the_spec_is_as_it_was(home: Home, make: MakeRun) -> None:
    run = make()
    written = (run.folder / "spec.json").read_bytes()
    labels.change(run.folder, name="  night \t owl ")
    labels.change(run.folder, note="alpha 40 was\ntoo much")
    labels.change(run.folder, starred=True)
    read = store.list_runs(home)[0]
    assert (read.label, read.given.note, read.starred) == ("night owl", "alpha 40 was too much", True)
    assert store.find_run(home, "Night Owl").id == run.id
    assert (read.to_json()["name"], read.to_json()["starred"]) == ("night owl", True)
    assert (run.folder / "spec.json").read_bytes() == written
    labels.change(run.folder, name="", starred=False)
    read = store.read_run(home, run.id)
    assert (read.label, read.given) == ("ALS #1", Label(note="alpha 40 was too much"))


@given(st.text(max_size=80))
def test_any_text_is_a_clean_name_or_a_sentence(text: str) -> None:
    try:
        name = labels.checked_name(text)
    except UserError:
        return
    assert name == printable(name, None) == " ".join(name.split())
    assert len(name.encode("utf-8")) <= 4 * labels.LONGEST_NAME
    assert labels.checked_name(name) == name


@pytest.mark.parametrize("word", ["best", "LATEST"])
def test_words_that_stand_for_a_run_are_no_names(make: MakeRun, word: str) -> None:
    with pytest.raises(UserError, match="cannot be a name"):
        labels.change(make().folder, name=word)


def test_what_is_too_long_is_refused_and_nothing_is_written(make: MakeRun) -> None:
    run = make()
    with pytest.raises(UserError, match="at most 60 characters; this one has 10,000"):
        labels.change(run.folder, name="x" * 10_000)
    with pytest.raises(UserError, match="at most 500 characters"):
        labels.change(run.folder, starred=True, note="x" * 501)
    assert not (run.folder / labels.FILE).exists()


@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "folder", "foreign", "flipped", "later"])
def test_a_damaged_label_is_a_sentence_and_the_run_is_still_usable(home: Home, make: MakeRun, damage: str) -> None:
    run = make()
    labels.change(run.folder, name="mine", starred=True)
    path = run.folder / labels.FILE
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage == "foreign":
        shutil.copy(run.folder / "metrics.json", path)
    else:
        path.write_bytes(
            {
                "empty": b"", "garbage": b"\xff\x00[[", "cut": content[:40],
                "flipped": content.replace(b"mine", b"nine"), "later": content.replace(b'"schema":1', b'"schema":9'),
            }[damage]
        )  # fmt: skip
    read = store.read_run(home, run.id)
    assert (read.status, read.label, read.starred) == (Status.FINISHED, "ALS #1", False)
    assert str(path) in read.label_damage
    assert read.label_damage.endswith("rename it to write new ones.")
    if damage != "folder":
        labels.change(run.folder, name="mended")
        assert (store.read_run(home, run.id).label, store.read_run(home, run.id).label_damage) == ("mended", "")


def test_a_kill_before_the_rename_leaves_the_old_label(
    home: Home, make: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make()
    labels.change(run.folder, name="old")

    def killed(_self: Path, _target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            labels.change(run.folder, name="new", starred=True)
    read = store.read_run(home, run.id)
    assert (read.label, read.starred, read.label_damage) == ("old", False, "")


def test_changes_at_the_same_moment_do_not_undo_each_other(home: Home, make: MakeRun) -> None:
    run = make()
    for _ in range(5):
        labels.change(run.folder, name="", note="", starred=False)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for change in ({"name": "a"}, {"note": "b"}, {"starred": True}):
                pool.submit(labels.change, run.folder, **change)
        assert store.read_run(home, run.id).given == Label("a", "b", starred=True)


def test_a_run_that_is_gone_is_not_made_again_by_its_label(make: MakeRun) -> None:
    run = make()
    shutil.rmtree(run.folder)
    with pytest.raises(UserError, match="no longer exists"):
        labels.change(run.folder, starred=True)
    assert not run.folder.exists()


def test_a_home_that_cannot_be_written_to_is_a_sentence(home: Home, make: MakeRun) -> None:
    run = make()
    (home.runs / ".changing").mkdir()
    with pytest.raises(UserError, match="Cannot write"):
        labels.change(run.folder, starred=True)


def test_a_live_run_can_be_named_and_starred(home: Home, make: MakeRun) -> None:
    run = make(None)
    lock = files.try_lock(run.folder / "lock")
    assert lock is not None
    labels.change(run.folder, name="going", starred=True)
    read = store.read_run(home, run.id)
    os.close(lock)
    assert (read.status, read.label) == (Status.RUNNING, "going")
