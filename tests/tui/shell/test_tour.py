"""The tour is shown once, names what is there, and is in nobody's way."""

from textual.widgets import Input
from textual.widgets._toast import Toast

from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.shell.tour import STEPS, Tour
from musicrec_tui.tui.shell.touring import begin_once
from tests.tui.support import SmallApp, settled, shown, until


def test_a_home_sees_it_once_and_one_that_cannot_be_written_to_never(home: Home) -> None:
    assert begin_once(home)
    assert not begin_once(home)
    blocked = home.root / "file"
    blocked.write_text("")
    assert not begin_once(Home(blocked / "root", blocked / "cache"))


async def test_it_is_not_shown_to_who_did_not_ask_for_it(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        assert not small_app.screen.query(Tour)
        assert not home.tour.exists()


async def test_its_key_leads_through_it_and_every_other_key_does_what_it_always_does(small_app: SmallApp) -> None:
    small_app.tour.wanted = True
    async with small_app.run_test(size=(80, 24)) as pilot:
        screen = small_app.screen
        await until(pilot, lambda: screen.query(Tour))
        await settled(pilot)
        assert "Tour 1 of 5" in shown(screen)
        assert isinstance(small_app.focused, RowList)  # it took no focus
        # A key that is not its own: the cursor moves, and the tour is over.
        before = small_app.focused.cursor
        await pilot.press("j")
        await settled(pilot)
        assert small_app.focused.cursor != before
        assert not screen.query(Tour)
        # Asked for, it goes from step to step to its end.
        for number in range(1, len(STEPS) + 1):
            await pilot.press("full_stop")
            await settled(pilot)
            assert f"Tour {number} of 5" in shown(screen)
            assert STEPS[number - 1].name in shown(screen)
        await pilot.press("full_stop")
        await settled(pilot)
        assert not screen.query(Tour)


async def test_a_notification_stands_above_it(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("full_stop")
        await settled(pilot)
        small_app.notify("ALS #1 is finished.", markup=False)
        await settled(pilot)
        assert small_app.screen.query_one(Toast).region.bottom <= small_app.screen.query_one(Tour).region.y


async def test_who_tries_what_it_says_goes_on_and_may_type(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("full_stop", "slash", *"low")
        await settled(pilot)
        assert isinstance(small_app.focused, Input)
        assert small_app.focused.value == "low"
        assert "Tour 2 of 5" in shown(small_app.screen)
        await pilot.press("escape", "2")
        await settled(pilot)
        assert small_app.current_mode == "train"
        # From elsewhere it leads to what it talks about.
        await pilot.press("full_stop")
        await settled(pilot)
        assert small_app.current_mode == "explore"
        assert "Tour 1 of 5" in shown(small_app.screen)
