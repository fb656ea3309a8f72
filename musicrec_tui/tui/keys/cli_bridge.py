"""What the command line needs of the screen: keys and themes; imports are made when it is called."""

from typing import TYPE_CHECKING

from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings

if TYPE_CHECKING:
    from musicrec_tui.tui.keys.catalogue import Listed
    from musicrec_tui.tui.shell.themes import ThemeChoice


class Front:
    """Keys and themes, without opening the screen."""

    def keys(self, home: Home, settings: Settings) -> "list[Listed]":
        """All commands with the keys that the settings give them.

        Raises:
            UserError: a key of the settings cannot be used.
        """
        from musicrec_tui.tui.keys import catalogue, keymap

        return catalogue.moved(keymap.checked(home, settings.keys))

    def themes(self, home: Home, settings: Settings) -> "list[ThemeChoice]":
        """All themes.

        Raises:
            UserError: the theme of the settings is none, or one of the user's own cannot be used.
        """
        from musicrec_tui.tui.shell import themes

        themes.checked(home, settings)
        return themes.choices(home, settings)
