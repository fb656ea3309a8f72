"""Watch one tuning: what it is, its trials, the map of two parameters, how it went."""

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.runs import tuning_views
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.tui.common.cells import DIM
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.plot_lines import figure, plot_lines
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.working import after_refresh
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tune.facts import detail, facts
from musicrec_tui.tui.tune.heat_map import HeatMap
from musicrec_tui.tui.tune.importance import Importance
from musicrec_tui.tui.tune.trial_table import TrialHead, TrialTable

VIEWS = ("trials", "map", "course")


class BestCurve(TabularWidget, can_focus=True):
    """The best objective after each trial that ended."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._best: list[tuple[int, float]] = []
        self._total = 0
        self._title = "Best so far"

    def show(self, tuning: TuningInfo) -> None:
        """Draw this tuning."""
        self._best = tuning_views.best_so_far(tuning.trials)
        self._title = f"Best so far of {tuning.label}"
        self._total = max(tuning.total, len(tuning.trials))
        self.refresh()

    def sheet(self) -> Sheet | None:
        """The best after so many trials."""
        return plots.curves(self._title, "trials", {"best": self._best} if self._best else {})

    def render(self) -> RenderResult:
        """Title, curve, trials below."""
        if not self._best:
            return Content.assemble(("Best so far", "bold"), "\n", ("The curve begins with the first trial.", DIM))
        title = Content.assemble(("Best so far", "bold"), f"  {figure(self._best[-1][1])}")
        points = [(float(place), value) for place, value in self._best]
        lines = plot_lines(points, self._total, "trials", self.size.width, max(2, self.size.height - 1))
        return Content("\n").join([title, *lines])


class TuningPane(Vertical):
    """Draws a tuning. On a low screen one view at a time has room (see `tune.tcss`), else all three."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes=f"-view-{VIEWS[0]}")
        self._shown: TuningInfo | None = None
        self.view = VIEWS[0]

    def compose(self) -> ComposeResult:
        """Facts; trials with the detail of one; map; curve and importance."""
        table = TrialTable(id="trials")
        yield Static(id="tuning-facts", markup=False)
        with Vertical(id="tuning-trials"):
            yield TrialHead(table)
            yield table
            yield Static(id="trial-detail", markup=False)
        with Container(id="tuning-plots"):
            yield HeatMap(id="tuning-map")
            with Vertical(id="tuning-course"):
                yield BestCurve(id="tuning-curve")
                yield Importance(id="tuning-importance")

    def on_resize(self) -> None:
        """Lines are laid out for the width, which is known when the layout is."""
        if self._shown is not None:
            after_refresh(self, self.show, self._shown)

    def show(self, tuning: TuningInfo) -> None:
        """Draw the tuning as it is now."""
        self._shown = tuning
        width = max(20, self.query_one("#tuning-facts").content_size.width or self.size.width - 2)
        self.query_one("#tuning-facts", Static).update(facts(tuning, width))
        self.query_one(TrialTable).show(tuning)
        self.query_one(TrialHead).refresh()
        self.query_one(HeatMap).show(tuning)
        self.query_one(BestCurve).show(tuning)
        self.query_one(Importance).show(tuning)
        self._show_detail()

    def turn_order(self) -> None:
        """The trials in the other order."""
        self.query_one(TrialTable).turn_order()
        self.query_one(TrialHead).refresh()

    def next_view(self) -> None:
        """Another view in the place of this one."""
        self.show_view(VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)])

    def show_view(self, wanted: str) -> None:
        """This view, where only one has room."""
        self.view = wanted
        self.remove_class(*(f"-view-{view}" for view in VIEWS), update=False)  # so that styles are looked up once
        self.add_class(f"-view-{wanted}")

    @on(RowList.Moved, "#trials")
    def _moved(self, event: RowList.Moved) -> None:
        """Another trial."""
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        """All of the trial under the cursor."""
        trial = self.query_one(TrialTable).trial
        spec = self._shown.spec if self._shown else None
        line = self.query_one("#trial-detail", Static)
        width = line.content_size.width or self.size.width - 2
        line.update(detail(trial, spec, width) if trial is not None and spec is not None else Content(""))
