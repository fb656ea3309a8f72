"""What Explore does with taste: loves and blocks artists, undoes that, shows it beside names, and lists it."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from musicrec_tui.dataset.records import Artist, Listen, Title, User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import BLOCK, LOVE, TASTE, UNDO
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.opinions import Verdict

_LONGEST = 40
SIGNS: "dict[Verdict, str]" = {"loved": "♥", "blocked": "⊘"}
_MOST_UNDONE = 100


class _Change(NamedTuple):
    """A verdict that was given, and the one before; None: neither loved nor blocked."""

    user: User
    artist: Artist
    before: "Verdict | None"
    after: "Verdict | None"


class Taste(Part):
    """Loves and blocks artists of the lists for the current user, and draws the signs of both beside names."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.love", "love", LOVE, "Love this artist, or undo",
                "Love the selected artist; again: undo.",
                also="like heart"),
        Command("explore.block", "block", BLOCK, "Block this artist, or undo",
                "Never recommend the selected artist; again: undo.", also="hide dislike"),
        Command("explore.undo", "undo_verdict", UNDO, "Undo the last love or block",
                "Undo the last time that an artist was loved or blocked."),
        Command("explore.taste", "list_taste", TASTE, "Loved and blocked artists",
                "List this user's loved and blocked artists; d removes one."),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current
        self._writing = asyncio.Lock()
        self._verdicts: dict[str, Verdict] = {}
        self._changes: list[_Change] = []
        current.opened.append(self.show_user)

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    # Signs.

    def sign(self, value: object) -> str:
        """What is drawn before a row: ♥ or ⊘ where the user loves or blocks its artist."""
        if isinstance(value, Artist):
            key: str | None = value.key
        else:
            key = value.artist_key if isinstance(value, Listen | Title) else None
        verdict = self._verdicts.get(key) if key is not None else None
        return f"{SIGNS[verdict]} " if verdict is not None else ""

    def show_user(self, user: User) -> None:
        """Read another user's taste."""
        start(self._screen, "signs", self._read, user)

    async def _read(self, user: User) -> None:
        """Read it, and draw the lists again."""
        from musicrec_tui.dataset.recipients import signs_of

        dataset = self._screen.session.dataset
        if dataset is None:
            return
        found = await asked(self._screen, signs_of, self._screen.session.people, dataset, user.key)
        if found is not None and self._current.user is not None and self._current.user.key == user.key:
            self._verdicts = found
            self._draw()

    def _draw(self) -> None:
        """Draw all lists again."""
        for rows in self._screen.query(RowList):
            rows.signs = self.sign
            rows.refresh()

    # Verdicts.

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
        if user is None or not self._free():
            return
        if isinstance(artist, Artist) and artist.code >= 0:
            screen.run_worker(self._toggle(user, artist, verdict), group="taste")
        else:
            notify_latest(screen, "Select an artist of this log first.", group="taste")

    def _free(self) -> bool:
        """Whether the user may change anything; a guest is told that not."""
        try:
            need_freedom(self._screen)
        except UserError as error:
            notify_latest(self._screen, str(error), group="taste", severity="warning")
            return False
        return True

    async def _toggle(self, user: User, artist: Artist, verdict: "Verdict") -> None:
        """Save it, show it, and say how to undo it. One after the other: none of them may get lost."""
        from musicrec_tui.dataset.recipients import toggle_opinion

        session, dataset = self._screen.session, self._screen.session.dataset
        if dataset is None:
            return
        async with self._writing:
            now = await asked(self._screen, toggle_opinion, session.people, dataset, user.key, artist, verdict)
            if now is None:
                return
            after = None if now == "neither" else now
            before = verdict if after is None else self._verdicts.get(artist.key) if self._is_shown(user) else None
            self._changes = [*self._changes[-_MOST_UNDONE:], _Change(user, artist, before, after)]
            self._show(user, artist, after)
        notify_latest(self._screen, f"{_sentence(user, artist, after)} Press u to undo.", group="taste")

    def action_undo_verdict(self) -> None:
        """Undo the last verdict; again: the one before."""
        if not self._changes:
            notify_latest(self._screen, "There is no love or block to undo.", group="taste")
        elif self._free():
            self._screen.run_worker(self._undo(), group="taste")

    async def _undo(self) -> None:
        """Give back the verdict before."""
        from musicrec_tui.dataset.recipients import set_opinion

        session, dataset = self._screen.session, self._screen.session.dataset
        async with self._writing:
            if dataset is None or not self._changes:
                return
            change = self._changes.pop()
            user, artist = change.user, change.artist

            def write(opened: "Dataset") -> bool:
                set_opinion(session.people, opened, user.key, artist, change.before)
                return True

            if await asked(self._screen, write, dataset) is None:
                self._changes.append(change)
                return
            self._show(user, artist, change.before)
        notify_latest(self._screen, f"Undone: {_sentence(user, artist, change.before)}", group="taste")

    def _is_shown(self, user: User) -> bool:
        """Whether Explore recommends to this user."""
        return self._current.user is not None and self._current.user.key == user.key

    def _show(self, user: User, artist: Artist, verdict: "Verdict | None") -> None:
        """Draw a verdict where the user is the one that is shown."""
        if not self._is_shown(user):
            return
        self._verdicts.pop(artist.key, None)
        if verdict is not None:
            self._verdicts[artist.key] = verdict
        for ranked in self._panes.ranked:
            ranked.mark(artist, verdict)
        self._draw()

    # The list.

    def action_list_taste(self) -> None:
        """List what the user loves and blocks; open the chosen artist."""
        from musicrec_tui.tui.explore.taste_list import TasteList

        user = self._current.user
        if user is None:
            return

        def closed(key: str | None) -> None:
            self.show_user(user)
            self._current.recommend()
            if key is not None:
                self._screen.post_message(messages.ArtistNamed(key))

        self._screen.app.push_screen(TasteList(self._screen.session.people, user), closed)


def _sentence(user: User, artist: Artist, now: "Verdict | None") -> str:
    """What has happened."""
    who, what = printable(called(user), _LONGEST), printable(artist.name, _LONGEST)
    if now is None:
        return f"{what} is no longer loved or blocked for {who}."
    return f"{SIGNS[now]} {what} is {now} {'for' if now == 'blocked' else 'by'} {who}."
