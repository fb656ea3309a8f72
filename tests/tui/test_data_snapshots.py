"""How the sections of the Data screen look. After a change on purpose: `pytest --snapshot-update` on this file."""

from pathlib import Path
from typing import Protocol

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.paths import Home
from tests.tui.support import SmallApp, small, then


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: SmallApp, *, terminal_size: tuple[int, int], run_before: object) -> bool:
        """Whether the app looks as it did."""


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
    return build.ensure([log], Home(folder, folder / "cache"))


@pytest.fixture
def app(tasteful_index: Path, home: Home) -> SmallApp:
    """The app over it."""
    return small(home, tasteful_index)


SECTIONS = {
    "overview": ("o",),
    "columns": ("c",),
    "rows": ("r",),
    "codes": ("d", "tab"),
    "dots": ("m", "t"),
    "shades": ("m", "v"),
    "figures": ("m", "v", "v", "plus", "j", "l"),
    "activity": ("a",),
}
WIDE = ("overview", "columns", "figures", "activity")


@pytest.mark.parametrize("section", SECTIONS)
def test_narrow(snap_compare: Compare, app: SmallApp, section: str) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=then("5", *SECTIONS[section]))


@pytest.mark.parametrize("section", WIDE)
def test_wide(snap_compare: Compare, app: SmallApp, section: str) -> None:
    assert snap_compare(app, terminal_size=(120, 40), run_before=then("5", *SECTIONS[section]))


def test_activity_over_time(snap_compare: Compare, small_app: SmallApp) -> None:
    assert snap_compare(small_app, terminal_size=(120, 40), run_before=then("5", "a"))


def test_the_matrix_without_colour(snap_compare: Compare, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    colourless = SmallApp(app.session.home, app.given)
    assert snap_compare(colourless, terminal_size=(80, 24), run_before=then("5", "m", "v", "l"))
