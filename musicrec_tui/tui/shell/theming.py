"""How the app comes to its theme, and to another one while it runs."""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import App, ReturnType
from textual.filter import ANSIToTruecolor, LineFilter
from textual.theme import Theme

from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import NotifyingApp, notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.textual_private import drop_colours
from musicrec_tui.tui.common.verbs import THEME
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.session import Session


class StyledApp(NotifyingApp[ReturnType]):
    """An app that reads its styles and filters its colours no more often than it must."""

    styled_for = ""
    """The theme that the styles were read for."""

    def refresh_css(self, animate: bool = True) -> None:
        """Read all styles anew where they are different, which is with another theme.

        Textual asks for it whenever it meets a screen for the first time, and a hundred milliseconds would be lost.
        """
        if self.styled_for != self.theme:
            self.styled_for = self.theme
            super().refresh_css(animate)
        else:
            self.stylesheet.apply(self)  # the first screen inherits from it before Textual gives it its styles

    def watch_theme(self) -> None:
        """Under NO_COLOR the terminal's colours are taken away, others turn grey (Textual decides once, too early)."""
        if self.no_color:
            drop_colours(self)

    def get_line_filters(self) -> list[LineFilter]:
        """Without the one that translates the terminal's own colours, which copies every line: only `ansi` has any."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]


class ThemeChoice(Part):
    """Changes the theme while the app runs."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("app.theme", "choose_theme", THEME, "Change the theme",
                "Choose other colours; saved in the settings.", guest=True,
                also="dark light colours colors look"),
    )  # fmt: skip

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app, self._session = app, session

    def register(self, known: Sequence[Theme], chosen: str) -> None:
        """Let the app know these themes beside Textual's, and use one."""
        for theme in known:
            self._app.register_theme(theme)
        if chosen in self._app.available_themes:
            self._app.theme = chosen

    def action_choose_theme(self) -> None:
        """Ask for a theme, use it, and save the choice."""
        from musicrec_tui.tui.shell import themes
        from musicrec_tui.tui.shell.theme_picker import ThemePicker

        def chosen(name: str | None) -> None:
            if name is not None:
                self._app.theme = name
                if not self._session.restricted:  # a guest's choice holds for the guest alone
                    start(self._app, "theme", self._save, name)

        try:
            choices = themes.choices(self._session.home, self._session.settings)
        except UserError as error:
            notify_latest(self._app, str(error), group="theme", severity="error")
        else:
            self._app.push_screen(ThemePicker(choices, self._app.theme), chosen)

    async def _save(self, name: str) -> None:
        """Write it into the settings; where that fails, the theme holds until the end."""
        from musicrec_tui import settings

        try:
            await asyncio.to_thread(settings.remember_theme, self._session.home, name)
        except (UserError, OSError) as error:
            notify_latest(self._app, f"The theme could not be saved: {error}", group="theme", severity="warning")
