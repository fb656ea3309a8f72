"""Pictures of the Compare screen with fixed data."""

from collections.abc import Iterator
from typing import Any

import pytest

from musicrec_tui.paths import Home
from tests.tui.compare_support import ComparingApp
from tests.tui.train_support import several

PRESSES = {
    "table": ["right"] * 7,
    "two": ["j", "space", "j", "space"],
    "not-comparable": ["space", "j", "space"],
}


@pytest.fixture
def app(home: Home) -> Iterator[ComparingApp]:
    runs = several(home)
    yield ComparingApp(home)
    for run in runs:
        run.die()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("state", PRESSES)
def test_the_compare_screen_looks_as_it_did(
    snap_compare: Any, app: ComparingApp, size: tuple[int, int], state: str
) -> None:
    async def settle(pilot: Any) -> None:
        await pilot.press(*PRESSES[state])
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
@pytest.mark.parametrize(
    ("state", "keys"), [("differences", "v"), ("groups", "vv"), ("users", "vvv"), ("takeaways", "t")]
)
def test_differences_look_as_they_did(
    snap_compare: Any, app: ComparingApp, size: tuple[int, int], state: str, keys: str
) -> None:
    async def settle(pilot: Any) -> None:
        await pilot.press("j", "space", "j", "space", *keys)
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=settle)
