"""Rows: all rows of the log's files, unchanged."""

import threading
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from musicrec_tui.dataset.lookups.arranged_rows import ArrangedRows
from musicrec_tui.dataset.lookups.arranging import Arranging
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.tui.common.arrangement import Order
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.table_view import Fetch, TableView
from musicrec_tui.tui.common.verbs import GO
from musicrec_tui.tui.common.working import asked, patiently, start
from musicrec_tui.tui.data.jump_line import JumpLine
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.session import Session

_MANY = 1_000_000


class RowsSection(Section):
    """A table of any number of rows."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("rows.go", "go", GO, "Go to a row", "Go to a row of the log by its number.",
                footer="go to row", guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(session, id=id)
        self._log: RawLog | None = None
        self._sorted: ArrangedRows | None = None
        self._arranging = threading.Lock()

    def compose(self) -> ComposeResult:
        """The table, and the input line for a row number."""
        yield TableView(id="raw", title="Rows")
        yield JumpLine(id="rows-jump")

    @property
    def table(self) -> TableView:
        """The table."""
        return self.query_one("#raw", TableView)

    def on_mount(self) -> None:
        """Open the files."""
        start(self, "rows", self._load)

    async def on_unmount(self) -> None:
        """Close the files; a reading thread would delay the exit."""
        if self._log is not None:
            self._log.close()
        if self._sorted is not None:
            self._sorted.close()

    def focus_first(self) -> None:
        """Focus the table."""
        self.table.focus_rows()

    async def _load(self) -> None:
        """Open the files, and show their rows page by page."""
        log = await patiently(
            asked(self, RawLog.of, self.dataset), lambda: self.table.set_note("Opening the log's files …")
        )
        if log is None:
            self.table.set_note("The log's files cannot be read at the moment.")
            return
        self._log = log
        if log.total > _MANY and any(part.format != "parquet" for part in log.parts):
            self.table.remark = "text files are read from the beginning, so late rows take a while"
        await self.table.browse(log.page, partial(self._arranged, log))

    def _arranged(self, log: RawLog, text: str, order: Order | None) -> Fetch:
        """Gives pages of the rows, filtered and sorted; the first time all of them are read."""
        wanted = Arranging(text, order.column if order else "", bool(order and order.descending))
        if not wanted.active:
            return log.page
        with self._arranging:  # the thread of an order that was changed at once may still be reading
            if self._sorted is None:
                self._sorted = ArrangedRows(log)
        return self._sorted.arrange(wanted)

    def action_go(self) -> None:
        """Open the input line for a row number."""
        self.query_one("#rows-jump", JumpLine).ask("row")

    @on(JumpLine.Answered)
    def _go(self, event: JumpLine.Answered) -> None:
        """Put the cursor on the row."""
        event.stop()
        digits = event.text.strip().replace(",", "")
        if digits.isascii() and digits.isdigit():
            self.table.go(int(digits[:18]) - 1)
        else:
            notify_latest(self, "Rows are numbered from 1: write a whole number.", group="row", severity="warning")
