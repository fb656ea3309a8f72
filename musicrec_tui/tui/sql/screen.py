"""The SQL screen: SELECT queries on the tables of the index, run by a sandboxed process."""

import asyncio
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.dataset.records import QueryRows, Table
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import sql
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.cells import DIM, fit, short
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.verbs import BACK, BOOKMARK, BOOKMARKS, CANCEL_QUERY, CLOSE, EDIT, EXPORT, TABLES
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.export_dialog import Cancelling, ExportDialog, Report
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.sql import queries
from musicrec_tui.tui.sql.query_editor import QueryEditor

if TYPE_CHECKING:
    from musicrec_tui.dataset.sql.tables import IndexTable

ROWS = 1000
TICK_SECONDS = 0.1
_HINT = (
    "Type a SELECT and press Ctrl+S. It reads the tables of the index; it cannot change anything or read files. "
    "Tab goes to the tables: Enter adds a name to the query, e exports a table."
)


class TableName(NamedTuple):
    """The value of a row: a table, or one of its columns."""

    table: str
    name: str


class TableList(RowList):
    """The tables of the index, each followed by its columns. Enter inserts a name into the query."""

    def __init__(self) -> None:
        super().__init__(id="tables", title="Tables")

    def show(self, tables: "tuple[IndexTable, ...]") -> None:
        """List these tables."""
        rows: list[Row] = []
        for table in tables:
            rows.append(Row(partial(_draw_table, table.name, short(table.rows)), TableName(table.name, table.name)))
            rows += [
                Row(partial(_draw_column, one.name, one.type), TableName(table.name, one.name)) for one in table.columns
            ]
        self.set_rows(rows)


def _draw_table(name: str, rows: str, width: int) -> Content:
    """A table as a row, with its number of rows."""
    return Content.assemble((fit(name, max(1, width - 6)), "bold"), (fit(rows, 6, right=True), DIM))


def _draw_column(name: str, kind: str, width: int) -> Content:
    """A column as a row, with its type."""
    left = min(max(len(name) + 1, width - 13), width - 3)
    return Content.assemble(f" {fit(name, left)}", (fit(kind.lower(), max(0, width - left - 1)), DIM))


class SqlScreen(BaseScreen):
    """The editor, the result, and the list of tables."""

    MODE = "data"  # the tab that it belongs to
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sql.stop", "stop", CANCEL_QUERY, "Stop the query", "Stop the query that is running.",
                footer="stop", priority=True, guest=True),
        Command("sql.line", "line", EDIT, "Write a query", "To the editor of the query.", footer="query"),
        Command("sql.export", "export", EXPORT, "Export", "Save all rows of the result or table to a file.",
                footer="export"),
        Command("sql.save", "save", BOOKMARK, "Save the query, or remove it", "Save the query; again: remove it.",
                footer="save"),
        Command("sql.saved", "saved", BOOKMARKS, "Saved queries", "List the saved queries; Enter takes one."),
        Command("sql.tables", "tables", TABLES, "Show or hide the tables", "The list of tables beside the result.",
                footer="tables", guest=True),
        Command("sql.back", "leave", CLOSE, "Leave the query", "Stop the query, or go to the result.", palette=False,
                guest=True),
        Command("sql.data", "data", BACK, "Back to Data", "Show Data again.", footer="Data", guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._history: list[str] = []
        self._asked = ""
        self._stop: threading.Event | None = None

    def compose_body(self) -> ComposeResult:
        """Editor, message line, result and tables."""
        yield QueryEditor()
        yield Static("", id="said", markup=False)
        with Horizontal(id="answered"):
            yield TableView(id="result", title="Result", returns=False)
            yield TableList()

    def on_mount(self) -> None:
        """Show a hint; focus the editor."""
        self.add_class("-tables")
        self.query_one(TableView).set_note(_HINT)
        self.set_focus(self.query_one(QueryEditor))
        start(self, "history", self._recall)
        if self.session.dataset is not None:
            self.on_dataset_opened()
        else:
            self.query_one(TableView).set_note(self.session.failure or "The index is being built: see Explore (1).")

    def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """Show the error."""
        self.query_one(TableView).set_note(event.sentence)

    def on_dataset_opened(self) -> None:
        """List the tables."""
        self.query_one(TableView).set_note(_HINT)
        start(self, "tables", self._list_tables)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stopping needs a running query; an export needs an open log."""
        if action == "stop":
            return self._stop is not None
        return self._exported() is not None if action == "export" else True

    def action_stop(self) -> None:
        """Stop the query."""
        if self._stop is not None:
            self._stop.set()

    def action_line(self) -> None:
        """Focus the editor: at once, since `Widget.focus` is delayed and the next letters would be commands."""
        self.set_focus(self.query_one(QueryEditor))

    def action_leave(self) -> None:
        """Stop the query; else leave the editor for the result."""
        if self._stop is not None:
            self._stop.set()
        elif isinstance(self.focused, QueryEditor):
            self.query_one(TableView).focus_rows()

    async def action_data(self) -> None:
        """Show Data."""
        await self.musicrec.switch_mode("data")

    def action_save(self) -> None:
        """Save the query of the editor, or remove it."""
        query = self.query_one(QueryEditor).text.strip()
        if query:
            start(self, "save", self._save, query)

    async def _save(self, query: str) -> None:
        """Write it, and say so."""
        try:
            need_freedom(self)
            saved = await asyncio.to_thread(queries.toggle_saved, self.session.home, query)
        except (UserError, OSError) as error:
            notify_latest(self, str(error), group="queries", severity="error")
            return
        sentence = "The query is saved. B lists the saved queries." if saved else "The query is no longer saved."
        notify_latest(self, sentence, group="queries")

    def action_saved(self) -> None:
        """List the saved queries."""
        start(self, "saved", self._list_saved)

    async def _list_saved(self) -> None:
        """Ask which one to take."""
        from musicrec_tui.tui.sql.saved_queries import SavedQueries

        query = await self.app.push_screen_wait(
            SavedQueries(await asyncio.to_thread(queries.load_saved, self.session.home))
        )
        if query is not None:
            self.query_one(QueryEditor).put(query)
            self.action_line()

    def action_tables(self) -> None:
        """Show or hide the list of tables."""
        self.toggle_class("-tables")
        if not self.has_class("-tables") and isinstance(self.focused, TableList):
            self.action_line()

    def action_export(self) -> None:
        """Open the export dialog."""
        if (wanted := self._exported()) is not None:
            title, name, order = wanted
            self.app.push_screen(ExportDialog(title, name, order))

    @on(QueryEditor.Asked)
    def _ask(self, event: QueryEditor.Asked) -> None:
        """Run a query; a running one is stopped."""
        try:
            need_freedom(self)
        except UserError as error:
            self._fail(error)
            return
        self.action_stop()
        start(self, "sql", self._answer, event.sql)

    @on(RowList.Chosen, "#tables")
    def _name_chosen(self, event: RowList.Chosen) -> None:
        """Insert the name into the query."""
        if isinstance(event.value, TableName):
            self.query_one(QueryEditor).insert_name(event.value.name)

    @on(RowList.Moved, "#tables")
    def _name_met(self) -> None:
        """Update the footer: another table could be exported."""
        self.refresh_bindings()

    async def _recall(self) -> None:
        """Load the history."""
        self._history = await asyncio.to_thread(queries.load_history, self.session.home)
        self.query_one(QueryEditor).set_history(self._history)

    async def _remember(self, query: str) -> None:
        """Add a query to the history."""
        self._history = [*(one for one in self._history if one != query), query]
        self.query_one(QueryEditor).set_history(self._history)
        await asyncio.to_thread(queries.add_to_history, self.session.home, query)

    async def _list_tables(self) -> None:
        """List the tables."""
        from musicrec_tui.dataset.sql.tables import tables

        if self.session.dataset is not None and (found := await asked(self, tables, self.session.dataset)):
            self.query_one(TableList).show(found)
            names = [table.name for table in found] + [column.name for table in found for column in table.columns]
            self.query_one(QueryEditor).set_names(names)

    async def _answer(self, query: str) -> None:
        """Run a query, and show its result or error."""
        if self.session.dataset is None:
            return
        settings = self.session.settings
        limits = sql.Limits(ROWS, settings.sql_seconds, settings.sql_memory_mb)
        stop, since = threading.Event(), time.monotonic()
        await self._remember(query)
        self._set_stop(stop)
        ticking = self.set_interval(TICK_SECONDS, lambda: self._say(f"running {_seconds(since)} · esc stops"))
        try:
            answer = await asyncio.to_thread(sql.ask, self.session.dataset.path, query, limits, stop.is_set)
        except Cancelled:
            self._say(f"Stopped after {_seconds(since)}.")
        except UserError as error:
            self._fail(error)
        else:
            await self._show(query, answer, _seconds(since))
        finally:
            stop.set()  # where this worker was cancelled, its thread goes on
            ticking.stop()
            if self._stop is stop:
                self._set_stop(None)

    async def _show(self, query: str, answer: QueryRows, took: str) -> None:
        """Show the rows, their number, and the duration."""
        count = len(answer.rows)
        rows = f"The first {count:,} rows; e exports all" if answer.more else counted(count, "row")
        self._say(f"{rows} · {took}")
        result = self.query_one(TableView)
        if query != self._asked:
            result.rows.arrangement.clear()
        self._asked = query
        result.show(Table(answer.columns, answer.types, answer.rows, count))
        self.set_class(self.has_class("-tables") and self.size.width >= 100, "-tables")

    def _fail(self, error: UserError) -> None:
        """Show an error, with the cursor on its position."""
        self._say(str(error), wrong=True)
        position = getattr(error, "position", None)
        if position is not None:
            self.query_one(QueryEditor).point_at(position)

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        """Show a sentence below the query."""
        said = self.query_one("#said", Static)
        said.update(Content(printable(sentence, None)))
        said.set_class(wrong, "-wrong")

    def _set_stop(self, stop: threading.Event | None) -> None:
        """Set the running query's stop event; None: no query runs."""
        self._stop = stop
        self.refresh_bindings()

    def _exported(self) -> "tuple[str, str, _Export] | None":
        """What an export would write: title of the dialog, file name, work; None: nothing."""
        from musicrec_tui.dataset.export_tables import name_of

        if self.session.dataset is None:
            return None
        index = self.session.dataset.path
        value = self.query_one(TableList).value if isinstance(self.focused, TableList) else None
        if isinstance(value, TableName) and (name := name_of(value.table)):
            return f"Export {name}", f"{name}.csv", _Export(index, table=name)
        if not self._asked:
            return None
        memory_mb = self.session.settings.sql_memory_mb
        return "Export the result, all rows", "result.csv", _Export(index, query=self._asked, memory_mb=memory_mb)


class _Export:
    """Work of the export dialog: a table, or the result of a query, written by the exporter process."""

    def __init__(self, index: Path, *, table: str = "", query: str = "", memory_mb: int = 0) -> None:
        self._index, self._table, self._query, self._memory_mb = index, table, query, memory_mb

    def __call__(self, target: Path, report: Report, cancelled: Cancelling, _many: int = 0) -> int:
        """Write the file with all rows; returns their number."""
        from musicrec_tui.jobs import exporter_client
        from musicrec_tui.jobs.json_lines import ExportOrder

        order = ExportOrder(
            str(self._index), str(target), self._table, self._query, sql.EXPORT_SECONDS, self._memory_mb
        )  # fmt: skip
        return exporter_client.export(order, report, cancelled)


def _seconds(since: float) -> str:
    """The seconds since then, as text."""
    return f"{time.monotonic() - since:.1f} s"
