"""The key table: a key has one meaning and a meaning one key, in every kind of focus; letters in inputs are text."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from musicrec_tui.paths import Home
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.screens import SCREENS
from musicrec_tui.tui.common.verbs import NO_KEY, VERBS, Focus, Verb, screen_verb
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.keys import catalogue
from tests.tui.support import settled, small

KINDS: tuple[Focus, ...] = ("list", "form", "question", "text")
ALIASES = {
    "DELETE": "delete", "LAST": "G", "DOWN": "j", "UP": "k", "LEFT": "h", "RIGHT": "l",
}  # fmt: skip
"""The only keys beside a verb's own: those of vim, and of the keyboard."""


def test_a_key_has_one_meaning_in_every_kind_of_focus() -> None:
    verbs = [*VERBS.values(), *(screen_verb(one.key, one.title) for one in SCREENS)]
    for kind in KINDS:
        meanings: dict[str, list[str]] = defaultdict(list)
        for verb in verbs:
            for key in verb.keys.split(",") if kind in verb.focus else ():
                meanings[key].append(verb.meaning)
        del meanings[NO_KEY]
        assert {key: told for key, told in meanings.items() if len(told) > 1} == {}, kind


def test_a_meaning_has_one_key_and_vims_beside_it_where_the_table_says_so() -> None:
    assert {name: verb.also for name, verb in VERBS.items() if verb.also} == ALIASES
    assert len({verb.meaning for verb in VERBS.values()}) == len(VERBS)
    used = [one.command.verb for one in catalogue.every().values()]
    assert [name for name, verb in VERBS.items() if verb not in used] == []
    for one in catalogue.every().values():
        assert isinstance(one.command.verb, Verb)
        assert set(one.command.keys.split(",")) <= set(one.command.verb.keys.split(",")), one.id


def test_every_letter_of_the_page_of_keys_is_in_the_table() -> None:
    known = {key for verb in VERBS.values() for key in verb.keys.split(",")}
    known |= {key for one in SCREENS for key in one.key if key}
    told = {key for one in catalogue.every().values() for key in one.command.keys.split(",")}
    assert told <= known | {NO_KEY}
    fixed = {
        "slash": "FIND", "enter": "OPEN", "escape": "CLOSE", "left_square_bracket": "BACK",
        "right_square_bracket": "FORWARD", "space": "MARK", "s": "SORT", "b": "BOOKMARK", "d": "DELETE", "e": "EXPORT",
        "y": "COPY", "o": "LINK", "r": "RENAME", "n": "CREATE", "x": "CANCEL_JOB", "u": "UNDO", "c": "COMPARE",
        "v": "VIEW", "question_mark": "HELP", "q": "QUIT",
    }  # fmt: skip
    assert {key: VERBS[name].key for key, name in fixed.items()} == {key: key for key in fixed}


def focus_of(widget: Widget, screen: Screen[object]) -> Focus:
    """The kind of focus that a widget is."""
    if isinstance(widget, Input | TextArea):
        return "text"
    if screen.is_modal and screen.query("#answers"):
        return "question"
    return "form" if isinstance(widget, Choice) else "list"


def given(screen: Screen[object]) -> Iterator[tuple[DOMNode, Command]]:
    """What a key does now, without what a widget takes as text, or a nearer command takes."""
    focused = screen.focused
    for node, command in commands.reachable(screen):
        if screen.is_modal and node is screen.app:
            continue
        keys = command.keys.split(",")
        if focused is not None and not command.priority:
            keys = [key for key in keys if not focused.check_consume_key(key, key_to_character(key))]
        if keys and keys != [NO_KEY]:
            yield node, command.moved({command.id: ",".join(keys)})


def check_focus(screen: Screen[object]) -> None:
    """Of the focused widget: each key has one meaning, which belongs there, and no letter of a text is a key."""
    widget = screen.focused
    assert widget is not None
    kind, meanings = focus_of(widget, screen), defaultdict(set)
    for _, command in given(screen):
        assert kind in command.verb.focus, (widget, command.id)
        for key in command.keys.split(","):
            meanings[key].add(command.verb.meaning)
            letter = key_to_character(key)
            assert kind != "text" or letter is None or not letter.isprintable(), (widget, command.id)
    assert {key: told for key, told in meanings.items() if len(told) > 1} == {}, widget


@pytest.mark.parametrize("mode", [one.mode for one in SCREENS])
async def test_on_every_screen_each_widget_has_one_meaning_for_a_key_and_esc_stays(
    mode: str, small_index: Path, home: Home
) -> None:
    app = small(home, small_index)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await app.run_action(f"show('{mode}')")
        await settled(pilot)
        for widget in list(app.screen.focus_chain):
            app.screen.set_focus(widget)
            check_focus(app.screen)
        await pilot.press("escape", "escape", "escape", "escape")
        assert app.current_mode == mode


DIALOGS = ("a", "B", "I", "Y", "i", "e", "f", "f6", "m", "question_mark", "ctrl+p")
"""The keys of Explore that open a dialog without more than a log."""


async def test_in_every_dialog_each_widget_has_one_meaning_for_a_key_and_esc_closes_it(
    small_index: Path, home: Home
) -> None:
    app = small(home, small_index)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.screen.set_focus(app.screen.query_one("#recommendations"))
        for key in DIALOGS:
            await pilot.press(key)
            await settled(pilot)
            assert app.screen.is_modal, key
            for widget in list(app.screen.focus_chain) if key != "ctrl+p" else ():
                app.screen.set_focus(widget)
                check_focus(app.screen)
            await pilot.press("escape")
            await settled(pilot)
            assert not app.screen.is_modal, key
