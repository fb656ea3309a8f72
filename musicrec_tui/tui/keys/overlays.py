"""What the app lays over any screen to find commands and words: the palette and the help."""

from typing import Any, ClassVar

from textual.app import App

from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import HELP, PALETTE
from musicrec_tui.tui.shell.session import Session


class Overlays(Part):
    """Shows the palette and the help; both are imported when they are first asked for."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("app.palette", "command_palette", PALETTE, "Commands", "Find any command by its name.",
                footer="commands", palette=False, guest=True),
        Command("app.help", "help", HELP, "Help", "Keys of this screen, and what its words mean.",
                footer="help", guest=True,
                also="keys shortcuts manual"),
    )  # fmt: skip

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app, self._session = app, session

    def action_command_palette(self) -> None:
        """Find any command by its name."""
        from musicrec_tui.tui.keys.palette import Palette

        if not isinstance(self._app.screen, Palette):
            self._app.push_screen(Palette(id="--command-palette"))

    def action_help(self) -> None:
        """Show the keys of this screen, and what the numbers mean."""
        from musicrec_tui.runs.figures import auc_story
        from musicrec_tui.tui.keys.help import HelpScreen

        listed = list(commands.everywhere(self._app.screen))
        self._app.push_screen(HelpScreen(self._app.current_mode or "", listed, auc_story(self._session.usable)))
