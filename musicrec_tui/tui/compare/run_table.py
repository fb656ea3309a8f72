"""The table of runs: names on the left, as many columns as fit on the right, the selected one with interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from musicrec_tui.runs.grouping import HEADLINE, Group, Order
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.resizing import WIDTH_COMMANDS, Resizable, Sized
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.run_status import look, titled
from musicrec_tui.tui.common.verbs import LEFT, MARK, RIGHT, SORT
from musicrec_tui.tui.compare.columns import COLUMNS, TEST, RunColumn
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet

_FIGURE = 12
_LEFT = 6
_MODEL = 11
_ROOMY = 100
_INTERVAL = 16
_NAMES = "run"
LETTERS = "ABCD"


class RunTable(RowList, Resizable):
    """Runs in groups. Space marks up to four of them, left and right select a column."""

    ARRANGED = ("filter",)

    NEW_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("compare.mark", "mark", MARK, "Mark a run", "Mark two to four runs to see them side by side.",
                footer="mark", guest=True),
        Command("compare.right", "select(1)", RIGHT, "Next metric",
                "Select the next column and show what it means.",
                footer="figure", shown="←→", palette=False, guest=True),
        Command("compare.left", "select(-1)", LEFT, "Previous metric", "Select the previous column.", shown="h ←",
                palette=False, guest=True),
        Command("compare.order", "order", SORT, "Sort by this metric",
                "Best first among comparable runs; again: worst first; a third time: by NDCG@k.", footer="order",
                guest=True),
        *WIDTH_COMMANDS,
    )  # fmt: skip
    OWN_COMMANDS = (*RowList.OWN_COMMANDS, *NEW_COMMANDS)
    BINDINGS = bindings(NEW_COMMANDS)

    STEP: ClassVar[int] = _FIGURE
    """The names get the room that the columns leave."""

    @dataclass
    class Changed(Message):
        """Another column was selected, or the marks changed."""

    @dataclass
    class Ordered(Message):
        """The order of the runs changed: see `order`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.table_name = "Runs"
        self.selected = 0
        self._ordered: int | None = None
        self._turned = False
        self.marked: list[str] = []
        self.several_groups = False

    @property
    def column(self) -> RunColumn:
        """The selected column."""
        return COLUMNS[self.selected]

    @property
    def order(self) -> Order:
        """The order of runs within their groups."""
        if self._ordered is None:
            return HEADLINE
        column = COLUMNS[self._ordered]
        return Order(column.value, column.better, bool(column.metric), self._turned)

    @property
    def ordered_by(self) -> tuple[str, bool]:
        """The title of the column that orders the runs (empty: the headline), and whether the order is reversed."""
        return ("" if self._ordered is None else COLUMNS[self._ordered].title), self._turned

    def recollect(self, marked: Sequence[str], figure: str, ordered: str, *, turned: bool) -> None:
        """Restore marks, selected column and order (by column titles), for the next listing."""
        titles = [column.title for column in COLUMNS]
        self.marked = list(marked[: len(LETTERS)])
        self.selected = titles.index(figure) if figure in titles else 0
        by_figure = ordered in titles and ordered != TEST.title
        self._ordered, self._turned = (titles.index(ordered), turned) if by_figure else (None, False)

    def go_to(self, run: str) -> None:
        """Put the cursor on the run of this id, if it is listed."""
        place = next(
            (at for at, row in enumerate(self.rows) if isinstance(row.value, RunInfo) and row.value.id == run), None
        )
        if place is not None:
            self.cursor = place

    def set_groups(self, groups: Sequence[Group], note: str) -> None:
        """List these groups; the cursor stays on its run, marks on missing runs are dropped."""
        here = self.value.id if isinstance(self.value, RunInfo) else None
        self.several_groups = sum(group.measured for group in groups) > 1
        known = {run.id for group in groups for run in group.runs}
        self.marked = [run for run in self.marked if run in known]
        rows: list[Row] = []
        cursor = None
        for group in groups:
            rows.append(Row(partial(_draw_heading, group.title)))
            for run, place in zip(group.runs, group.places or [None] * len(group.runs), strict=True):
                cursor = len(rows) if run.id == here else cursor
                draw = partial(self._draw_run, run, place)
                rows.append(Row(draw if group.measured else partial(_draw_without, run), run))
        self.set_rows(rows, note, cursor=cursor)
        if here is not None and self.arrangement.active:  # a filter leaves other places
            self.go_to(here)

    def record_of(self, row: Row) -> object | None:
        """A run."""
        return row.value

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a run."""
        return run_records.RUN

    def sheet(self) -> Sheet | None:
        """All runs; the selected cell is that of the selected metric."""
        sheet = super().sheet()
        names = [column.name for column in sheet.columns] if sheet is not None else []
        if sheet is None or self.column.metric not in names:
            return sheet
        return replace(sheet, cell=names.index(self.column.metric))

    def action_mark(self) -> None:
        """Mark or unmark the run under the cursor; a fifth mark replaces the fourth."""
        run = self.value
        if not isinstance(run, RunInfo) or run.result is None:
            return
        if run.id in self.marked:
            self.marked.remove(run.id)
        else:
            self.marked = [*self.marked[: len(LETTERS) - 1], run.id]
        self.refresh()
        self.post_message(self.Changed())

    def action_select(self, step: int) -> None:
        """Select the next column."""
        self.selected = max(0, min(len(COLUMNS) - 1, self.selected + step))
        self.refresh()
        self.post_message(self.Changed())

    def action_order(self) -> None:
        """Order by the selected column, then reversed, then by the headline again; never by test."""
        if self.column is TEST:
            sentence = "Runs are not sorted by test scores: choosing by them would make the best score too high."
            notify_latest(self, sentence, group="compare")
            return
        if self._ordered != self.selected:
            self._ordered, self._turned = self.selected, False
        elif not self._turned:
            self._turned = True
        else:
            self._ordered, self._turned = None, False
        self.post_message(self.Ordered())

    def window(self, width: int) -> tuple[int, int, int]:
        """(width of the name, first column, one past the last) for a row of `width` cells without its mark."""
        names = self.width_of(_NAMES) or (14 if width < _ROOMY else 26)
        count = max(1, min(len(COLUMNS), (width - _LEFT - _INTERVAL - names) // _FIGURE))
        first = max(0, min(self.selected - count // 2, len(COLUMNS) - count))
        return max(4, width - _LEFT - _INTERVAL - count * _FIGURE), first, first + count

    def column_here(self) -> Sized | None:
        """The names: other columns have a fixed width."""
        width = self.scrollable_content_region.width - 1
        return Sized(_NAMES, self.window(width)[0]) if width > 0 else None

    def draw_widths(self) -> None:
        """Redraw the rows and the titles."""
        self.refresh()
        self.post_message(self.Changed())

    def head(self, width: int) -> Content:
        """The titles of the visible columns; `‹` and `›` mark further columns on a side."""
        name, first, last = self.window(width)
        line = Content.assemble((fit("     run", _LEFT + name), DIM))
        for place in range(first, last):
            title = COLUMNS[place].title + self._arrow(place)
            title = f"‹ {title}" if place == first > 0 else title
            title = f"{title} ›" if place == last - 1 < len(COLUMNS) - 1 else title
            style = "bold underline $accent" if place == self.selected else DIM
            line += Content.assemble(" " * max(0, _FIGURE - cell_len(title)), (title[:_FIGURE], style))
            if place == self.selected:
                line += Content(fit("95% interval" if COLUMNS[place].metric else "", _INTERVAL, right=True)).stylize(
                    DIM
                )
        return line

    def _arrow(self, place: int) -> str:
        """The arrow at the column that orders the runs; empty at others."""
        if self._ordered != place:
            return ""
        falls = (COLUMNS[place].better != "lower") != self._turned
        return "↓" if falls else "↑"

    def _draw_run(self, run: RunInfo, place: int | None, width: int) -> Content:
        """A run as a row."""
        name, first, last = self.window(width)
        letter = LETTERS[self.marked.index(run.id)] if run.id in self.marked else " "
        rank = f"{place:>3}" if place else "  –"
        line = Content.assemble((letter, "bold reverse" if letter != " " else ""), f"{rank}  ", _name(run, name))
        for index in range(first, last):
            text = fit(COLUMNS[index].text(run), _FIGURE, right=True)
            line += Content.assemble((text, "bold $accent" if index == self.selected else ""))
            if index == self.selected:
                line += Content(fit(_ends(COLUMNS[index], run), _INTERVAL, right=True)).stylize(DIM)
        return line


class RunTableHead(Widget):
    """The line of column titles above the table."""

    def __init__(self, table: RunTable) -> None:
        super().__init__()
        self._table = table

    def render(self) -> RenderResult:
        """Titles above their figures: the table's rows are one cell in, and its scroll bar may take one."""
        width = self._table.scrollable_content_region.width or self.size.width
        return Content(" ") + self._table.head(max(0, width - 1))


def _name(run: RunInfo, width: int) -> str:
    """The run's name, and its model if both fit."""
    if width < 2 * _MODEL:
        return fit(titled(run), width)
    return f"{fit(titled(run), width - _MODEL)} {fit(run.model, _MODEL - 1)}"


def _ends(column: RunColumn, run: RunInfo) -> str:
    """The interval of a metric, "–" without one; empty for costs."""
    ends = column.interval(run)
    return f"{ends[0]:.4f}–{ends[1]:.4f}" if ends else "–" if column.metric else ""


def _draw_heading(title: str, width: int) -> Content:
    """The heading of a group."""
    return Content(fit(f"── {title} " + "─" * width, width).replace("…", "─")).stylize(DIM)


def _draw_without(run: RunInfo, width: int) -> Content:
    """A run without a result as a row: state and reason."""
    shown = look(run.status)
    left = Content.assemble("  ", (shown.symbol, shown.style), f"   {fit(titled(run), 14)} {shown.word:<10}")
    return left + Content(fit(printable(run.reason), max(0, width - left.cell_length))).stylize(DIM)
