"""How the dialogs look that are above Explore, or above every screen."""

from pathlib import Path

import pytest

from musicrec_tui.dataset import bookmarks
from musicrec_tui.paths import Home
from tests.tui.pictures import Album, StandingClock, press
from tests.tui.support import SmallApp, small
from tests.tui.train.train_support import FakeRun

STATES = {
    "filters": ("f",),
    "models": ("m",),
    "period": ("P", "tab", *"soon", "enter"),
    "me": ("a", *"pixies", "enter", *"xxx", "enter", *"pulp", "enter", "tab", "k", "space", "shift+tab", *"radoihead"),
    "import": ("I",),
    "bookmarks": ("s", "slash", *"pulp", "enter", "s", "S"),
    "themes": ("f6",),
    "palette": ("ctrl+p", *"train"),
    "help": ("question_mark",),
    "copy-as": ("Y", "right"),
    "playlist": ("p",),
    "export": ("e",),
}


@pytest.fixture
def app(small_index: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> SmallApp:
    """The app with one finished run, in a folder that is called the same everywhere."""
    monkeypatch.chdir("/")
    monkeypatch.setattr(bookmarks, "datetime", StandingClock)
    made = small(home, small_index)
    run = FakeRun(home, content=made.given.info.content)
    run.start()
    run.finish(0.21)
    return made


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: SmallApp, state: str) -> None:
    await album.sizes(app, press(*STATES[state]))


async def test_quit(album: Album, app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(home)  # it runs: its lock is held until the test is over
    monkeypatch.setattr("musicrec_tui.tui.app.status_line", lambda _session: "ALS #1 ◐ 30% 0:04")
    await album.sizes(app, press("q"))
    run.die()


async def test_themes(album: Album, app: SmallApp) -> None:
    await album.themes(app, press("f"))


async def test_no_color(album: Album, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(SmallApp(app.session.home, app.given), press("f"))
