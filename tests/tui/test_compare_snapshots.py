"""How Compare looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from musicrec_tui.paths import Home
from tests.tui.compare.compare_support import ComparingApp
from tests.tui.pictures import Album, press
from tests.tui.support import SmallDataset
from tests.tui.train.train_support import several

TWO = ("j", "space", "j", "space")
STATES = {
    "table": ("right",) * 7,
    "two": TWO,
    "not-comparable": ("space", "j", "space"),
    "differences": (*TWO, "v"),
    "groups": (*TWO, "v", "v"),
    "users": (*TWO, "v", "v", "v"),
    "scatter": (*TWO, "v", "v", "v", "v"),
    "lists": (*TWO, "v", "v", "v", "tab", "j", "L"),  # of the second user that differs: the first is not in the log
    "takeaways": ("exclamation_mark",),
}
SEEN_TOGETHER = ("differences", "groups", "users", "scatter")
"""Where there is most room, all are on the screen in another state."""


def comparing(home: Home, index: Path) -> ComparingApp:
    """The screen over the small log."""
    app = ComparingApp(home)
    app.session.dataset = SmallDataset(index)
    return app


@pytest.fixture
def app(home: Home, small_index: Path) -> Iterator[ComparingApp]:
    """The same with runs in each state."""
    runs = several(home, content=SmallDataset(small_index).info.content)
    yield comparing(home, small_index)
    for run in runs:
        run.die()


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: ComparingApp, state: str) -> None:
    await album.sizes(app, press(*STATES[state]), but_the_largest=state in SEEN_TOGETHER)


async def test_nothing_yet(album: Album, home: Home, small_index: Path) -> None:
    await album.sizes(comparing(home, small_index), press())


async def test_themes(album: Album, app: ComparingApp) -> None:
    await album.themes(app, press(*STATES["differences"]))


async def test_no_color(album: Album, app: ComparingApp, small_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(comparing(app.session.home, small_index), press(*STATES["differences"]))
