"""Codes: the users and artists of the matrix's rows and columns, side by side."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from musicrec_tui.dataset.lookups import codes
from musicrec_tui.dataset.lookups.arranging import Arranging
from musicrec_tui.dataset.records import Table
from musicrec_tui.tui.common.arrangement import Order
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.table_view import Fetch, TableView
from musicrec_tui.tui.common.verbs import GO
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.jump_line import JumpLine
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.session import Session


class CodesSection(Section):
    """Users on the left, artists on the right; Tab switches between them."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("codes.go", "go", GO, "Go to a code or a name",
                "Go to a code (#12) or a name in the focused table.", footer="go to code or name",
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(session, id=id)
        self._meant: codes.What = "user"

    def compose(self) -> ComposeResult:
        """The tables and the input line."""
        with Horizontal():
            yield TableView(id="user-codes", title="Users", whole=2)
            yield TableView(id="artist-codes", title="Artists", whole=2)
        yield JumpLine(id="codes-jump")

    def on_mount(self) -> None:
        """Read the first pages."""
        tables: dict[codes.What, TableView] = {"user": self.users, "artist": self.artists}
        for what, table in tables.items():
            start(self, what, table.browse, partial(self._page, what), partial(self._arranged, what))

    @property
    def users(self) -> TableView:
        """The table of users."""
        return self.query_one("#user-codes", TableView)

    @property
    def artists(self) -> TableView:
        """The table of artists."""
        return self.query_one("#artist-codes", TableView)

    def focus_first(self) -> None:
        """Focus the users."""
        self.users.focus_rows()

    def _page(self, what: codes.What, offset: int, limit: int) -> Table:
        """A page of one of the tables."""
        return codes.code_page(self.dataset, what, limit, offset)

    def _arranged(self, what: codes.What, text: str, order: Order | None) -> Fetch:
        """Gives pages of one of the tables, filtered and sorted."""
        wanted = Arranging(text, order.column if order else "", bool(order and order.descending))
        return lambda offset, limit: codes.code_page(self.dataset, what, limit, offset, wanted)

    def action_go(self) -> None:
        """Open the input line for a code or a name."""
        self._meant = "artist" if self.artists.rows.has_focus else "user"
        self.query_one("#codes-jump", JumpLine).ask(f"{self._meant} or #code")

    @on(JumpLine.Answered)
    def _answered(self, event: JumpLine.Answered) -> None:
        """Look up the code or name."""
        event.stop()
        start(self, "go", self._go, self._meant, event.text)

    async def _go(self, what: codes.What, text: str) -> None:
        """Put the cursor on the user or artist."""
        code = await asked(self, codes.find_code, self.dataset, what, text)
        if code is not None:
            (self.artists if what == "artist" else self.users).go(code)
