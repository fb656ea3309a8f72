"""What Explore does with taste: loves and blocks the artist under the cursor, and takes that back."""

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Literal

from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.working import asked
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.guests import need_freedom

if TYPE_CHECKING:
    from musicrec_tui.dataset.opinions import Verdict

_LONGEST = 40


class TasteActions(Panes):
    """A screen with lists of artists, for somebody who may love or block them."""

    def __init__(self) -> None:
        super().__init__()
        self._keeping = asyncio.Lock()

    @property
    @abstractmethod
    def user(self) -> User | None:
        """Whose taste it is."""

    def action_love(self) -> None:
        """Love the artist under the cursor, or not any more."""
        self._judge("loved")

    def action_block(self) -> None:
        """Block the artist under the cursor, or not any more."""
        self._judge("blocked")

    def _judge(self, verdict: "Verdict") -> None:
        """Keep what the user thinks of the artist that the cursor is on, in the list that has the focus."""
        focused = self.focused if isinstance(self.focused, RowList) else self.first
        user, artist = self.user, focused.value
        if user is None:
            return
        try:
            need_freedom(self)
        except UserError as error:
            tell(self, str(error), group="taste", severity="warning")
            return
        if isinstance(artist, Artist) and artist.code >= 0:
            self.run_worker(self._keep(user, artist, verdict), group="taste")
        else:
            tell(self, "The cursor is on no artist of this log.", group="taste")

    async def _keep(self, user: User, artist: Artist, verdict: "Verdict") -> None:
        """Keep it, show it, and say how to take it back. One after the other: none of them may get lost."""
        from musicrec_tui.dataset.recipients import toggle_opinion

        dataset = self.session.dataset
        if dataset is None:
            return
        async with self._keeping:
            now = await asked(self, toggle_opinion, self.session.home, dataset, user.key, artist, verdict)
        if now is None:
            return
        if self.user is not None and self.user.key == user.key:
            for ranked in self.ranked_lists:
                ranked.mark(artist, None if now == "neither" else now)
        tell(self, _told(user, artist, now), group="taste")


def _told(user: User, artist: Artist, now: Literal["loved", "blocked", "neither"]) -> str:
    """What has happened, and how to undo it."""
    who, what = printable(called(user), _LONGEST), printable(artist.name, _LONGEST)
    if now == "neither":
        return f"{what} is neither loved nor blocked by {who}."
    if now == "blocked":
        return f"✗ {what} is blocked for {who}. - again undoes that."
    return f"♥ {what} is loved by {who}. + again undoes that."
