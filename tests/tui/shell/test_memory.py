"""What was shown last: one entry for each log, never in the way of a start."""

import errno
import os
from pathlib import Path

import pytest

from musicrec_tui import files
from musicrec_tui.paths import Home, sample_data
from musicrec_tui.tui.common.screen_state import ExploreState, LogState
from musicrec_tui.tui.shell import memory
from musicrec_tui.tui.shell.memory import LastLog, Memory

SHOWN = LogState("data", "", ExploreState("user", "artist", "recent", {"recent": 3}))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log that is there."""
    path = tmp_path / "listens.csv"
    path.write_text("user_id,artist_name\n")
    return path


def test_each_log_has_its_own_entry(home: Home) -> None:
    Memory(home).keep("one", SHOWN)
    Memory(home).keep("two", LogState())
    assert Memory(home).shown("one") == SHOWN
    assert Memory(home).shown("two") == LogState()
    assert Memory(home).shown("three") is None
    assert Memory(home, fresh=True).shown("one") is None
    assert home.state.stat().st_mode & 0o777 == 0o600


def test_states_that_cannot_be_read_for_the_moment_are_not_replaced(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    Memory(home).keep("one", SHOWN)

    def no_descriptor(*_: object) -> bytes:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(files, "read_bytes", no_descriptor)
        Memory(home).keep("two", LogState())
    assert Memory(home).shown("one") == SHOWN


def test_logs_that_nobody_looked_at_for_long_are_forgotten(home: Home) -> None:
    for number in range(60):
        Memory(home).keep(str(number), LogState())
    Memory(home).keep("20", SHOWN)
    kept = list(memory.read(home).logs)
    assert (len(kept), kept[0], kept[-1]) == (50, "10", "20")


def test_damage_is_a_sentence_and_the_next_end_mends_it(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.state.write_text('{"schema":1,"sha256":"0","content":{}}')
    damaged = Memory(home)
    assert damaged.shown("one") is None
    assert "damaged" in damaged.complaint
    damaged.keep("one", SHOWN)
    assert Memory(home).shown("one") == SHOWN


def test_the_log_that_was_asked_for_last_is_opened_again(
    home: Home, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert memory.opening(home, [], "", fresh=False).log.paths == (sample_data(),)
    monkeypatch.chdir(log.parent)
    asked = memory.opening(home, [Path(log.name)], "deck", fresh=False)
    assert asked.log.paths == (log,)
    assert memory.read(home).last is None  # not before it was open
    asked.memory.keep("one", SHOWN)
    assert memory.read(home).last == LastLog((str(log),), "deck")
    again = memory.opening(home, [], "", fresh=False)
    assert (again.log.paths, again.log.layout) == ((log,), "deck")
    again.memory.keep("one", SHOWN)
    assert memory.opening(home, [], "", fresh=False).log.paths == (log,)
    assert memory.opening(home, [], "", fresh=True).log.paths == (sample_data(),)
    monkeypatch.setenv("MUSICREC_DATA", str(sample_data()))
    memory.opening(home, [], "", fresh=False).memory.keep("two", SHOWN)
    monkeypatch.delenv("MUSICREC_DATA")
    assert memory.opening(home, [], "", fresh=False).log.paths == (sample_data(),)


def test_a_log_that_is_gone_gives_way_to_the_sample_with_a_sentence(home: Home, log: Path) -> None:
    memory.opening(home, [log], "", fresh=False).memory.keep("one", SHOWN)
    log.unlink()
    opened = memory.opening(home, [], "", fresh=False)
    assert opened.log.paths == (sample_data(),)
    assert str(log) in opened.memory.complaint
