"""The artists that a user loves and blocks: open one, remove one, undo that."""

import asyncio
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.opinions import Opinion
from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit, number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE, DELETE, UNDO
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.tabular.records import Field, field

_SIGNS = {"loved": "♥", "blocked": "⊘"}
_EMPTY = "No loved or blocked artists yet. In Explore, + loves and - blocks the selected artist."
_OPINION = (
    field("artist", lambda one: one.name),
    field("verdict", lambda one: one.verdict),
    field("since", lambda one: one.at, "time"),
    field("artist_key", lambda one: one.key),
    field("artist_mbid", lambda one: one.mbid),
)


class _Opinions(RowList):
    """Rows of opinions."""

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of an opinion."""
        return _OPINION


class TasteList(Dialog[str]):
    """Answers with the key of the artist that is to be opened, or None."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("taste.remove", "remove", DELETE, "Remove the verdict",
                "The selected artist is neither loved nor blocked any more."),
        Command("taste.undo", "undo", UNDO, "Undo", "Restore what was removed last."),
        Command("taste.close", "dismiss(None)", CLOSE, "Close", "Back to Explore.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = "TasteList RowList { min-height: 3; }"

    def __init__(self, home: Home, user: User) -> None:
        super().__init__()
        self._home, self._user = home, user
        self._removed: list[Opinion] = []

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            rows = _Opinions(id="taste")
            rows.table_name = f"Loved and blocked artists of {called(self._user)}"
            yield rows

    def on_mount(self) -> None:
        """Fill it in."""
        self.query_one(".dialog").border_subtitle = "↵ opens · d removes · u undoes · e exports · esc closes"
        self.query_one(RowList).focus()
        start(self, "taste", self._load)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the artist in Explore."""
        if isinstance(event.value, Opinion):
            self.dismiss(event.value.key)

    def action_remove(self) -> None:
        """Remove the verdict under the cursor."""
        value = self.query_one(RowList).value
        if isinstance(value, Opinion):
            start(self, "taste", self._change, value, False)

    def action_undo(self) -> None:
        """Restore the verdict that was removed last."""
        if self._removed:
            start(self, "taste", self._change, self._removed[-1], True)

    async def _change(self, one: Opinion, restored: bool) -> None:
        """Write it, and show what there is then."""
        given = {"give": (one,)} if restored else {"take": (one,)}
        try:
            need_freedom(self)
            await asyncio.to_thread(partial(opinions.change_opinions, self._home, self._user.key, **given))
        except UserError as error:
            notify_latest(self, str(error), group="taste", severity="error")
            return
        name = printable(one.name, 40)
        if restored:
            self._removed.pop()
            notify_latest(self, f"{_SIGNS[one.verdict]} {name} is {one.verdict} again.", group="taste")
        else:
            self._removed.append(one)
            notify_latest(self, f"{name} is no longer {one.verdict}. Press u to undo.", group="taste")
        await self._load()

    async def _load(self) -> None:
        """Read them; the cursor stays where it is."""
        rows = self.query_one(RowList)
        try:
            found = (await asyncio.to_thread(opinions.read_opinions, self._home.opinions)).of(self._user.key)[::-1]
        except UserError as error:
            rows.set_note(printable(str(error), None))
            return
        cursor = max(0, min(rows.cursor, len(found) - 1))
        rows.set_rows([Row(partial(_draw, one), one, one) for one in found], _EMPTY, cursor=cursor)
        loved = sum(one.verdict == "loved" for one in found)
        amount = f" · loved {number(loved)} · blocked {number(len(found) - loved)}" if found else ""
        self.query_one(".dialog").border_title = Content(fit(f"Taste of {called(self._user)}", 40).rstrip() + amount)


def _draw(one: Opinion, width: int) -> Content:
    """An opinion as a row: sign, name, verdict, since when."""
    since = f"{one.verdict} since {one.at:%Y-%m-%d}" if one.at is not None else one.verdict
    name = fit(one.name, max(4, width - len(since) - 3))
    return Content.assemble((f"{_SIGNS[one.verdict]} ", "bold $accent"), (name, "bold"), " ", (since, DIM))
