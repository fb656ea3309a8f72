"""`keys` and `themes`: the screen's keys and themes.

The command line never imports the screen: `__main__`, which starts both, passes it as the context's object.
"""

from collections.abc import Sequence
from typing import Protocol

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings


class Key(Protocol):
    """A command of the screen."""

    @property
    def id(self) -> str:
        """Names it in the settings."""

    @property
    def key(self) -> str:
        """Its keys, as people write them."""

    @property
    def screen(self) -> str:
        """The screen that has it."""

    @property
    def help(self) -> str:
        """What it does."""


class Theme(Protocol):
    """A theme of the screen."""

    @property
    def name(self) -> str:
        """Names it in the settings."""

    @property
    def kind(self) -> str:
        """Dark, light, or the terminal's."""

    @property
    def origin(self) -> str:
        """Where it comes from: the program, Textual or the settings."""

    @property
    def chosen(self) -> bool:
        """Whether the settings select it."""


class Screen(Protocol):
    """What the commands need from the screen."""

    def keys(self, home: Home, settings: Settings) -> tuple[Sequence[Key], Sequence[str]]:
        """All commands with their keys, and sentences on those that gave way to the user's keys."""

    def themes(self, home: Home, settings: Settings) -> Sequence[Theme]:
        """All themes."""


def keys(context: typer.Context, place: options.HomePlace, as_json: options.Json = False) -> None:
    """List the screen's commands with their keys.

    The table `[keys]` of the settings gives a command another key, or several: `"explore.search" = "ctrl+f"`.
    """
    listed, notes = _screen(context).keys(place.home, place.settings)
    for note in notes:
        output.console(stderr=True).print(note, markup=False, highlight=False, soft_wrap=True)
    if as_json:
        told = [{"id": one.id, "key": one.key, "screen": one.screen, "help": one.help} for one in listed]
        output.print_json({"keys": told})
        return
    rows = [(one.id, one.key, one.screen, one.help) for one in listed]
    output.print_table(("command", "key", "where", "what it does"), rows, wrap=True)


def themes(context: typer.Context, place: options.HomePlace, as_json: options.Json = False) -> None:
    """List the screen's themes.

    The setting `theme` selects one; a table `[themes.NAME]` of the settings, with `primary = "#0178d4"` and other
    colours, adds one.
    """
    listed = _screen(context).themes(place.home, place.settings)
    if as_json:
        told = [{"theme": one.name, "kind": one.kind, "origin": one.origin, "chosen": one.chosen} for one in listed]
        output.print_json({"themes": told})
        return
    rows = [(one.name, one.kind, one.origin, "✓" if one.chosen else "") for one in listed]
    output.print_table(("theme", "kind", "origin", "chosen"), rows)


def _screen(context: typer.Context) -> Screen:
    """The screen that `__main__` passed."""
    screen: Screen | None = context.find_root().obj
    if screen is None:
        raise UserError("Only the program `musicrec-tui` lists the screen's keys and themes.")
    return screen
