"""What makes screens quick does not change what they show, and stumbles of Textual's do not end the program."""

import gc
import subprocess
import sys
from typing import Any

import pytest
from textual import events
from textual.geometry import Size

from tests.tui.support import SmallApp, settled, shown, until

COLLECTING = """
import gc
from musicrec_tui.tui.shell import background as collecting
collecting.hold()
collecting.settle()
assert gc.isenabled() and not gc.get_freeze_count()
collecting.put_off()
assert not gc.isenabled()
collecting.settle()
assert gc.isenabled() and gc.get_freeze_count()
for _ in range(3):
    gc.collect(1)
collecting.sweep()
assert gc.get_count()[2] == 0
gc.collect(1)
collecting.sweep()
assert gc.get_count()[2] == 1
collecting.hold()
assert not gc.isenabled()
for _ in range(3):
    gc.collect(1)
collecting.sweep()
assert gc.get_count()[2] > 1
"""


async def test_another_theme_reaches_screens_that_were_not_shown_meanwhile(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        dark = small_app.screen.styles.background
        await pilot.press("5")
        await settled(pilot)
        small_app.theme = "textual-light"
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert small_app.current_mode == "explore"
        assert small_app.screen.styles.background != dark
        assert small_app.screen.query_one("#results").styles.background.a <= 1


@pytest.mark.parametrize(("size", "classes"), [((80, 24), {"-narrow", "-low"}), ((160, 48), {"-wide", "-high"})])
async def test_a_screen_knows_its_size_from_the_start_and_later(
    small_app: SmallApp, size: tuple[int, int], classes: set[str]
) -> None:
    async with small_app.run_test(size=size) as pilot:
        await settled(pilot)
        assert classes <= small_app.screen.classes
        await pilot.resize_terminal(110, 40)
        await settled(pilot)
        assert small_app.screen.classes & {"-narrow", "-low", "-normal", "-wide", "-high"} == {"-normal", "-high"}


async def test_a_dialog_that_is_answered_twice_closes_once(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: len(small_app.screen_stack) == 2)
        dialog: Any = small_app.screen
        dialog.dismiss()
        dialog.dismiss()
        await settled(pilot)
        assert len(small_app.screen_stack) == 1
        assert "Pixies" in shown(small_app.screen)


async def test_a_dialog_is_laid_out_for_another_size_only(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: len(small_app.screen_stack) == 2)
        await settled(pilot)
        sizes: list[Size] = []
        for screen in small_app.screen_stack:
            monkeypatch.setattr(screen, "_refresh_layout", lambda size=None, **_: sizes.append(size))
        small_app.screen.post_message(events.Resize(small_app.size, small_app.size))
        await settled(pilot)
        assert sizes == []
        small_app.screen.post_message(events.Resize(Size(100, 30), Size(100, 30)))
        await settled(pilot)
        assert Size(100, 30) in sizes


async def test_paging_through_a_palette_that_lists_nothing_yet_does_nothing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(40, 12)) as pilot:
        await settled(pilot)
        small_app.action_command_palette()
        await small_app.run_action("command_list('page_up')", small_app.screen)
        await settled(pilot)
        assert small_app.crash_log is None


async def test_a_press_on_a_widget_that_is_going_away_is_nobodys(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        bar = small_app.screen.query_one("TabBar")
        place = bar.region.offset
        bar.remove()
        small_app.post_message(events.MouseDown(None, *place, 0, 0, 1, False, False, False, *place))
        await settled(pilot)
        assert small_app.crash_log is None


def test_the_collector_is_put_off_in_the_program_alone() -> None:
    subprocess.run([sys.executable, "-c", COLLECTING], check=True)
    assert gc.isenabled()
