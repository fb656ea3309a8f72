"""A log of one person is offered to be imported beside another one, with one key."""

from pathlib import Path

from musicrec_tui import sealed
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import store
from musicrec_tui.paths import Home, sample_data
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.memory import SCHEMA, LastLog, Memory, State, log_beside, read
from tests.tui.support import settled, shown, until


def own_file(folder: Path) -> Path:
    """Somebody's listens."""
    file = folder / "mine.csv"
    rows = "".join(f"Band {at % 9},Song {at},2024-05-{at + 1:02} 12:00\n" for at in range(25))
    file.write_text(f"artist,track,date\n{rows}", encoding="utf-8")
    return file


async def test_one_key_imports_it_and_opens_the_sample(tmp_path: Path, home: Home) -> None:
    log = LastLog((str(own_file(tmp_path)),))
    app = MusicrecApp(home, Log(log.data), Settings(), Memory(home, log=log))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await settled(pilot)
        text = " ".join(shown(app.screen).replace("│", " ").split())
        assert "This is one person's history." in text
        assert "Import it beside the sample?" in text
        assert app.session.runs == ()
        await pilot.press("y")
        await until(pilot, lambda: app.next is not None)
    assert app.next is not None
    assert app.next.log.paths == (sample_data(),)
    assert store.read_profile(home, "me").stored.listens == 25
    assert read(home).last is None  # the next start opens no log that nothing can be learnt from


async def test_no_is_an_answer(tmp_path: Path, home: Home) -> None:
    app = MusicrecApp(home, Log([own_file(tmp_path)]), Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await settled(pilot)
        assert app.next is None
        assert store.profile_names(home) == []
        assert app.session.runs == ()


def test_the_last_log_is_preferred_to_the_sample(tmp_path: Path, home: Home) -> None:
    own = own_file(tmp_path)
    many = tmp_path / "many.csv"
    for last, found, name in (((str(many),), many, "many.csv"), ((str(own),), sample_data(), "the sample")):
        many.touch()
        sealed.write(home.state, State(LastLog(last)), SCHEMA)
        beside, called = log_beside(home, Log([own]))
        assert (beside.log.paths, called) == ((found,), name)
    many.unlink()
    sealed.write(home.state, State(LastLog((str(many),))), SCHEMA)
    assert log_beside(home, Log([own]))[1] == "the sample"
