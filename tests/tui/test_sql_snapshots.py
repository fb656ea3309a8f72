"""How the SQL screen looks: empty, with a result, with an error, and while its result is about to be exported."""

from typing import Any

import pytest
from textual.pilot import Pilot

from musicrec_tui.tui.sql.query_editor import QueryEditor
from tests.tui.pictures import Album, Steps, press
from tests.tui.support import SmallApp

QUERY = "SELECT name, listeners, listens, first_at, last_at FROM artist ORDER BY listens DESC, key"
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "empty": ("", ()),
    "result": (QUERY, ("ctrl+s",)),
    "error": ("SELECT names, listeners FROM artist", ("ctrl+s",)),
    "export": (QUERY, ("ctrl+s", "escape", "e")),
}


@pytest.fixture
def app(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> SmallApp:
    """The app in which every query takes the same time, in a folder that is called the same everywhere."""
    monkeypatch.setattr("musicrec_tui.tui.sql.screen._seconds", lambda _since: "0.3 s")
    monkeypatch.chdir("/")
    return small_app


def ask(query: str, keys: tuple[str, ...]) -> Steps:
    """Type a query, and press keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await press("5", "S")(pilot)
        pilot.app.screen.query_one(QueryEditor).put(query)
        await press(*keys)(pilot)

    return run


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: SmallApp, state: str) -> None:
    await album.sizes(app, ask(*STATES[state]))


async def test_themes(album: Album, app: SmallApp) -> None:
    await album.themes(app, ask(*STATES["result"]))


async def test_no_color(album: Album, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(SmallApp(app.session.home, app.given), ask(*STATES["result"]))
