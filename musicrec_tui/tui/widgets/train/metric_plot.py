"""The metrics of a job by epoch: as many small plots side by side as there is room for."""

import math

from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.tui.commands import bindings
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tabular.widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.train.braille import Point, nice_end
from musicrec_tui.tui.widgets.train.plot_lines import figure, plot_lines
from musicrec_tui.tui.widgets.train.watched import Watched

_NARROWEST = 22
_FALLING = ("loss",)


class MetricPlot(TabularWidget, can_focus=True):
    """Plots that move with every epoch. Where a job has more metrics than fit, a key shows the next ones."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._watched = Watched()
        self._first = 0
        self._empty = ""
        self.table_name = "Metrics by epoch"

    def show(self, watched: Watched, empty: str) -> None:
        """Draw this job; `empty` is the sentence for one without epochs."""
        if watched is not self._watched:
            self._first = 0
        self._watched, self._empty = watched, empty
        self.refresh()

    @property
    def has_more(self) -> bool:
        """Whether there are metrics that have no room."""
        return len(self._watched.metrics()) > self._room()

    def next_metrics(self) -> None:
        """Show the metrics that did not fit."""
        self._first += self._room()
        if self._first >= len(self._watched.metrics()):
            self._first = 0
        self.refresh()

    def sheet(self) -> Sheet | None:
        """All metrics by epoch, those that have no room too."""
        return plots.curves(
            self.table_name, "epoch", {name: self._watched.series(name) for name in self._watched.metrics()}
        )

    def render(self) -> RenderResult:
        """All panels, line by line."""
        names = self._watched.metrics()
        if not names:
            return Content(self._empty).stylize("$foreground 60%")
        shown = names[self._first :][: self._room()]
        width = self.size.width // len(shown)
        panels = [self._panel(name, width, self.size.height) for name in shown]
        return Content("\n").join(Content("").join(row) for row in zip(*panels, strict=True))

    def _room(self) -> int:
        """How many panels fit side by side."""
        return max(1, min(3, self.size.width // _NARROWEST))

    def _panel(self, name: str, width: int, height: int) -> list[Content]:
        """A title, a curve with the values at its edges, and the epochs below: `height` lines of `width` cells."""
        series = self._watched.series(name)
        points: list[Point] = [(float(epoch), value) for epoch, value in series if math.isfinite(value)]
        of = next(epoch.of for epoch in reversed(self._watched.epochs) if name in epoch.metrics)
        end = nice_end(series[-1][0], of)
        lines = [_title(name, series, points, width), *plot_lines(points, end, "epoch", width, height - 1)]
        return lines[: max(height, 1)]


def _title(name: str, series: list[tuple[int, float]], points: list[Point], width: int) -> Content:
    """The metric's name, its latest value, and the best one with its epoch."""
    latest = figure(series[-1][1])
    room = max(0, width - len(name) - 2)
    text = latest
    if points:
        best = (min if name in _FALLING else max)(points, key=lambda point: point[1])
        longer = f"{latest}  best {figure(best[1])} in epoch {best[0]:.0f}"
        text = longer if len(longer) <= room else latest
    return Content.assemble((fit(name, min(len(name), width)), "bold"), " ", fit(text, room), " ")[:width]
