"""The metrics of a run by epoch: small plots side by side, and the values of one epoch."""

import math
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.runs.events import RESOURCES
from musicrec_tui.tui.common.cells import DIM, fit, packed
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.text_plots import LABELS, Point, nice_end, plot_columns, plot_lines, short_figure
from musicrec_tui.tui.common.verbs import LEFT, LOGARITHMIC, RIGHT, ZOOM_IN, ZOOM_OUT
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.train.run_state import RunState

_NARROWEST, _LOWEST, _READING = 22, 8, 3
_FALLING = ("loss",)
_FEWEST = 4
"""The fewest epochs that zooming in shows."""


@dataclass
class PlotWindow:
    """Scale, zoom and selected epoch of the plots.

    Attributes:
        log: logarithmic y axis.
        zoom: how many times the number of epochs was halved.
        epoch: the epoch under the crosshair; None: no crosshair.
    """

    log: bool = False
    zoom: int = 0
    epoch: int | None = None

    def window(self, end: int, last: int) -> tuple[int, int]:
        """The first and last epoch to draw.

        Args:
            end: the last epoch of the whole axis.
            last: the last epoch with values; a zoomed axis ends there.
        """
        size = self._size(end)
        if self.zoom == 0 or size >= end:
            return 1, end
        middle = self.epoch if self.epoch is not None else last
        first = max(1, min(last - size + 1, middle - size // 2))
        return first, first + size - 1

    def nearer(self, end: int) -> None:
        """Zoom in: half as many epochs."""
        if self._size(end) > min(_FEWEST, end):
            self.zoom += 1

    def farther(self) -> None:
        """Zoom out: twice as many epochs."""
        self.zoom = max(0, self.zoom - 1)

    def move(self, step: int, last: int) -> None:
        """Move the crosshair; the first step puts it on the last epoch."""
        self.epoch = last if self.epoch is None else max(1, min(last, self.epoch + step))

    def _size(self, end: int) -> int:
        """The number of drawn epochs."""
        return max(_FEWEST, end >> self.zoom)


class MetricPlot(TabularWidget, can_focus=True):
    """The plots. If not all metrics fit, a key shows the next ones."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("plot.right", "read(1)", RIGHT, "Read the next epoch", "Move the crosshair, and read its values.",
                footer="epoch", shown="←→", palette=False, guest=True),
        Command("plot.left", "read(-1)", LEFT, "Read the previous epoch", "Move the crosshair back.", shown="h ←",
                palette=False, guest=True),
        Command("plot.nearer", "nearer", ZOOM_IN, "Zoom in", "Show half as many epochs.", footer="zoom",
                shown="z Z", guest=True),
        Command("plot.farther", "farther", ZOOM_OUT, "Zoom out", "Show twice as many epochs.", guest=True),
        Command("plot.log", "log", LOGARITHMIC, "Linear or logarithmic", "Switch the scale of the values.",
                footer="log", guest=True),
        *TABLE_COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._run_state = RunState()
        self._drawn: tuple[int, str] = 0, ""
        self._first = 0
        self.table_name = "Metrics by epoch"
        self.view = PlotWindow()

    def show(self, run_state: RunState, empty: str) -> None:
        """Draw a run on a change; `empty` is shown without epochs."""
        state = len(run_state.epochs), empty
        if run_state is self._run_state and state == self._drawn:
            return
        if run_state is not self._run_state:
            self._first = 0
            self.view = PlotWindow(log=self.view.log)
        self._run_state, self._drawn = run_state, state
        self.refresh()

    @property
    def has_epochs(self) -> bool:
        """Whether there are epochs."""
        return bool(self._run_state.epochs)

    @property
    def has_more(self) -> bool:
        """Whether some metrics are not displayed."""
        across, down = self._grid()
        return len(self._run_state.metrics()) > across * down

    def next_metrics(self) -> None:
        """Show the next metrics."""
        across, down = self._grid()
        self._first += across * down
        if self._first >= len(self._run_state.metrics()):
            self._first = 0
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands of the plots need epochs."""
        if action in ("read", "nearer", "farther", "log"):
            return self.has_epochs
        return super().check_action(action, parameters)

    def sheet(self) -> Sheet | None:
        """All metrics by epoch, displayed or not."""
        return plots.curves(
            self.table_name, "epoch", {name: self._run_state.series(name) for name in self._run_state.metrics()}
        )

    def action_read(self, step: int) -> None:
        """Move the crosshair."""
        self.view.move(step, self._last)
        self.refresh()

    def action_nearer(self) -> None:
        """Zoom in: half as many epochs."""
        self.view.nearer(self._end)
        self.refresh()

    def action_farther(self) -> None:
        """Zoom out: twice as many epochs."""
        self.view.farther()
        self.refresh()

    def action_log(self) -> None:
        """Toggle the logarithmic scale."""
        self.view.log = not self.view.log
        self.refresh()

    def on_blur(self) -> None:
        """Remove the crosshair."""
        self.view.epoch = None

    def on_click(self, click: events.Click) -> None:
        """Put the crosshair on the clicked epoch."""
        offset = click.get_content_offset(self)
        shown = len(self._names())
        if offset is None or not shown:
            return
        width = self.size.width // min(shown, self._grid()[0])
        across = plot_columns(width)
        start, end = self.view.window(self._end, self._last)
        share = (offset.x % width - LABELS - 1) / max(1, across - 1)
        self.view.epoch = max(1, min(self._last, start + round(max(0.0, min(1.0, share)) * (end - start))))
        self.refresh()

    def render(self) -> RenderResult:
        """All plots, line by line, and below them the values of the selected epoch."""
        names = self._names()
        if not names:
            return Content(self._drawn[1]).stylize(DIM)
        across, down = self._grid()
        across = min(across, len(names))
        rows = [names[first : first + across] for first in range(0, len(names), across)][:down]
        reading = [] if self.view.epoch is None else self._reading(self.view.epoch)
        height = max(2, self.size.height - len(reading))
        lines: list[Content] = []
        for number, row in enumerate(rows):
            room = height // len(rows) if number else height - height // len(rows) * (len(rows) - 1)
            panels = [self._panel(name, self.size.width // across, room) for name in row]
            lines += [Content("").join(parts) for parts in zip(*panels, strict=True)]
        return Content("\n").join([*lines, *reading])

    def _names(self) -> list[str]:
        """The displayed metrics."""
        across, down = self._grid()
        return self._run_state.metrics()[self._first :][: across * down]

    def _grid(self) -> tuple[int, int]:
        """How many plots fit side by side, and above each other."""
        return max(1, min(3, self.size.width // _NARROWEST)), max(1, self.size.height // _LOWEST)

    @property
    def _last(self) -> int:
        """The last epoch of any curve (those of a refit begin at 1 again)."""
        return max((self._run_state.series(name)[-1][0] for name in self._run_state.metrics()), default=1)

    @property
    def _end(self) -> int:
        """The last epoch of the whole axis."""
        return nice_end(self._last, self._run_state.epochs[-1].of) if self._run_state.epochs else 1

    def _panel(self, name: str, width: int, height: int) -> list[Content]:
        """A title, a curve with the values at its edges, and the epochs below: `height` lines of `width` cells."""
        series = self._run_state.series(name)
        points: list[Point] = [(float(epoch), value) for epoch, value in series if math.isfinite(value)]
        start, end = self.view.window(self._end, self._last)
        lines = [
            _title(name, series, points, width, log=self.view.log),
            *plot_lines(points, end, "epoch", width, height - 1, start=start, log=self.view.log, mark=self.view.epoch),
        ]
        return lines[: max(height, 1)]

    def _reading(self, epoch: int) -> list[Content]:
        """`epoch 12 of 20 · loss 0.432109 · accuracy –`: all metrics, those on the screen first, in a few lines."""
        shown = self._names()
        names = [*shown, *(name for name in self._run_state.metrics() if name not in shown)]
        values = {name: dict(self._run_state.series(name)).get(epoch) for name in names}
        told = [
            f"{RESOURCES.get(name, name)} {'–' if value is None else f'{value:.6g}'}" for name, value in values.items()
        ]
        head = f"epoch {epoch} of {self._run_state.epochs[-1].of}"
        first, *others = packed([head, *told], self.size.width)
        lines = [Content(first).stylize("bold", 0, len(head)), *map(Content, others)]
        return lines[:_READING]


def _title(name: str, series: list[tuple[int, float]], points: list[Point], width: int, *, log: bool) -> Content:
    """A metric's name, latest value, and best value with its epoch; or how many values a logarithmic scale omits."""
    resource = name in RESOURCES
    latest = f"{series[-1][1]:,.0f}" if resource else short_figure(series[-1][1])
    name = RESOURCES.get(name, name)
    room = max(0, width - len(name) - 2)
    text = latest
    left_out = sum(value <= 0 for _, value in points) if log else 0
    if left_out:
        longer = f"{latest}  {left_out} not above 0"
        text = longer if len(longer) <= room else f"{left_out} ≤ 0"
    elif points and not resource:
        best = (min if name in _FALLING else max)(points, key=lambda point: point[1])
        longer = f"{latest}  best {short_figure(best[1])} in epoch {best[0]:.0f}"
        text = longer if len(longer) <= room else latest
    return Content.assemble((fit(name, min(len(name), width)), "bold"), " ", fit(text, room), " ")[:width]
