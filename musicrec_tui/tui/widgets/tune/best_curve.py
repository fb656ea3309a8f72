"""How a tuning went: the best so far, by trial."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.runs.tunings import views
from musicrec_tui.runs.tunings.info import TuningInfo
from musicrec_tui.tui.widgets.train.plot_lines import figure, plot_lines

_DIM = "$foreground 60%"


class BestCurve(Widget):
    """The best objective after each trial that ended."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._points: list[tuple[float, float]] = []
        self._total = 0

    def show(self, tuning: TuningInfo) -> None:
        """Draw this tuning."""
        self._points = [(float(place), value) for place, value in views.best_so_far(tuning.trials)]
        self._total = max(tuning.total, len(tuning.trials))
        self.refresh()

    def render(self) -> RenderResult:
        """Title, curve, trials below."""
        if not self._points:
            return Content.assemble(("Best so far", "bold"), "\n", ("The curve begins with the first trial.", _DIM))
        title = Content.assemble(("Best so far", "bold"), f"  {figure(self._points[-1][1])}")
        lines = plot_lines(self._points, self._total, "trials", self.size.width, max(2, self.size.height - 1))
        return Content("\n").join([title, *lines])
