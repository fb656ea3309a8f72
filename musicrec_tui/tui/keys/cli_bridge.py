"""What the command line needs of the screen: keys and themes; imports are made when it is called."""

from typing import TYPE_CHECKING

from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings

if TYPE_CHECKING:
    from musicrec_tui.tui.keys.catalogue import Listed
    from musicrec_tui.tui.shell.themes import ThemeChoice


class Front:
    """Keys and themes, without opening the screen."""

    def keys(self, home: Home, settings: Settings) -> "tuple[list[Listed], tuple[str, ...]]":
        """All commands with the keys that the settings give them, and sentences on those that gave way.

        Raises:
            UserError: a key of the settings cannot be used.
        """
        from musicrec_tui.tui.keys import catalogue, keymap

        read = keymap.read_keymap(home, settings.keys)
        return catalogue.moved(read.keys), read.notes

    def themes(self, home: Home, settings: Settings) -> "list[ThemeChoice]":
        """All themes.

        Raises:
            UserError: the theme of the settings is none, or one of the user's own cannot be used.
        """
        from musicrec_tui.tui.shell import themes

        themes.checked(home, settings)
        return themes.choices(home, settings)
