"""Pictures of the Train screen with fixed data, at the sizes that it is laid out for."""

from collections.abc import Iterator
from typing import Any

import pytest

from musicrec_tui.paths import Home
from tests.tui.train_support import TrainApp, several

SIZES = [(80, 24), (120, 40)]
PRESSES = {
    "form": [],
    "running": ["j", "j"],
    "plot": ["j", "j", "p", "left", "left", "left", "plus"],
    "search": ["j", "j", "slash", *"OVER"],
    "died": ["j", "j", "j", "j"],
    "finished": ["j", "j", "j", "j", "j", "j", "j"],
    "question": ["j", "j", "x"],
}


@pytest.fixture
def app(home: Home) -> Iterator[TrainApp]:
    runs = several(home)
    yield TrainApp(home)
    for run in runs:
        run.die()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", PRESSES)
def test_the_train_screen_looks_as_it_did(snap_compare: Any, app: TrainApp, size: tuple[int, int], state: str) -> None:
    async def settle(pilot: Any) -> None:
        await pilot.press(*PRESSES[state])
        busy = [worker for worker in pilot.app.workers if worker.group == "watch"]
        if busy:
            await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=settle)
