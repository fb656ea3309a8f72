"""Keys that come in one burst, as pasted or typed ahead, have their effects one after another."""

import pytest
from textual import events
from textual.keys import key_to_character
from textual.widgets import Input

from musicrec_tui.tui.common.filter_line import FilterLine
from musicrec_tui.tui.explore.me_dialog import MeDialog
from musicrec_tui.tui.shell.keys_in_turn import KeyHandled
from tests.tui.support import SmallApp, settled, until


def burst(app: SmallApp, *keys: str) -> None:
    """Give the app keys as the terminal's driver does: all at once."""
    for key in keys:
        app.post_message(events.Key(key, key_to_character(key)))


@pytest.mark.parametrize("turn", range(3))
async def test_letters_behind_the_key_of_a_dialog_are_typed_into_it(small_app: SmallApp, turn: int) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.screen.set_focus(small_app.screen.query_one("#recommendations"))
        burst(small_app, *"apixies")
        await until(pilot, lambda: isinstance(small_app.screen, MeDialog))
        await settled(pilot)
        entry = small_app.focused
        assert isinstance(entry, Input)
        assert entry.value == "pixies"


async def test_a_filter_is_typed_in_a_burst(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        small_app.screen.set_focus(small_app.screen.query_one("#recommendations"))
        burst(small_app, "slash", *"moby")
        await until(pilot, lambda: isinstance(small_app.screen, FilterLine))
        await settled(pilot)
        assert small_app.screen.query_one(Input).value == "moby"


async def test_a_key_whose_widget_goes_with_it_does_not_stop_the_next(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)

        lost = KeyHandled()
        small_app.keys_in_turn._on_its_way = lost  # its widget is gone, so it never arrives
        burst(small_app, "5", "2")
        await until(pilot, lambda: small_app.current_mode == "train")
