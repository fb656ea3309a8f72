"""The summary of ended runs changes the time that a list takes, and nothing else."""

from pathlib import Path
from unittest import mock

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import eventlog, info, labels, store, summaries
from musicrec_tui.runs.events import Failed
from tests.runs.conftest import NOW, MakeRun, tell
from tests.tui.train.train_support import FakeRun


@pytest.fixture(autouse=True)
def every_run_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_WORTH_A_SUMMARY", 1)
    monkeypatch.setattr(summaries, "_SETTLED_NS", -(10**12))  # the runs of a test have changed just now


@pytest.fixture
def filled(home: Home, make: MakeRun) -> Home:
    """A home with runs that ended in all ways."""
    make(0.2)
    make(0.3, final=True, name="[b]Ω\x1b", others={"recall@10": 1 / 3}, intervals={"ndcg@10": (0.1, 0.2)})
    make(0.1, params=PopularityParams(), content="another")
    tell(make(None), Failed(at=NOW, reason="no room", advice="free some"))
    make(None)  # died
    labels.change(make(0.25).folder, name="mine", note="a note", starred=True)
    (make(0.4).folder / eventlog.FILE).unlink()
    return home


def begin_anew() -> None:
    """As another process finds it."""
    store._known.clear()
    store._summaries.clear()


def listed(home: Home) -> list[store.RunInfo]:
    begin_anew()
    return store.list_runs(home)


def read_folders(home: Home) -> tuple[list[store.RunInfo], set[Path]]:
    """The list, and the folders that were read for it."""
    with mock.patch.object(info, "read", wraps=info.read) as watched:
        runs = listed(home)
    return runs, {call.args[0] for call in watched.call_args_list}


def test_the_second_list_reads_no_folder_and_is_the_same(filled: Home) -> None:
    runs, read = read_folders(filled)
    assert len(read) == len(runs) == 7
    again, read = read_folders(filled)
    assert again == runs
    assert read == set()
    begin_anew()
    newest, _ = store.newest_runs(filled, 3)
    assert [run for run in newest if not run.starred] == [run for run in runs[:3] if not run.starred]


def test_what_changed_is_read_again_and_only_that(filled: Home) -> None:
    runs = listed(filled)
    labels.change(runs[2].folder, name="renamed elsewhere")
    (runs[4].folder / "metrics.json").write_bytes(b"{")
    again, read = read_folders(filled)
    assert read == {runs[2].folder, runs[4].folder}
    assert again[2].label == "renamed elsewhere"
    begin_anew()
    with mock.patch.object(summaries, "read", return_value={}):
        assert store.list_runs(filled) == again


@pytest.mark.parametrize("damage", ["gone", "flipped", "cut", "of another version", "of another home"])
def test_without_a_summary_that_can_be_used_nothing_differs(
    damage: str, filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = listed(filled)
    path = summaries.path_of(filled)
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "flipped":
        content[len(content) // 2] ^= 4
        path.write_bytes(content)
    elif damage == "cut":
        path.write_bytes(content[:-40])
    elif damage == "of another version":
        monkeypatch.setattr(summaries, "_VERSION", "0")
    else:
        path.write_bytes(content.replace(str(filled.runs).encode(), b"/elsewhere"))
    again, read = read_folders(filled)
    assert again == runs
    assert len(read) == len(runs)


def test_live_runs_damaged_ones_and_what_changed_just_now_are_in_none(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = FakeRun(filled)
    live.start()
    (filled.runs / "20300101-000000-abcdef").mkdir()
    listed(filled)
    assert len(summaries.read(filled)) == 7
    live.die()
    monkeypatch.setattr(summaries, "_SETTLED_NS", 10**12)
    summaries.path_of(filled).unlink()
    listed(filled)
    assert summaries.read(filled) == {}


def test_a_cache_that_cannot_be_written_to_is_no_error(filled: Home) -> None:
    runs = listed(filled)
    blocked = Home(filled.root, filled.root / "test_looks.jsonl")  # a file, where the cache's folder would be
    assert listed(blocked) == runs
