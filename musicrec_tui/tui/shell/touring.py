"""When the tour is shown: once for each home, at its first start, and whenever it is asked for.

It is never in the way: it has one key of its own, and any other key is passed on and ends it (letters that are typed
into an input do not), so that a beginner has nothing to close first.
"""

import asyncio
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.widgets import Input

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.frame import CommandBar
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import TOUR
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.tour import Tour

KEY = "full_stop"
_SAID = b"The tour was shown here. Without this file it is shown again.\n"


def begin_once(home: Home) -> bool:
    """Whether this home has yet to see the tour; from now on it has. One that cannot be written to never sees it."""
    if home.tour.exists():
        return False
    try:
        files.write_bytes(home.tour, _SAID)
    except UserError:
        return False
    return True


class TourGuide(Part):
    """Shows the tour in Explore.

    Attributes:
        wanted: whether to show it without being asked, where the home has not seen it.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("app.tour", "tour", TOUR, "Tour", "The screen in five steps.", shown=".", guest=True),
    )

    def __init__(self, app: App[Any], home: Home, *, wanted: bool) -> None:
        self._app, self._home = app, home
        self.wanted = wanted

    async def offer(self) -> None:
        """Show the tour if this is the time for it."""
        if self.wanted and self._app.current_mode == "explore":
            self.wanted = False
            if await asyncio.to_thread(begin_once, self._home):
                await self.action_tour()

    async def action_tour(self) -> None:
        """Begin the tour; if it is shown, continue it."""
        if self._app.current_mode != "explore":
            await self._app.switch_mode("explore")
        explore = self._app.screen_stack[0]  # a dialog may lie on top of it
        for shown in explore.query(Tour):
            await shown.advance()
            return
        await explore.mount(Tour(), before=explore.query_one(CommandBar))

    def note_key(self, event: events.Event) -> None:
        """A key is on its way: the step's own leads to the next step, another one ends the tour."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            return
        for tour in self._app.screen.query(Tour) if self._app.screen_stack else ():
            typed = event.is_printable and isinstance(self._app.focused, Input)
            if not typed and event.key != KEY:
                start(self._app, "tour", tour.advance if event.key in tour.step.keys else tour.end)
