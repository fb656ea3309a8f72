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


@pytest.mark.parametrize(
    ("size", "state", "keys"),
    [
        ((80, 24), "differences", "v"), ((80, 24), "groups", "vv"), ((80, 24), "users", "vvv"),
        ((80, 24), "scatter", "vvvv"), ((80, 24), "takeaways", "t"),
        ((160, 48), "differences", "v"), ((160, 48), "users", "vv"), ((160, 48), "takeaways", "t"),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else value,
)  # fmt: skip
def test_differences_look_as_they_did(
    snap_compare: Any, app: ComparingApp, size: tuple[int, int], state: str, keys: str
) -> None:
    async def settle(pilot: Any) -> None:
        await pilot.press("j", "space", "j", "space", *keys)
        for _ in range(3):  # what is computed is asked for by what was computed before
            await pilot.pause()
            await pilot.app.workers.wait_for_complete()

    assert snap_compare(app, terminal_size=size, run_before=settle)
