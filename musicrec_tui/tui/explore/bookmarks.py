"""What Explore does with bookmarks: set or remove one, list them, open one."""

import asyncio
from typing import ClassVar

from musicrec_tui.dataset import bookmarks
from musicrec_tui.dataset.bookmarks import Bookmark
from musicrec_tui.dataset.records import Artist, Listen, Title, User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import BOOKMARK, BOOKMARKS
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom


class Bookmarks(Part):
    """Sets, removes, lists and opens bookmarks of users and artists."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.bookmark", "bookmark", BOOKMARK, "Bookmark, or remove the bookmark",
                "Bookmark the selected user or artist; again: undo."),
        Command("explore.bookmarks", "bookmarks", BOOKMARKS, "Bookmarks", "List the bookmarks; Enter opens one.",
                also="favourites favorites"),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def action_bookmark(self) -> None:
        """Set a bookmark, or remove it."""
        meant = self._meant()
        if meant is not None:
            start(self._screen, "bookmark", self._toggle, meant)

    def _meant(self) -> Bookmark | None:
        """Whom the cursor is on; else the artist that is shown, or the user where the focus is in their pane."""
        focused = self._screen.focused
        value = focused.value if isinstance(focused, RowList) else None
        match value:
            case Artist() | User():
                return bookmarks.bookmark_of(value)
            case Listen() | Title() if value.artist_key and value.artist_name:
                return bookmarks.artist(value.artist_key, value.artist_name)
        in_user_pane = focused is not None and any(node.id == "user" for node in focused.ancestors_with_self)
        shown = self._current.user if in_user_pane or self._current.artist is None else self._current.artist
        return bookmarks.bookmark_of(shown) if shown is not None else None

    async def _toggle(self, bookmark: Bookmark) -> None:
        """Write it, and say so."""
        screen, home = self._screen, self._screen.session.home
        name = printable(bookmark.name, 40)
        try:
            need_freedom(screen)
            if await asyncio.to_thread(bookmarks.add_bookmark, home, bookmark):
                notify_latest(screen, f"Bookmarked {bookmark.kind} {name}. B lists the bookmarks.", group="bookmarks")
            else:
                await asyncio.to_thread(bookmarks.remove_bookmark, home, bookmark)
                notify_latest(screen, f"The bookmark of {bookmark.kind} {name} is removed.", group="bookmarks")
        except (UserError, OSError) as error:
            notify_latest(screen, str(error), group="bookmarks", severity="error")

    def action_bookmarks(self) -> None:
        """List them."""
        from musicrec_tui.tui.explore.bookmark_list import BookmarkList

        def chosen(bookmark: Bookmark | None) -> None:
            if bookmark is not None:
                start(self._screen, "bookmark", self._open, bookmark)

        self._screen.app.push_screen(BookmarkList(self._screen.session.home), chosen)

    async def _open(self, bookmark: Bookmark) -> None:
        """Show whom it stands for; a log that does not have them says so."""
        from musicrec_tui.dataset.profiles import lookup

        screen, dataset = self._screen, self._screen.session.dataset
        if dataset is None:
            return
        if bookmark.kind == "artist":
            screen.post_message(messages.ArtistNamed(bookmark.key))
            return
        user = await asked(screen, lookup.find_user_or_profile, screen.session.home, dataset, bookmark.key)
        if user is not None:
            screen.post_message(messages.UserWanted(user))
