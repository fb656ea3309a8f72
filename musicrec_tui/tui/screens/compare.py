"""The Compare screen: every run of this log with its figures, two of them side by side, and what a figure means."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.text import printable
from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.screens.base import BaseScreen
from musicrec_tui.tui.widgets.compare import side_by_side
from musicrec_tui.tui.widgets.compare.groups import grouped
from musicrec_tui.tui.widgets.compare.run_table import RunTable, RunTableHead
from musicrec_tui.tui.widgets.row_list import RowList

_EMPTY = "There are no runs of this log yet. Press 2 to train one; popularity and ALS take seconds."
_LOADING = "The log is still being read; its runs are listed when it is open."


class CompareScreen(BaseScreen):
    """Which model to believe, and what it costs."""

    MODE = "compare"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("compare.use", "use", "u", "Use in Explore", "Recommend with this run in Explore; Enter does the same.",
                footer="use in Explore", shown="↵"),
        Command("compare.forget", "forget", "c", "Clear the marks", "Mark no run."),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def compose_body(self) -> ComposeResult:
        """The table, the two runs, the meaning."""
        table = RunTable(id="runs")
        yield RunTableHead(table)
        yield table
        with VerticalScroll(id="compare-pane"), Horizontal(id="compare-two"):
            yield Static(id="compare-figures", markup=False)
            yield Static(id="compare-parameters", markup=False)
        yield Static(id="compare-meaning", markup=False)

    def on_mount(self) -> None:
        """Show what there is."""
        self.query_one("#compare-pane").border_title = Content("Side by side")
        self.on_runs_changed()
        self.table.focus()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.on_runs_changed()

    def on_resize(self) -> None:
        """The figures are laid out for the width."""
        self.call_after_refresh(self._draw)

    @property
    def table(self) -> RunTable:
        """The runs."""
        return self.query_one("#runs", RunTable)

    def on_runs_changed(self) -> None:
        """A run came, went, or was finished."""
        dataset = self.session.dataset
        if dataset is None:
            self.table.set_groups([], self.session.failure or _LOADING)
        else:
            runs = [run for run in self.session.runs if run.content in ("", dataset.info.content)]
            self.table.set_groups(grouped(runs), _EMPTY)
        self._draw()

    def on_dataset_opened(self) -> None:
        """Now it is known which runs belong to this log."""
        self.on_runs_changed()

    def on_dataset_failed(self) -> None:
        """There is no log, so there is nothing to compare."""
        self.on_runs_changed()

    @on(RowList.Moved, "#runs")
    @on(RunTable.Changed)
    def _draw(self) -> None:
        """The figures of the two runs, their parameters, and the meaning of the selected figure."""
        self.query_one(RunTableHead).refresh()
        column = self.table.column
        self.query_one("#compare-meaning", Static).update(
            Content.assemble((f"{column.title}  ", "bold $accent"), column.meaning)
        )
        figures, parameters = Content(""), Content("")
        pair = self.pair()
        two = self.query_one("#compare-two")
        if two.has_class("-two") != (len(pair) == 2):
            two.set_class(len(pair) == 2, "-two")
            self.call_after_refresh(self._draw)  # the parts have other widths now
        if len(pair) == 2:
            figures = side_by_side.figures(pair[0], pair[1], column, self._width("#compare-figures"))
            parameters = side_by_side.differing(pair[0], pair[1], self._width("#compare-parameters"))
        elif pair:
            figures = side_by_side.alone(pair[0], several_groups=self.table.several_groups)
        self.query_one("#compare-figures", Static).update(figures)
        self.query_one("#compare-parameters", Static).update(parameters)

    def _width(self, selector: str) -> int:
        """How many cells a part of the pane has."""
        return self.query_one(selector).content_size.width or self.size.width - 4

    def pair(self) -> list[RunInfo]:
        """The two marked runs; with one mark, it and the run under the cursor; else that run alone."""
        known = {row.value.id: row.value for row in self.table.rows if isinstance(row.value, RunInfo)}
        chosen = [known[run] for run in self.table.marked if run in known]
        here = self.table.value
        if len(chosen) < 2 and isinstance(here, RunInfo) and here not in chosen:
            chosen.append(here)
        return chosen

    @on(RowList.Chosen, "#runs")
    def action_use(self) -> None:
        """Recommend with the run under the cursor."""
        run = self.table.value
        if not isinstance(run, RunInfo):
            return
        if run.status is Status.FINISHED:
            self.session.choose(run)
            sentence = f"Explore recommends with {run.label} now: press 1 to go there."
        else:
            sentence = f"{run.label} is {run.status}: only a finished run can recommend."
        self.notify(printable(sentence, 600), markup=False)

    def action_forget(self) -> None:
        """Clear the marks."""
        self.table.marked = []
        self.table.refresh()
        self._draw()
