"""How the app comes to its theme, and to another one while it runs."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.filter import ANSIToTruecolor, LineFilter
from textual.theme import Theme

from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.textual_private import drop_colours
from musicrec_tui.tui.common.working import start

if TYPE_CHECKING:
    from textual.app import App

    from musicrec_tui.tui.shell.session import Session

    class _Base(App[int]):
        session: Session
else:
    _Base = object


class Theming(_Base):
    """The app's command for themes."""

    THEMING: ClassVar[tuple[Command, ...]] = (
        Command(
            "app.theme",
            "choose_theme",
            "f6",
            "Change the theme",
            "Choose other colours; the settings remember them.",
            guest=True,
        ),
    )

    def take_themes(self, known: Sequence[Theme], chosen: str) -> None:
        """Let the app know these themes beside Textual's, and take one."""
        for theme in known:
            self.register_theme(theme)
        if chosen in self.available_themes:
            self.theme = chosen

    def watch_theme(self) -> None:
        """Under NO_COLOR the terminal's colours are taken away, others turn grey (Textual decides once, too early)."""
        if self.no_color:
            drop_colours(self)

    def get_line_filters(self) -> list[LineFilter]:
        """Without the one that translates the terminal's own colours, which copies every line: only `ansi` has any."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def action_choose_theme(self) -> None:
        """Ask for a theme, take it, and remember it."""
        from musicrec_tui.tui.shell import themes
        from musicrec_tui.tui.shell.theme_picker import ThemePicker

        def chosen(name: str | None) -> None:
            if name is not None:
                self.theme = name
                if not self.session.restricted:  # a guest's choice holds for the guest alone
                    start(self, "theme", self._remember_theme, name)

        try:
            choices = themes.choices(self.session.home, self.session.settings)
        except UserError as error:
            tell(self, str(error), group="theme", severity="error")
        else:
            self.push_screen(ThemePicker(choices, self.theme), chosen)

    async def _remember_theme(self, name: str) -> None:
        """Write it into the settings; where that fails, the theme holds until the end."""
        from musicrec_tui import settings

        try:
            await asyncio.to_thread(settings.remember_theme, self.session.home, name)
        except (UserError, OSError) as error:
            tell(self, f"The theme is not remembered: {error}", group="theme", severity="warning")
