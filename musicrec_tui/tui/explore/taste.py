"""What Explore does with taste: loves and blocks the artist under the cursor, and takes that back."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, Literal

from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import BLOCK, LOVE
from musicrec_tui.tui.common.working import asked
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom

if TYPE_CHECKING:
    from musicrec_tui.dataset.opinions import Verdict

_LONGEST = 40


class Taste(Part):
    """Loves and blocks artists of the lists for the current user."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.love", "love", LOVE, "Love this artist, or undo",
                "Love the selected artist; again: undo."),
        Command("explore.block", "block", BLOCK, "Block this artist, or undo",
                "Never recommend the selected artist; again: undo."),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current
        self._writing = asyncio.Lock()

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def action_love(self) -> None:
        """Love the artist under the cursor, or not any more."""
        self._judge("loved")

    def action_block(self) -> None:
        """Block the artist under the cursor, or not any more."""
        self._judge("blocked")

    def _judge(self, verdict: "Verdict") -> None:
        """Save what the user thinks of the artist that the cursor is on, in the list that has the focus."""
        screen = self._screen
        focused = screen.focused if isinstance(screen.focused, RowList) else self._panes.first
        user, artist = self._current.user, focused.value
        if user is None:
            return
        try:
            need_freedom(screen)
        except UserError as error:
            notify_latest(screen, str(error), group="taste", severity="warning")
            return
        if isinstance(artist, Artist) and artist.code >= 0:
            screen.run_worker(self._save(user, artist, verdict), group="taste")
        else:
            notify_latest(screen, "Select an artist of this log first.", group="taste")

    async def _save(self, user: User, artist: Artist, verdict: "Verdict") -> None:
        """Save it, show it, and say how to undo it. One after the other: none of them may get lost."""
        from musicrec_tui.dataset.recipients import toggle_opinion

        session, dataset = self._screen.session, self._screen.session.dataset
        if dataset is None:
            return
        async with self._writing:
            now = await asked(self._screen, toggle_opinion, session.home, dataset, user.key, artist, verdict)
        if now is None:
            return
        if self._current.user is not None and self._current.user.key == user.key:
            for ranked in self._panes.ranked:
                ranked.mark(artist, None if now == "neither" else now)
        notify_latest(self._screen, _sentence(user, artist, now), group="taste")


def _sentence(user: User, artist: Artist, now: Literal["loved", "blocked", "neither"]) -> str:
    """What has happened, and how to undo it."""
    who, what = printable(called(user), _LONGEST), printable(artist.name, _LONGEST)
    if now == "neither":
        return f"{what} is no longer loved or blocked for {who}."
    if now == "blocked":
        return f"✗ {what} is blocked for {who}. Press - again to undo."
    return f"♥ {what} is loved by {who}. Press + again to undo."
