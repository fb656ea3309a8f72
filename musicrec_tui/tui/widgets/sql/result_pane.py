"""The rows of a result under their heads, which stay in sight."""

from typing import ClassVar

from textual.app import ComposeResult, RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.dataset.records import Table
from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.widgets.data.table import table_rows, wanted_widths, widths
from musicrec_tui.tui.widgets.row_list import Draw, RowList


class _Head(Widget):
    """The names of the columns."""

    draw: Draw | None = None

    def render(self) -> RenderResult:
        """As wide as the rows below are."""
        return Content(" ") + self.draw(self.size.width - 2) if self.draw else Content("")


class ResultPane(Vertical):
    """A table of text; where it is wider than the pane, the arrows reach its other columns."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sql.left", "columns(-1)", "left,h", "Columns to the left", "Result: columns to the left.",
                footer="columns", shown="←", palette=False),
        Command("sql.right", "columns(1)", "right,l", "Columns to the right", "Result: columns to the right.",
                footer="columns", shown="→", palette=False),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="result")
        self._table: Table | None = None
        self._column = 0
        self.set_title("Result")

    def compose(self) -> ComposeResult:
        """Heads above rows."""
        yield _Head()
        yield RowList(id="result-rows")

    def set_title(self, title: str) -> None:
        """What the rule above says (clean text)."""
        self.border_title = Content(title)

    def set_note(self, note: str) -> None:
        """No rows, but a sentence."""
        self._table = None
        self._show_head(None)
        self.set_title("Result")
        self.query_one(RowList).set_note(note)

    def show(self, table: Table) -> None:
        """Show a table from its first column on."""
        self._table, self._column = table, 0
        self._draw()

    def focus_rows(self) -> None:
        """Let the arrows move through the rows."""
        self.query_one(RowList).focus()

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to move through."""
        return self._table is not None and bool(self._table.rows)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Columns move where not all are seen."""
        return action != "columns" or self._column > 0 or self._seen() < self._count()

    def action_columns(self, step: int) -> None:
        """Show other columns."""
        column = max(0, min(self._count() - 1, self._column + step))
        if column != self._column and not (step > 0 and self._column + self._seen() >= self._count()):
            self._column = column
            self._draw(keep=True)

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self._draw, keep=True)

    def _count(self) -> int:
        """The columns of the table."""
        return len(self._table.columns) if self._table else 0

    def _seen(self) -> int:
        """The columns that fit."""
        return len(widths(wanted_widths(self._table)[self._column :], self.size.width - 3)) if self._table else 0

    def _draw(self, *, keep: bool = False) -> None:
        """Heads, rows and the title; `keep` leaves the cursor where it is."""
        if self._table is None:
            return
        head, *rows = table_rows(self._table, self._column)
        self._show_head(head.draw)
        below = self.query_one(RowList)
        below.set_rows(rows, "No rows.", cursor=below.cursor if keep else None)
        span = f" · columns {self._column + 1}–{self._column + self._seen()} of {self._count()}"
        self.set_title(f"Result{span if self._seen() < self._count() else ''}")
        self.refresh_bindings()

    def _show_head(self, draw: Draw | None) -> None:
        """Other heads, or none."""
        head = self.query_one(_Head)
        head.draw = draw
        head.refresh()
