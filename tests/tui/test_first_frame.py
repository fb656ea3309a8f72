"""The first frame: the search alone, in which one can type before the log is open; all else comes after it."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from textual.screen import Screen
from textual.widgets import Input

from musicrec_tui.tui.explore.screen import ExploreScreen
from musicrec_tui.tui.train.screen import TrainScreen
from tests.tui.support import SmallApp, settled, shown, until


def hold_back(app: SmallApp) -> Callable[[], None]:
    """Keep the log closed until the answer is called."""
    wanted, begin = asyncio.Event(), app._begin

    async def later() -> None:
        await wanted.wait()
        await begin()

    app._begin = later  # type: ignore[method-assign]
    return wanted.set


async def test_what_is_typed_before_the_log_is_open_is_searched_for_then(small_app: SmallApp) -> None:
    open_log = hold_back(small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"moby")
        explore = cast(ExploreScreen, small_app.screen)
        assert explore.query_one("#search-input", Input).value == "moby"
        assert "listens ·" not in shown(explore)
        open_log()
        await until(pilot, lambda: "▸Moby" in shown(explore.query_one("#results")))
        await settled(pilot)
        assert isinstance(small_app.focused, Input)
        assert explore.current.user is not None


async def test_the_first_frame_does_not_wait_for_the_panes(
    small_app: SmallApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    panes_mounted: list[bool] = []
    paint = Screen._compositor_refresh

    def noting(screen: Screen[object]) -> None:
        if isinstance(screen, ExploreScreen) and not small_app._batch_count:
            panes_mounted.append(bool(screen.query("#user")))
        paint(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", noting)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
    assert panes_mounted[0] is False
    assert panes_mounted[-1] is True


async def test_commands_on_the_log_wait_for_it(small_app: SmallApp) -> None:
    open_log = hold_back(small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, but=("begin",))
        explore = cast(ExploreScreen, small_app.screen)
        for key in "cmwvfaipbx+-":
            await pilot.press(key)
            assert small_app.screen is explore
        footer = explore.query_one("CommandBar")
        assert "/ search" in shown(footer)
        assert "model" not in shown(footer)
        open_log()
        await until(pilot, lambda: "m model" in shown(footer))


async def test_another_screen_has_its_styles_however_soon_it_is_shown(small_app: SmallApp) -> None:
    hold_back(small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await settled(pilot, but=("begin",))
        assert isinstance(small_app.screen, TrainScreen)
        assert small_app.screen.query("FormLine Input").first().region.height == 1
