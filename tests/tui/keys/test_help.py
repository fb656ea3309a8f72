"""Every screen has commands that do the same, the help tells of them, and the page for a screen reader lists them."""

import re
from pathlib import Path

from musicrec_tui.cli.argv import COMMANDS
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.common.screens import SCREENS
from musicrec_tui.tui.keys.help import sentence
from tests.tui.support import SmallApp, settled, shown

PAGE = Path(__file__).parents[3] / "docs" / "accessible.md"


def test_every_screen_has_twins_which_are_commands_and_are_on_the_page() -> None:
    assert [screen.mode for screen in SCREENS] == list(MusicrecApp.MODES)
    page = PAGE.read_text(encoding="utf-8")
    for mode, names in ((screen.mode, screen.twins) for screen in SCREENS):
        assert set(names) <= set(COMMANDS), mode
        assert all(re.search(rf"`{name}\b", page) for name in names), mode


async def test_the_help_begins_with_them(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        told = " ".join(shown(small_app.screen.query_one(".help")).replace("│", " ").split())
        assert "with a screen reader" in told
        assert " ".join(sentence("explore").split()[:8]) in told
