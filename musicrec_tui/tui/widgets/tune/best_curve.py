"""How a tuning went: the best so far, by trial."""

from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.runs.tunings import views
from musicrec_tui.runs.tunings.info import TuningInfo
from musicrec_tui.tui.common.cells import DIM
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.plot_lines import figure, plot_lines
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tabular.widget import TABLE_COMMANDS, TabularWidget


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
        self._best = views.best_so_far(tuning.trials)
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
