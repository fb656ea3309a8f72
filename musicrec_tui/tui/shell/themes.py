"""Themes: Textual's, four of ours, and the user's from the settings."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import structs
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from musicrec_tui import settings
from musicrec_tui.paths import Home
from musicrec_tui.settings import Colours, Settings

_ANSI_VARIABLES = {
    **dict.fromkeys(("ansi-background", "ansi-foreground", "border-blurred", "scrollbar-background",
                     "scrollbar-background-hover", "scrollbar-background-active", "surface", "surface-lighten-1",
                     "surface-lighten-2", "panel", "boost"), "ansi_default"),
    **dict.fromkeys(("border", "scrollbar", "scrollbar-hover", "scrollbar-active", "footer-key-foreground"),
                    "ansi_cyan"),
    **dict.fromkeys(("block-cursor-foreground", "input-selection-foreground", "screen-selection-foreground"),
                    "ansi_black"),
    **dict.fromkeys(("block-cursor-background", "input-selection-background", "screen-selection-background"),
                    "ansi_cyan"),
}  # fmt: skip
"""Variables of Textual's widgets in terminal colours, and opaque surfaces, so that dialogs hide the screen below."""

OURS = (
    Theme(
        "light", primary="#005a9c", secondary="#3a5f85", accent="#8a3b00", warning="#8a5a00", error="#a8002a",
        success="#1d6b2f", foreground="#1b1b1b", background="#fafaf7", surface="#eeeee8", panel="#e2e2da", dark=False,
    ),
    Theme(
        "high-contrast", primary="#66ccff", secondary="#ffffff", accent="#ffff00", warning="#ffd000", error="#ff8f8f",
        success="#7dff7d", foreground="#ffffff", background="#000000", surface="#000000", panel="#1a1a1a",
        text_alpha=1.0,
    ),
    Theme(
        "high-contrast-light", primary="#0000c0", secondary="#000000", accent="#7a0000", warning="#6b4400",
        error="#960000", success="#005000", foreground="#000000", background="#ffffff", surface="#ffffff",
        panel="#e8e8e8", dark=False, text_alpha=1.0,
    ),
    Theme(
        "ansi", ansi=True, primary="ansi_cyan", secondary="ansi_blue", accent="ansi_yellow", warning="ansi_yellow",
        error="ansi_red", success="ansi_green", foreground="ansi_default", background="ansi_default",
        surface="ansi_default", panel="ansi_default", boost="ansi_default", variables=_ANSI_VARIABLES,
    ),
)  # fmt: skip
"""A light theme, two of high contrast, and one with the terminal's sixteen colours."""


@dataclass(frozen=True)
class ThemeChoice:
    """A theme that can be chosen.

    Attributes:
        name: the value of the setting `theme`.
        kind: "dark", "light", or "the terminal's".
        origin: "ours", "Textual's" or "yours".
        chosen: whether it is the theme of the settings.
    """

    name: str
    kind: str
    origin: str
    chosen: bool


def choices(home: Home, chosen: Settings) -> list[ThemeChoice]:
    """All themes: the user's own, ours, Textual's.

    Raises:
        UserError: a theme of the settings is invalid; the sentence names the line.
    """
    return [
        ThemeChoice(theme.name, _kind(theme), origin, theme.name == chosen.theme)
        for theme, origin in (
            *((theme, "yours") for theme in own(home, chosen.themes)),
            *((theme, "ours") for theme in OURS),
            *((theme, "Textual's") for theme in BUILTIN_THEMES.values()),
        )
    ]


def _kind(theme: Theme) -> str:
    """The kind of a theme."""
    if theme.ansi:
        return "the terminal's"
    return "dark" if theme.dark else "light"


def own(home: Home, themes: Mapping[str, Colours]) -> list[Theme]:
    """The themes of the settings.

    Raises:
        UserError: an invalid colour, no primary colour, or a name that exists already; the sentence names the line.
    """
    return [_own(home, name, colours) for name, colours in themes.items()]


def _own(home: Home, name: str, colours: Colours) -> Theme:
    """A theme of the settings."""
    path = ("themes", name)
    if name in BUILTIN_THEMES or name in {theme.name for theme in OURS}:
        raise settings.refusal(home, path, "there is a theme of this name already; choose another name")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise settings.refusal(home, path, "a theme's name has the letters a to z, digits, - and _ only")
    if not colours.primary:
        raise settings.refusal(home, path, 'a theme needs a primary colour, such as primary = "#0178d4"')
    given: dict[str, Any] = {name: value for name, value in structs.asdict(colours).items() if value and name != "dark"}
    for field, value in given.items():
        try:
            Color.parse(value)
        except ColorParseError as error:
            reason = f'{value!r} is no colour; write one such as "#0178d4" or "teal"'
            raise settings.refusal(home, (*path, field), reason) from error
    return Theme(name, dark=colours.dark, **given)


def checked(home: Home, chosen: Settings) -> list[Theme]:
    """The themes to register beside Textual's; checks that the chosen one exists.

    Raises:
        UserError: an unknown theme, or an invalid one in the settings; the sentence names the line.
    """
    known = [*OURS, *own(home, chosen.themes)]
    names = [*BUILTIN_THEMES, *(theme.name for theme in known)]
    if chosen.theme not in names:
        close = difflib.get_close_matches(chosen.theme, names, 1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        reason = f"there is no theme {chosen.theme!r}{meant}; `musicrec-tui themes` lists them"
        raise settings.refusal(home, ("theme",), reason)
    return known
