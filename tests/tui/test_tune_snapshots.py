"""How Tune looks, with tunings in every state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.tui.tune import importance
from tests.tui.pictures import Album, press
from tests.tui.tune.tune_support import TuneApp, several

STATES = {
    "form": (),
    "running": ("j", "j", "enter"),
    "map": ("j", "j", "j", "v"),
    "course": ("j", "j", "j", "v", "v"),
    "failed": ("j",) * 4,
    "died": ("j",) * 5,
    "finished": ("j",) * 6,
    "train-best": ("j", "j", "j", "t"),
}
SEEN_TOGETHER = ("course",)
"""Where there is most room, all are on the screen in another state."""


@pytest.fixture
def app(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[TuneApp]:
    """The screen over tunings in each state; importances come without a process."""

    async def importances(tuning: Path) -> dict[str, float]:
        return {"factors": 0.59, "iterations": 0.25, "regularization": 0.16}

    monkeypatch.setattr(importance, "importances", importances)
    tunings = several(home)
    yield TuneApp(home)
    for tuning in tunings:
        tuning.die()


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: TuneApp, state: str) -> None:
    await album.sizes(app, press(*STATES[state]), but_the_largest=state in SEEN_TOGETHER)


async def test_themes(album: Album, app: TuneApp) -> None:
    await album.themes(app, press(*STATES["map"]))


async def test_no_color(album: Album, app: TuneApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(TuneApp(app.session.home), press(*STATES["map"]))
