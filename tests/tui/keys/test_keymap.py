"""Keys of the user's own: refused with a sentence that names the line, and shown wherever keys are."""

from pathlib import Path

import pytest

from musicrec_tui import files, settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.common.frame import CommandBar
from musicrec_tui.tui.common.verbs import NO_KEY
from musicrec_tui.tui.keys import catalogue, keymap, keys_page
from musicrec_tui.tui.keys.keymap import Keymap
from tests.tui.support import settled, shown, small

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def read(home: Home, *lines: str) -> Keymap:
    """The keymap of a settings file with these lines under `[keys]`, which is its second line."""
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text("\n".join(["k = 5", "[keys]", *lines]), encoding="utf-8")
    return keymap.read_keymap(home, settings.load(home).keys)


def test_the_page_of_keys_is_up_to_date() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == keys_page.markdown(), "run `make pages`"
    assert all(f"`{name}`" in told for name in catalogue.every())


def test_what_can_be_given_anywhere_are_lists_pages_and_the_apps_own() -> None:
    anywhere = {one.screen for one in catalogue.every().values() if one.screen.startswith("every")}
    told = "a command of a shared widget belongs into catalogue._SCOPES"
    assert anywhere == {"everywhere", "every list", "every page", "every list, table and plot"}, told


def test_no_command_has_a_key_by_default_that_the_user_would_be_refused(home: Home) -> None:
    for one in catalogue.every().values():
        if one.command.keys != NO_KEY:
            assert keymap.read_keymap(home, {one.id: one.command.keys}) == Keymap({one.id: one.command.keys}), one.id


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ((), {}),
        (('"explore.search" = "ctrl+f"',), {"explore.search": "ctrl+f"}),
        (('"explore.search" = " / , ctrl+f ,/"',), {"explore.search": "slash,ctrl+f"}),
        (('"app.help" = ","', "'app.jump' = ';'"), {"app.help": "comma", "app.jump": "semicolon"}),
        (('"app.help" = "Ä,f1,ctrl+e"',), {"app.help": "Ä,f1,ctrl+e"}),
        (('"explore.model" = "t"', '"explore.train" = "m"'), {"explore.model": "t", "explore.train": "m"}),
        (('"explore.back" = "escape,C"',), {"explore.back": "escape,C"}),
        (('"quit.leave" = "1"',), {"quit.leave": "1"}),
        (('"explore.love" = "D"', '"jobs.delete" = "D"'), {"explore.love": "D", "jobs.delete": "D"}),
        (('"chosen.turn" = "m"',), {"chosen.turn": "m"}),
    ],
)
def test_keys_are_taken_by_the_names_that_textual_gives_them(
    lines: tuple[str, ...], keys: dict[str, str], home: Home
) -> None:
    assert read(home, *lines) == Keymap(keys)


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
        (("'[/b]\\u001b' = 'z'",), "there is no such command"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_the_line(lines: tuple[str, ...], words: str, home: Home) -> None:
    with pytest.raises(UserError, match=words) as raised:
        read(home, *lines)
    assert str(home.settings) in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "displaced", "note"),
    [
        (('"app.help" = "q"',), {"app.quit": "no_key"}, "Your q is app.help; app.quit (Quit) has no key now."),
        (
            ('"explore.love" = "j"',),
            {"list.down": "down", "page.down": "down"},
            "Your j is explore.love; list.down (Next row) has ↓ now.",
        ),
        (
            ('"compare.lists" = "T"',),
            {"jobs.trash": "no_key"},
            "Your T is compare.lists; jobs.trash (Trash) has no key",
        ),
        (('"app.help" = "f1"', '"data.sql" = "f1"'), {"data.sql": "no_key"}, "Your f1 is app.help; data.sql (SQL"),
        (('"app.back" = "backspace"',), {}, "app.back is no command any more: Esc closes what is on top"),
    ],
)
def test_the_users_key_wins_and_what_gave_way_is_named(
    lines: tuple[str, ...], displaced: dict[str, str], note: str, home: Home
) -> None:
    found = read(home, *lines)
    assert displaced.items() <= found.keys.items()
    assert any(told.startswith(note) for told in found.notes), found.notes


OLD = {
    "app.back": "escape", "app.help": "question_mark", "codes.go": "slash", "compare.forget": "c",
    "compare.lists": "L", "compare.order": "o", "compare.takeaways": "t", "compare.use": "u", "data.activity": "a",
    "data.codes": "d", "data.columns": "c", "data.matrix": "m", "data.next": "right_square_bracket",
    "data.overview": "o", "data.previous": "left_square_bracket", "data.rows": "r", "data.sql": "s",
    "explore.back": "left_square_bracket,backspace,escape", "explore.bookmark": "s", "explore.bookmarks": "S",
    "explore.build": "b", "explore.import": "i", "explore.titles": "r", "help.close": "escape,question_mark,q",
    "jobs.rename": "R", "jobs.star": "s", "log.next": "n", "matrix.in": "plus,equals_sign,enter", "matrix.order": "t",
    "matrix.page_left": "home,H", "plot.log": "o", "quit.leave": "l", "quit.stay": "s,escape,q", "sql.line": "slash,i",
    "table.export_too": "E", "table.whole": "space", "train.again": "e", "train.plot": "p", "train.swap": "i",
    "train.use": "u", "trash.delete": "x", "tune.across": "a", "tune.order": "o", "tune.resume": "r", "tune.use": "e",
    "why.close": "escape,w",
}  # fmt: skip
"""Default keys of version 0.1 that have moved, as a user could have written them down."""


def test_a_file_with_the_keys_of_version_0_1_starts_and_every_one_is_the_users(home: Home) -> None:
    found = keymap.read_keymap(home, OLD)
    kept = {name: keys for name, keys in found.keys.items() if name in OLD}
    lost = {name for name in kept if kept[name] != OLD[name]}
    assert lost <= {note.split("; ")[1].split(" ")[0] for note in found.notes if "; " in note}
    assert found.keys["train.again"] == "e"
    assert found.keys["explore.bookmark"] == "s"
    assert any(note.startswith("table.export_too is no command any more: e exports") for note in found.notes)


async def test_what_gave_way_is_said_at_the_start_and_the_users_key_works(small_index: Path, home: Home) -> None:
    app = small(home, small_index, Settings(keys={"explore.model": "B"}))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        assert any("explore.bookmarks" in one.message and "no key" in one.message for one in app._notifications)
        await pilot.press("tab", "B")
        await settled(pilot)
        assert type(app.screen).__name__ == "ModelPicker"


async def test_an_update_is_told_of_once_and_a_new_home_never(small_index: Path, home: Home) -> None:
    told: list[bool] = []
    for used in (False, True, True):
        if used:
            files.write_bytes(home.tour, b"")
        if used and not told[1:]:
            home.keys_announced.unlink()
        app = small(home, small_index)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot)
            told.append(any("Keys have changed" in one.message for one in app._notifications))
    assert told == [False, True, False]


async def test_the_footer_the_help_and_the_palette_show_the_users_keys(small_index: Path, home: Home) -> None:
    app = small(home, small_index, Settings(keys={"explore.search": "ctrl+f", "explore.model": "M", "list.top": "z"}))
    async with app.run_test(size=(120, 300)) as pilot:
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
        assert "z z        To the first row" in page
