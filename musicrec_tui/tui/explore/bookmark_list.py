"""The bookmarks: open one, remove one."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.dataset import bookmarks
from musicrec_tui.dataset.bookmarks import Bookmark
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit, number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.verbs import CLOSE, DELETE
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.guests import need_freedom

MOST_SHOWN = 1_000
"""Rows of the list: more would stop the screen for a moment, and longer lists are not read."""
_EMPTY = "No bookmarks yet. In Explore, press b to bookmark the selected user or artist."


class BookmarkList(Dialog[Bookmark | None]):
    """Answers with the bookmark that is to be opened."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("bookmarks.remove", "remove", DELETE, "Remove the bookmark", "Remove the selected bookmark."),
        Command("bookmarks.close", "dismiss(None)", CLOSE, "Close", "Back to Explore.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = "BookmarkList RowList { min-height: 3; }"

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            rows = RowList(id="bookmarks")
            rows.table_name = "Bookmarks"
            yield rows

    def on_mount(self) -> None:
        """Fill it in."""
        dialog = self.query_one(".dialog")
        dialog.border_title = "Bookmarks"
        dialog.border_subtitle = "↵ opens · d removes · esc closes"
        self.query_one(RowList).focus()
        start(self, "bookmarks", self._load)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open it."""
        if isinstance(event.value, Bookmark):
            self.dismiss(event.value)

    def action_remove(self) -> None:
        """Remove the one under the cursor; b in Explore sets it again."""
        value = self.query_one(RowList).value
        if isinstance(value, Bookmark):
            start(self, "bookmarks", self._remove, value)

    async def _remove(self, bookmark: Bookmark) -> None:
        """Remove it, and show those that are left."""
        try:
            need_freedom(self)
            await asyncio.to_thread(bookmarks.remove_bookmark, self._home, bookmark)
        except (UserError, OSError) as error:
            notify_latest(self, str(error), group="bookmarks", severity="error")
        await self._load()

    async def _load(self) -> None:
        """Read them; the cursor stays where it is."""
        rows = self.query_one(RowList)
        try:
            found = await asyncio.to_thread(bookmarks.list_bookmarks, self._home)
        except (UserError, OSError) as error:
            rows.set_note(printable(str(error), None))
            return
        shown = found[:MOST_SHOWN]
        cursor = max(0, min(rows.cursor, len(shown) - 1))
        rows.set_rows([Row(_drawn(bookmark), bookmark, bookmark) for bookmark in shown], _EMPTY, cursor=cursor)
        amount = number(len(found)) if shown == found else f"the latest {number(len(shown))} of {number(len(found))}"
        self.query_one(".dialog").border_title = f"Bookmarks · {amount}" if found else "Bookmarks"


def _drawn(bookmark: Bookmark) -> Draw:
    """How a bookmark is drawn: what it is, its name, the day."""

    def draw(width: int) -> Content:
        day = f"{bookmark.at:%Y-%m-%d}"
        name = fit(bookmark.name, width - 8 - len(day))
        return Content.assemble((fit(bookmark.kind, 7), DIM), (name, "bold"), " ", (day, DIM))

    return draw
