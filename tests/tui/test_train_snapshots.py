"""How Train looks, with jobs in every state."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.runs import store, trash
from tests.tui.pictures import Album, StandingClock, press
from tests.tui.train.train_support import START, FakeRun, TrainApp, several

STATES = {
    "form": (),
    "running": ("j", "j"),
    "plot": ("j", "j", "z", "left", "left", "left", "z"),
    "search": ("j", "j", "slash", "slash", *"OVER"),
    "layers": ("j", "j", "V"),
    "died": ("j",) * 4,
    "failed": ("j",) * 5,
    "finished": ("j",) * 7,
    "crosshair": (*("j",) * 7, "z", "left", "left", "O"),
    "cancel": ("j", "j", "x"),
    "name": ("j", "j", "r"),
}
SEEN_TOGETHER = ("layers",)
"""Where there is most room, all are on the screen in another state."""


@pytest.fixture
def app(home: Home) -> Iterator[TrainApp]:
    """The screen over runs in each state."""
    runs = several(home)
    yield TrainApp(home)
    for run in runs:
        run.die()


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: TrainApp, state: str) -> None:
    await album.sizes(app, press(*STATES[state]), but_the_largest=state in SEEN_TOGETHER)


async def test_outdated(album: Album, app: TrainApp, home: Home) -> None:
    run = FakeRun(home, "ease", name="before the new listens", content="0" * 64)
    run.start()
    run.finish(0.2)
    await album.sizes(app, press("j", "j", "j"))


async def test_nothing_yet(album: Album, home: Home) -> None:
    await album.sizes(TrainApp(home), press())


async def test_trash(album: Album, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash, "datetime", StandingClock)
    monkeypatch.setattr(trash, "_made_at", lambda _folder: START)  # the fake runs are made by the real clock
    for days, name in enumerate(("first try", "Nirvana [Live] [/b]", "椎名林檎 only")):
        run = FakeRun(home, name=name)
        run.die()
        store.trash_of(home).discard(run.info)
        deleted = (START + timedelta(days=days)).timestamp()
        os.utime(store.trash_of(home).trash / run.info.id / trash.MARKER, (deleted, deleted))
    await album.sizes(TrainApp(home), press("T"))


async def test_themes(album: Album, app: TrainApp) -> None:
    await album.themes(app, press(*STATES["plot"]))


async def test_no_color(album: Album, app: TrainApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(TrainApp(app.session.home), press(*STATES["running"]))
