"""How the sections of Data look."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from tests.tui.pictures import Album, press
from tests.tui.support import SmallApp, small


def tastes() -> list[str]:
    """Three circles of taste: 60 users, 90 artists, some rows that cannot be used."""
    lines = ["user_id,artist_name,play_count"]
    for user in range(60):
        for turn in range(4 + user % 13):
            artist = (user % 3) * 30 + (turn * turn + user // 3) % 30
            lines.append(f"u{user:02},Artist {artist:02},{1 + (user * 31 + turn * 17) % 40}")
    return [*lines, "u77,Nobody,0", "u78,\x1b[31m,-2", "u79,,1", "u00,Artist 05,1.6", "broken"]


@pytest.fixture(scope="session")
def tasteful_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of that log."""
    folder = tmp_path_factory.mktemp("tastes")
    log = folder / "tastes.csv"
    log.write_text("\n".join(tastes()) + "\n", encoding="utf-8")
    return build.ensure(Log([log]), Home(folder, folder / "cache"))


@pytest.fixture
def app(tasteful_index: Path, home: Home) -> SmallApp:
    """The app over it."""
    return small(home, tasteful_index)


STATES = {
    "overview": ("do:section('overview')",),
    "columns": ("do:section('columns')",),
    "rows": ("do:section('rows')",),
    "whole-row": ("do:section('rows')", "j", "i"),
    "codes": ("do:section('codes')", "tab"),
    "codes-found": ("do:section('codes')", "slash", *"u1", "enter"),
    "dots": ("do:section('matrix')", "s"),
    "shades": ("do:section('matrix')", "V"),
    "figures": ("do:section('matrix')", "V", "V", "z", "j", "l"),
    "tail": ("do:section('activity')",),
    "export": ("do:section('rows')", "e"),
}


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: SmallApp, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    await album.sizes(app, press("5", *STATES[state]))


async def test_activity_over_time(album: Album, small_app: SmallApp) -> None:
    await album.sizes(small_app, press("5", *"vvvvv"))


async def test_themes(album: Album, app: SmallApp) -> None:
    await album.themes(app, press("5", *STATES["shades"]))


async def test_no_color(album: Album, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(SmallApp(app.session.home, app.given), press("5", *"vvvvV", "l"))
