"""Keys of the user's own: refused with a sentence that names the line, and shown wherever keys are."""

from pathlib import Path

import pytest

from musicrec_tui import settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.common.frame import CommandBar
from musicrec_tui.tui.keys import catalogue, keymap, keys_page
from tests.tui.support import settled, shown, small

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def checked(home: Home, *lines: str) -> dict[str, str]:
    """The keymap of a settings file with these lines under `[keys]`, which is its second line."""
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text("\n".join(["k = 5", "[keys]", *lines]), encoding="utf-8")
    return keymap.checked(home, settings.load(home).keys)


def test_the_page_of_keys_is_up_to_date() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == keys_page.markdown(), "run `python -m musicrec_tui.tui.keys.keys_page > docs/keys.md`"
    assert all(f"`{name}`" in told for name in catalogue.every())


def test_what_can_be_given_anywhere_are_lists_pages_and_the_apps_own() -> None:
    anywhere = {one.screen for one in catalogue.every().values() if one.screen.startswith("every")}
    told = "a command of a shared widget belongs into catalogue._SCOPES"
    assert anywhere == {"everywhere", "every list", "every page", "every list, table and plot"}, told


def test_no_command_has_a_key_by_default_that_the_user_would_be_refused(home: Home) -> None:
    for one in catalogue.every().values():
        assert keymap.checked(home, {one.id: one.command.keys}) == {one.id: one.command.keys}


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ((), {}),
        (('"explore.search" = "ctrl+f"',), {"explore.search": "ctrl+f"}),
        (('"explore.search" = " / , ctrl+f ,/"',), {"explore.search": "slash,ctrl+f"}),
        (('"app.help" = ","', "'app.jump' = ';'"), {"app.help": "comma", "app.jump": "semicolon"}),
        (('"app.help" = "Ä,f1,ctrl+e"',), {"app.help": "Ä,f1,ctrl+e"}),
        (('"explore.model" = "t"', '"explore.train" = "m"'), {"explore.model": "t", "explore.train": "m"}),
        (('"explore.back" = "escape,B"',), {"explore.back": "escape,B"}),
        (('"quit.leave" = "1"',), {"quit.leave": "1"}),
        (('"explore.love" = "D"', '"jobs.delete" = "D"'), {"explore.love": "D", "jobs.delete": "D"}),
        (('"chosen.turn" = "m"',), {"chosen.turn": "m"}),
    ],
)
def test_keys_are_taken_by_the_names_that_textual_gives_them(
    lines: tuple[str, ...], keys: dict[str, str], home: Home
) -> None:
    assert checked(home, *lines) == keys


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (('"explore.searc" = "z"',), "line 3, .*there is no such command .did you mean explore.search"),
        (("", '"app.help" = "hyper+x"'), "line 4, .*keys.\"app.help\": 'hyper.x' is no key"),
        (('"app.help" = ""',), "line 3, .*'' is no key"),
        (('"app.help" = "f1,,f3"',), "line 3, .*'' is no key"),
        (('"app.help" = "help me"',), "line 3, .*'help me' is no key"),
        (('"app.help" = "ctrl+F"',), 'line 3, .*write "ctrl.f"'),
        (('"app.help" = "shift+h"',), 'line 3, .*write "H"'),
        (('"app.help" = "f1"', '"app.jump" = "ctrl+b"'), "line 4, .*tmux takes it"),
        (('"app.help" = "ctrl+a"',), "screen takes it"),
        (('"app.help" = "ctrl+j"',), "send it for Enter"),
        (('"app.help" = "ctrl+left"',), "macOS takes it"),
        (('"app.help" = "alt+x"',), "macOS alt types"),
        (('"app.help" = "ctrl+enter"',), "many terminals do not send it"),
        (('"app.help" = "shift+enter"',), "many terminals do not send it"),
        (('"app.help" = "tab"',), "moves the focus"),
        (('"app.help" = "ctrl+q"',), "always quits"),
        (('"app.help" = "q"',), "line 3, .*q is the key of app.quit .Quit. already"),
        (('"explore.model" = "j"',), "j is the key of"),
        (('"list.down" = "m"',), "m is the key of explore.model"),
        (('"explore.love" = "y"',), "y is the key of table.copy"),
        (('"compare.lists" = "T"',), "T is the key of jobs.trash"),
        (('"app.help" = "f1"', '"data.sql" = "f1"'), "f1 is the key of"),
        (("'[/b]\\u001b' = 'z'",), "there is no such command"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_the_line(lines: tuple[str, ...], words: str, home: Home) -> None:
    with pytest.raises(UserError, match=words) as raised:
        checked(home, *lines)
    assert str(home.settings) in str(raised.value)


async def test_the_footer_the_help_and_the_palette_show_the_users_keys(small_index: Path, home: Home) -> None:
    app = small(home, small_index, Settings(keys={"explore.search": "ctrl+f", "explore.model": "M", "list.top": "z"}))
    async with app.run_test(size=(120, 60)) as pilot:
        await settled(pilot)
        foot = shown(app.screen.query_one(CommandBar))
        assert "^f search" in foot
        assert "M model" in foot
        await pilot.press("ctrl+f", "x", "escape")
        assert app.screen.query_one("#search-input").value == "x"  # type: ignore[attr-defined]
        await pilot.press("slash")
        assert app.screen.focused is not app.screen.query_one("#search-input")
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert "Choose the model  (M)" in shown(app.screen)
        await pilot.press("escape", "question_mark")
        await settled(pilot)
        page = shown(app.screen)
        assert "^f         Type to find artists" in page
        assert "z z        To the top of a list." in page
