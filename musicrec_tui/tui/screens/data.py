"""The Data screen: what was read and how, the matrix and its long tail, first rows, and codes with their names."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from musicrec_tui.dataset.records import Table
from musicrec_tui.tui import messages
from musicrec_tui.tui.asking import asked
from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.screens.base import BaseScreen
from musicrec_tui.tui.widgets.cells import number
from musicrec_tui.tui.widgets.data.facts import FactSheet, matrix_facts, read_facts
from musicrec_tui.tui.widgets.data.table import table_rows, wanted_widths, widths
from musicrec_tui.tui.widgets.row_list import RowList
from musicrec_tui.tui.working import start

FIRST_ROWS, CODES = 50, 200


class DataScreen(BaseScreen):
    """Everything about the log that is open."""

    MODE = "data"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("data.left", "columns(-1)", "left,h", "Columns to the left", "First rows: columns to the left.",
                footer="columns", shown="←", palette=False),
        Command("data.sql", "sql", "s", "SQL line", "Ask one SELECT of the tables of the index.",
                footer="SQL"),
        Command("data.right", "columns(1)", "right,l", "Columns to the right", "First rows: columns to the right.",
                footer="columns", shown="→", palette=False),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._first_rows: Table | None = None
        self._column = 0

    def compose_body(self) -> ComposeResult:
        """Facts above, tables below."""
        with VerticalScroll(id="facts", can_focus=True), Horizontal():
            yield FactSheet(id="read", title="What was read")
            yield FactSheet(id="matrix", title="The matrix and its long tail")
        yield RowList(id="first-rows", title="First rows")
        with Horizontal(id="codes"):
            yield RowList(id="user-codes", title="User codes")
            yield RowList(id="artist-codes", title="Artist codes")

    def on_mount(self) -> None:
        """Show what there is."""
        if self.session.dataset is not None:
            self.on_dataset_opened()
        else:
            sentence = self.session.failure or "The index is being built: see Explore (1)."
            self.query_one("#first-rows", RowList).set_note(sentence)

    def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """There is nothing to show."""
        self.query_one("#first-rows", RowList).set_note(event.sentence)

    def on_dataset_opened(self) -> None:
        """Ask for all that takes a moment."""
        if self.session.dataset is None:
            return
        self.query_one("#read", FactSheet).show(read_facts(self.session.dataset.info))
        self.query_one("#first-rows", RowList).focus()
        for load, group in ((self._load_matrix, "matrix"), (self._load_rows, "rows"), (self._load_codes, "codes")):
            start(self, group, load)

    async def _load_matrix(self) -> None:
        """The matrix and the long tail."""
        from musicrec_tui.dataset.lookups import stats

        if self.session.dataset is not None and (found := await asked(self, stats.matrix, self.session.dataset)):
            self.query_one("#matrix", FactSheet).show(matrix_facts(found))

    async def _load_rows(self) -> None:
        """The first rows of the log as they are in the file."""
        from musicrec_tui.dataset.lookups import rows

        dataset = self.session.dataset
        if dataset is not None and (table := await asked(self, rows.first_rows, dataset, FIRST_ROWS)):
            self._first_rows = table
            self._show_first_rows()
        else:
            self.query_one("#first-rows", RowList).set_note("The log's files cannot be read now.")

    async def _load_codes(self) -> None:
        """Which code stands for whom."""
        from musicrec_tui.dataset.lookups import rows

        dataset = self.session.dataset
        if dataset is None:
            return
        if table := await asked(self, rows.codes, dataset, "user", CODES):
            self._fill("user-codes", "User codes", table)
        if table := await asked(self, rows.codes, dataset, "artist", CODES):
            self._fill("artist-codes", "Artist codes", table)

    async def action_sql(self) -> None:
        """Ask what the panes do not tell."""
        await self.musicrec.switch_mode("sql")

    def action_columns(self, step: int) -> None:
        """Show other columns of the first rows."""
        if self._first_rows is not None:
            self._column = max(0, min(len(self._first_rows.columns) - 1, self._column + step))
            self._show_first_rows()

    def _show_first_rows(self) -> None:
        """The first rows, from the column on that the arrows chose; the title says which columns are seen."""
        table, pane = self._first_rows, self.query_one("#first-rows", RowList)
        if table is None:
            return
        seen = len(widths(wanted_widths(table)[self._column :], pane.size.width - 2))
        pane.set_rows(table_rows(table, self._column), cursor=pane.cursor)
        columns = f"columns {self._column + 1}–{self._column + seen} of {len(table.columns)}"
        pane.set_title(f"First rows · {number(len(table.rows))} of {number(table.total)} · {columns}")

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self._show_first_rows)

    def _fill(self, name: str, title: str, table: Table) -> None:
        """A table, and what part of all it is."""
        rows = self.query_one(f"#{name}", RowList)
        rows.set_rows(table_rows(table))
        rows.set_title(f"{title} · {number(len(table.rows))} of {number(table.total)}")
