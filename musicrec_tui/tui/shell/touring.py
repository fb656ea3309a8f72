"""When the tour is shown: once for each home, at its first start, and whenever it is asked for.

It is in nobody's way: it has one key of its own, and any other key is passed on and ends it (letters that are typed
into an input do not), so that whoever just begins has nothing to close first.
"""

import asyncio

from textual import events
from textual.widgets import Input

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.frame import CommandBar
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.restriction import RestrictedApp
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


class TouringApp(RestrictedApp):
    """An app with a tour."""

    tour_wanted = False
    """Whether to show it by itself where the home has not seen it."""

    async def offer_tour(self) -> None:
        """Show the tour if this is the time for it."""
        if self.tour_wanted and self.current_mode == "explore":
            self.tour_wanted = False
            if await asyncio.to_thread(begin_once, self.session.home):
                await self.action_tour()

    async def action_tour(self) -> None:
        """Begin the tour; where it is shown, go on."""
        if self.current_mode != "explore":
            await self.switch_mode("explore")
        explore = self.screen_stack[0]  # a dialog may lie on top of it
        for shown in explore.query(Tour):
            await shown.advance()
            return
        await explore.mount(Tour(), before=explore.query_one(CommandBar))

    async def on_event(self, event: events.Event) -> None:
        """Take note of keys before they go where they go."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._note_key(event)
        await super().on_event(event)

    def _note_key(self, event: events.Key) -> None:
        """The step's own key goes to the next step, another one ends the tour."""
        for tour in self.screen.query(Tour) if self.screen_stack else ():
            typed = event.is_printable and isinstance(self.focused, Input)
            if not typed and event.key != KEY:
                start(self, "tour", tour.advance if event.key in tour.step.keys else tour.end)
