"""The user's keymap: `[keys]` in the settings, checked before the screen opens."""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.keys import KEY_NAME_REPLACEMENTS, KEY_TO_UNICODE_NAME, Keys, key_to_character

from musicrec_tui import settings
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.commands import key_text
from musicrec_tui.tui.common.verbs import CLOSE, NO_KEY

if TYPE_CHECKING:
    from musicrec_tui.tui.keys.catalogue import Listed

_NAMED = frozenset(key.value for key in Keys if "+" not in key.value and "<" not in key.value)
_NEEDED = {"tab": "moves the focus", "shift+tab": "moves the focus", "ctrl+q": "always quits"}
_TAKEN = {
    "ctrl+a": "screen takes it as its own prefix",
    "ctrl+b": "tmux takes it as its own prefix",
    "ctrl+h": "many terminals send it for backspace",
    "ctrl+i": "terminals send it for Tab",
    "ctrl+j": "terminals send it for Enter",
    "ctrl+m": "terminals send it for Enter",
    "ctrl+at": "macOS takes it to switch keyboards",
    "ctrl+space": "macOS takes it to switch keyboards",
    "ctrl+left_square_bracket": "terminals send it for Esc",
    "f11": "terminals and macOS take it for the window",
    **dict.fromkeys(("ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right"), "macOS takes it to switch desktops"),
}
_UNSENT = "many terminals do not send it"


@dataclass(frozen=True)
class Keymap:
    """The user's keys, and what they have displaced.

    Attributes:
        keys: for `App.set_keymap`: comma-separated keys, by Textual's names, by command id.
        notes: a sentence for each default that gave way, and for each line without effect.
    """

    keys: dict[str, str]
    notes: tuple[str, ...] = ()


def read_keymap(home: Home, keys: Mapping[str, str]) -> Keymap:
    """Read the table `[keys]`. The user's key wins: a default on the same key, where both can be given, loses it.

    Args:
        home: of the settings.
        keys: comma-separated keys by command id.

    Raises:
        UserError: an unknown command, an unknown key, or a key that terminals do not send; the sentence names the line.
    """
    if not keys:
        return Keymap({})
    from musicrec_tui.tui.keys import catalogue

    commands = catalogue.every()
    chosen: dict[str, str] = {}
    notes = []
    for name, wanted in keys.items():
        try:
            if name not in commands and name not in RETIRED:
                raise UserError(f"there is no such command{_meant(name, commands)}; `musicrec-tui keys` lists them")
            parsed = ",".join(dict.fromkeys(_key(part) for part in _parts(wanted)))
        except UserError as error:
            raise settings.refusal(home, ("keys", name), str(error)) from error
        if name in RETIRED:
            notes.append(f"{name} is no command any more: {RETIRED[name]}.")
        else:
            chosen[name] = parsed
    displaced, said = _displaced(chosen, commands)
    return Keymap({**chosen, **displaced}, (*notes, *said))


RETIRED = {
    "app.back": "Esc closes what is on top and never leaves a screen",
    "table.export_too": "e exports everywhere",
}
"""Commands of former versions, and what to do now; their lines in `[keys]` have no effect."""


def _displaced(chosen: Mapping[str, str], commands: "Mapping[str, Listed]") -> tuple[dict[str, str], list[str]]:
    """The keys that remain to commands which gave way, and a sentence for each.

    A default gives way to the user's key; of two lines of the user's with the same key, the first one has it.
    """
    remaining: dict[str, str] = {}
    notes = []
    for at, (name, keys) in enumerate(chosen.items()):
        losers = [other for other in commands if other not in chosen] + list(chosen)[at + 1 :]
        for other in losers:
            now = (remaining.get(other) or chosen.get(other) or commands[other].command.keys).split(",")
            clash = _clash(commands[name], set(keys.split(",")), commands[other], set(now))
            if clash:
                remaining[other] = ",".join(key for key in now if key not in clash) or NO_KEY
                notes.append(_gave_way(name, commands[other], clash, remaining[other]))
    return remaining, notes


def _clash(one: "Listed", keys: set[str], other: "Listed", others: set[str]) -> set[str]:
    """The keys on which two commands meet; those that both have by default mean the same, or the focus decides."""
    if not one.scope.meets(other.scope) or other.command.verb is CLOSE:  # what is on top closes first
        return set()
    shared = set(one.command.keys.split(",")) & set(other.command.keys.split(","))
    return keys & others - shared - {NO_KEY}


def _gave_way(name: str, other: "Listed", clash: set[str], left: str) -> str:
    """The sentence on a command that lost a key."""
    lost = " ".join(sorted(map(key_text, clash)))
    has = "no key" if left == NO_KEY else " ".join(map(key_text, left.split(",")))
    return f"Your {lost} is {name}; {other.id} ({other.command.title}) has {has} now."


def _meant(name: str, commands: "Mapping[str, Listed]") -> str:
    """A suggestion for a misspelled command."""
    close = difflib.get_close_matches(name, commands, 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _parts(wanted: str) -> list[str]:
    """The keys of a setting. A comma alone is the key of that name."""
    return [","] if wanted.strip() == "," else [part.strip() for part in wanted.split(",")]


def _key(wanted: str) -> str:
    """A key by Textual's name.

    Raises:
        UserError: an unknown key, or one that terminals do not send.
    """
    *modifiers, base = wanted.split("+") if wanted not in ("", "+") and not wanted.endswith("++") else [wanted]
    base = "plus" if base == "+" else base
    shown = repr(wanted)
    name = _base(base)
    if name is None or not set(modifiers) <= {"ctrl", "shift", "alt"}:
        raise UserError(f'{shown} is no key; write one such as "z", "/", "f5", "ctrl+f" or "pagedown"')
    if modifiers and len(name) == 1 and name != name.lower():
        raise UserError(f'{shown} is no key that terminals send; write "{"+".join([*modifiers, name.lower()])}"')
    if modifiers == ["shift"] and len(name) == 1:
        raise UserError(f'{shown} is sent as a capital; write "{name.upper()}"')
    key = "+".join([*modifiers, name])
    if reason := _unusable(key, modifiers, name):
        raise UserError(f"{shown} cannot be used: {reason}")
    return key


def _base(base: str) -> str | None:
    """A key without its modifiers, by Textual's name; None: unknown."""
    if base in _NAMED:
        return base
    if len(base) == 1 and base.isprintable() and not base.isspace():
        if base.isalnum():
            return base
        long = unicodedata.name(base, "").lower().replace("-", "_").replace(" ", "_")
        return KEY_NAME_REPLACEMENTS.get(long, long) or None
    known = base in KEY_TO_UNICODE_NAME or base in KEY_NAME_REPLACEMENTS.values()
    character = key_to_character(base) if len(base) > 1 and base.islower() else None
    return base if known or (character is not None and character.isprintable()) else None


def _unusable(key: str, modifiers: list[str], name: str) -> str:
    """Why a key cannot be used; empty: it can."""
    if key in _NEEDED:
        return f"it {_NEEDED[key]}"
    if key in _TAKEN:
        return _TAKEN[key]
    if "alt" in modifiers:
        return "on macOS alt types other letters"
    if len(modifiers) > 1:
        return _UNSENT
    with_ctrl = modifiers == ["ctrl"] and not (len(name) == 1 and "a" <= name <= "z")
    with_shift = modifiers == ["shift"] and name in ("enter", "space", "backspace", "escape")
    return _UNSENT if with_ctrl or with_shift else ""
