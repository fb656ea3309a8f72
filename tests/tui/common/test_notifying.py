"""Notifications do not pile up."""

from typing import Any

from textual.app import App
from textual.widgets._toast import Toast

from musicrec_tui.tui.common.notifying import MOST, NotifyingApp, notify_latest
from tests.tui.support import settled


def corner(app: App[Any]) -> list[str]:
    """What stands in the corner, from above."""
    return [str(toast.render()) for toast in app.screen.query(Toast)]


async def test_the_latest_of_a_group_takes_the_place_of_the_one_before() -> None:
    app: NotifyingApp[None] = NotifyingApp()
    async with app.run_test(notifications=True) as pilot:
        for number in range(5):
            notify_latest(app, f"copied {number} [b]\x1b", group="copy")
            notify_latest(app, "the same", group="other")
            await settled(pilot)
        assert corner(app) == ["copied 4 [b]�", "the same"]


async def test_there_are_few_at_once_and_errors_stay_longest() -> None:
    app: NotifyingApp[None] = NotifyingApp()
    async with app.run_test(notifications=True) as pilot:
        app.notify("it failed", severity="error", markup=False)
        for number in range(6):
            app.notify(f"number {number}", markup=False)
        app.notify("number 5", markup=False)  # said twice, it stands there once
        await settled(pilot)
        assert sorted(corner(app)) == ["number 4", "number 5", "✗ it failed"]
        assert len(corner(app)) == MOST


async def test_whatever_is_in_a_message_is_shown_clean() -> None:
    app: NotifyingApp[None] = NotifyingApp()
    async with app.run_test(notifications=True) as pilot:
        app.notify("it \x1b]0;owned\x07 [b]failed", markup=False)
        await settled(pilot)
        assert corner(app) == ["it �]0;owned� [b]failed"]
