"""Pictures of the Tune screen with fixed data, at the sizes that it is laid out for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.tui.widgets.tune import importance
from tests.tui.tune_support import TuneApp, several

SIZES = [(80, 24), (120, 40)]
IDS = ["80x24", "120x40"]
PRESSES = {
    "form": [],
    "running": ["j", "j", "enter"],
    "map": ["j", "j", "j", "v"],
    "course": ["j", "j", "j", "v", "v"],
    "died": ["j", "j", "j", "j", "j"],
    "failed": ["j", "j", "j", "j"],
    "question": ["j", "j", "j", "t"],
}


@pytest.fixture
def made(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with tunings in each state; importances come without a process."""

    async def importances(tuning: Path) -> dict[str, float]:
        return {"factors": 0.59, "iterations": 0.25, "regularization": 0.16}

    monkeypatch.setattr(importance, "importances", importances)
    tunings = several(home)
    yield home
    for tuning in tunings:
        tuning.die()


def press(*keys: str) -> Any:
    """Press keys, and wait for what they ask for."""

    async def settle(pilot: Any) -> None:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        if busy := [worker for worker in pilot.app.workers if worker.group == "importance"]:
            await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()

    return settle


@pytest.mark.parametrize("size", SIZES, ids=IDS)
@pytest.mark.parametrize("state", PRESSES)
def test_the_tune_screen_looks_as_it_did(snap_compare: Any, made: Home, size: tuple[int, int], state: str) -> None:
    assert snap_compare(TuneApp(made), terminal_size=size, run_before=press(*PRESSES[state]))


def test_it_reads_without_colours(snap_compare: Any, made: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(TuneApp(made), terminal_size=(120, 40), run_before=press("j", "j", "j"))
