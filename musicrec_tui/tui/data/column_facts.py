"""Columns: statistics of the columns of the log's files, counted when first shown."""

import contextlib
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import columns
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.dataset.portrait import ColumnFacts, PartFacts
from musicrec_tui.dataset.records import Table
from musicrec_tui.errors import Cancelled
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.verbs import CANCEL_JOB
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.session import Session

_HEADS = ("column", "type", "nulls", "distinct", "least", "greatest", "example")


class ColumnsSection(Section):
    """A table of columns under a line with the number of counted rows."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("columns.count", "count", CANCEL_JOB, "Stop or restart counting",
                "Stop counting the columns' values, or start again.", footer="stop/count", guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(session, id=id)
        self._log: RawLog | None = None
        self._counting = False
        self._stopped = False

    def compose(self) -> ComposeResult:
        """Line and table."""
        yield Static(id="looked-at", markup=False)
        yield TableView(id="columns", title="Columns", whole=4)

    def on_mount(self) -> None:
        """Start counting."""
        self.action_count()

    def on_unmount(self) -> None:
        """Stop the thread, which would delay the exit."""
        self._stop()

    def focus_first(self) -> None:
        """Focus the table."""
        self.query_one("#columns", TableView).focus_rows()

    def action_count(self) -> None:
        """Stop counting, or start again."""
        if self._counting:
            self._stop()
        else:
            self._counting, self._stopped = True, False
            start(self, "columns", self._load)

    def _stop(self) -> None:
        """Stop the thread."""
        self._stopped = True
        if self._log is not None:
            self._log.interrupt()

    async def _load(self) -> None:
        """Count in a thread, and show the result."""
        view, line = self.query_one("#columns", TableView), self.query_one("#looked-at", Static)
        line.update("Counting the values of each column …  Press x to stop.")
        try:
            found = await asked(self, self._count, self.dataset)
        finally:
            self._counting = False
        if found is not None:
            line.update(looked_at(found))
            view.show(*column_table(found))
        else:
            line.update("Stopped. Press x to count." if self._stopped else "")
            view.set_note("" if self._stopped else "The log's files cannot be read at the moment.")

    def _count(self, dataset: Dataset) -> list[PartFacts]:
        """Open the log and count; called in a thread."""
        with contextlib.closing(RawLog.of(dataset)) as log:
            self._log = log
            try:
                if self._stopped:
                    raise Cancelled
                return columns.column_facts(log, cancelled=lambda: self._stopped)
            finally:
                self._log = None


def looked_at(parts: Sequence[PartFacts]) -> Content:
    """The line with the number of counted rows, and the meaning of ≈ and ≥."""
    rows, seen = sum(part.rows for part in parts), sum(part.looked_at for part in parts)
    if seen >= rows:
        return Content(f"Counted over all {number(rows)} rows.")
    return Content(
        f"Estimated from {number(seen)} of {number(rows)} rows: ≈ is scaled up from them, ≥ is what they have; "
        "least and greatest are theirs."
    )


def column_table(parts: Sequence[PartFacts]) -> tuple[Table, dict[int, str]]:
    """The columns of all parts, with headings if there are several parts."""
    rows: list[tuple[str | None, ...]] = []
    headings: dict[int, str] = {}
    for part in parts:
        if len(parts) > 1:
            files = "1 file" if len(part.files) == 1 else f"{number(len(part.files))} files"
            headings[len(rows)] = f"{printable(part.layout)}: {files}, {number(part.rows)} rows"
        rows += [_row(part, column) for column in part.columns]
    types = ("VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR")
    return Table(_HEADS, types, tuple(rows), len(rows)), headings


def _row(part: PartFacts, column: ColumnFacts) -> tuple[str | None, ...]:
    """A column as a row; in a sample, nulls are scaled up and distinct values are a lower bound."""
    nulls, distinct = number(column.nulls), number(column.distinct)
    if part.looked_at < part.rows:
        nulls = f"≈ {_rounded(column.nulls * part.rows / part.looked_at)}" if part.looked_at else "–"
        distinct = f"≥ {distinct}"
    return (column.name, column.type, nulls, distinct, column.least, column.greatest, column.example)


def _rounded(value: float) -> str:
    """An estimate with three significant digits."""
    return number(float(f"{value:.3g}"))
