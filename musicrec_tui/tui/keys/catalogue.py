"""All commands with the screens on which they are available: for the check of keymaps and the list of keys.

This imports all screens, which the app itself imports when they are first shown.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from textual.app import App
from textual.screen import ModalScreen

from musicrec_tui import tui
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.resizing import WIDTH_COMMANDS
from musicrec_tui.tui.common.screens import SCREENS
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS

MODES = {screen.mode: screen.title for screen in SCREENS}
"""The screens by their ids, in the order of their keys; SQL belongs to Data."""


@dataclass(frozen=True)
class Scope:
    """The screens on which a command is available.

    Attributes:
        title: as displayed: "Explore", "everywhere", "Quit dialog".
        screens: the ids of screens and dialogs; empty: any.
    """

    title: str
    screens: frozenset[str]

    def meets(self, other: "Scope") -> bool:
        """Whether both are available on a common screen, so that their keys must differ."""
        return not self.screens or not other.screens or bool(self.screens & other.screens)


_ME = Scope("Me dialog", frozenset({"me dialog"}))
_WITH_WIDTHS = Scope("Data, SQL, Tune and Compare", frozenset({"data", "sql", "tune", "compare"}))
_SCOPES = {
    **{command.id: Scope("every list, table and plot", frozenset()) for command in TABLE_COMMANDS},
    **{command.id: _WITH_WIDTHS for command in WIDTH_COMMANDS},
    "table": Scope("Data and SQL", frozenset({"data", "sql"})),
    "choice": Scope("Train, Tune and the filters", frozenset({"train", "tune", "filters dialog"})),
    "form": Scope("Train and Tune", frozenset({"train", "tune"})),
    "jobs": Scope("Train, Tune and Compare", frozenset({"train", "tune", "compare"})),
    "typed": _ME,
    "chosen": _ME,
}
"""Scopes of shared widgets and base classes, by a command's id or by the first part of several ids."""


@dataclass(frozen=True)
class Listed:
    """A command with its scope."""

    command: Command
    scope: Scope

    @property
    def id(self) -> str:
        """The command's id."""
        return self.command.id

    @property
    def key(self) -> str:
        """Its keys as displayed."""
        return self.command.every_key

    @property
    def screen(self) -> str:
        """The title of its scope."""
        return self.scope.title

    @property
    def help(self) -> str:
        """Its help sentence."""
        return self.command.help


@cache
def every() -> Mapping[str, Listed]:
    """All commands by id, with their default keys: first the app's, then screen by screen, then lists and dialogs."""
    found: dict[str, Listed] = {}
    for kind in _classes():
        inherited = {command.id for base in kind.__mro__[1:] for command in vars(base).get("OWN_COMMANDS", ())}
        for command in vars(kind).get("OWN_COMMANDS", ()):
            if command.id in inherited:
                continue
            found.setdefault(command.id, Listed(command, _scope(kind, command)))
    order = ["everywhere", *MODES.values()]
    rank = {title: at for at, title in enumerate(order)}
    return dict(sorted(found.items(), key=lambda pair: (rank.get(pair[1].screen, len(order)), pair[1].screen)))


def moved(keymap: Mapping[str, str]) -> list[Listed]:
    """All commands, with the keys that the user gave them."""
    return [Listed(one.command.moved(keymap), one.scope) for one in every().values()]


def _classes() -> Iterator[type]:
    """The app, and every class of the rooms, where it is defined."""
    for module in _modules(tui):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                yield kind


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of a package and of those in it."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


def _scope(kind: type, command: Command) -> Scope:
    """The scope of a command of a class: its screen, or the screens that have the widget."""
    prefix = command.id.partition(".")[0]
    room = kind.__module__.removeprefix(f"{tui.__name__}.").partition(".")[0]
    if issubclass(kind, App):
        return Scope("everywhere", frozenset(MODES))
    if issubclass(kind, ModalScreen):
        return Scope(f"{prefix.partition('_')[0].capitalize()} dialog", frozenset({f"{prefix} dialog"}))
    if place := _SCOPES.get(command.id) or _SCOPES.get(prefix):
        return place
    if prefix in MODES or room in MODES:
        mode = prefix if prefix in MODES else room
        return Scope(MODES[mode], frozenset({mode}))
    return Scope(f"every {prefix}", frozenset())
