"""Looking at tunings again and again: what is new is seen, what has not changed is not read."""

import re
from pathlib import Path, PosixPath
from unittest.mock import Mock

import pytest

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import grids, status, tuning_info, tuning_store
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_spec import Grid, Search
from tests.tui.tune.tune_support import FakeTuning


def test_every_change_is_seen_by_the_next_look(home: Home) -> None:
    tuning = FakeTuning(home)

    def look() -> tuple[Status, int]:
        (found,) = tuning_store.list_tunings(home)
        return found.status, len(found.trials)

    assert look() == (Status.QUEUED, 0)
    tuning.start()
    assert look() == (Status.RUNNING, 0)
    tuning.some(2)
    assert look() == (Status.RUNNING, 2)
    tuning.die()
    assert look() == (Status.DIED, 2)
    lock = files.try_lock(tuning.folder / status.LOCK)  # somebody took it up, and has not said a word yet
    assert lock is not None
    assert look()[0].live


def test_what_is_at_rest_is_not_read_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    tuning = FakeTuning(home)
    tuning.start()
    tuning.some(12)
    tuning.finish()
    (before,) = tuning_store.list_tunings(home)
    monkeypatch.setattr(tuning_info, "read_info", None)
    assert tuning_store.list_tunings(home)[0] is before


def test_another_thread_may_read_tunings_meanwhile(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(PosixPath):
        """The folder of a tuning of another home; while it is looked at, another thread finds one more."""

        @property
        def parent(self) -> "Elsewhere":
            monkeypatch.setitem(tuning_store._known, Path(f"/more/{len(tuning_store._known)}"), Mock())
            return self

    tuning = FakeTuning(home).info
    monkeypatch.setitem(tuning_store._known, Elsewhere("/elsewhere/t"), Mock())
    assert [one.id for one in tuning_store.list_tunings(home)] == [tuning.id]


def test_a_plan_tells_its_trials_and_what_it_varies_without_being_expanded(home: Home) -> None:
    grid = FakeTuning(home, grids.DECK).info
    assert grid.total == len(grids.expand(grids.DECK, AlsParams())) == 90
    assert grid.spec is not None
    assert grid.spec.varied == ("factors", "regularization", "iterations")
    search = FakeTuning(home, Search(7)).info
    assert search.total == 7
    assert search.spec is not None
    assert search.spec.varied == tuple(axis.name for axis in param_fields.axes("als"))
    over = FakeTuning(home, Search(7, ("alpha",))).info
    assert over.spec is not None
    assert over.spec.varied == ("alpha",)
    assert Grid({"alpha": (1.0, 2.0), "factors": (3,)}).trials == 2


def test_a_tuning_is_found_by_its_number_too(home: Home) -> None:
    tuning = FakeTuning(home).info
    assert tuning.spec is not None
    for text in (str(tuning.spec.number), f"#{tuning.spec.number}", tuning.id[:-2], tuning.label.upper(), "latest"):
        assert tuning_store.find_tuning(home, text).id == tuning.id
    again = FakeTuning(home, name=f"{tuning.id[:4]}").info  # a name goes before the beginning of an id
    assert tuning_store.find_tuning(home, tuning.id[:4]).id == again.id
    with pytest.raises(UserError, match="could be any of 2 tunings"):
        tuning_store.find_tuning(home, tuning.id[:3])
    with pytest.raises(UserError, match="no tuning '99'"):
        tuning_store.find_tuning(home, "99")


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "../runs", "nowhere"])
def test_a_name_leads_to_no_folder_but_a_tunings_own(home: Home, name: str) -> None:
    FakeTuning(home)
    for folder in (home.tunings / ".hidden", home.runs):
        folder.mkdir(parents=True, exist_ok=True)
    with pytest.raises(UserError, match="There is no tuning"):
        tuning_store.read_tuning(home, name)


def test_of_several_none_is_taken(home: Home) -> None:
    one, other = FakeTuning(home, name="grid").info, FakeTuning(home, name="grid").info
    with pytest.raises(UserError, match="'grid' could be any of 2 tunings") as refused:
        tuning_store.find_tuning(home, "grid")
    assert {one.id, other.id} <= set(re.findall(r"[\w-]+", str(refused.value)))


def test_what_is_damaged_is_not_resumed(home: Home) -> None:
    tuning = FakeTuning(home)
    (tuning.folder / "spec.json").write_bytes(b"{}")
    (found,) = tuning_store.list_tunings(home)
    assert found.status is Status.DAMAGED
    with pytest.raises(UserError, match="cannot be resumed"):
        tuning_store.lock_for_resume(found)
