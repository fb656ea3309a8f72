"""The heat map of two parameters: a shade and a number for each pair of values, so that it needs no colours."""

from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.runs import tuning_views
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid
from musicrec_tui.runs.tuning_views import Heat
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.tabular.pictures import Map
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tabular.values import text_of

_SHADES = "░▒▓█"
_NARROW, _BROAD = 8, 18  # broader cells have more of their shade
_WIDEST = 12
_BESIDE_SHADE = 8  # a space before it and behind it, a figure, a mark
_MOST = 12
_ROOM_FOR_TEXT = 3
_NOT_TRIED = "·"


class HeatMap(TabularWidget, can_focus=True):
    """Draws the best objective of each cell. Keys change the two parameters."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._tuning: TuningInfo | None = None
        self._axes: dict[str, tuple[str, str]] = {}
        self._drawn: tuple[object, Content] | None = None

    def show(self, tuning: TuningInfo) -> None:
        """Show a tuning."""
        self._tuning = tuning
        self.refresh()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that the tuning varies."""
        return self._tuning.spec.varied if self._tuning and self._tuning.spec else ()

    @property
    def axes(self) -> tuple[str, str]:
        """The parameters across and down; the tuning must vary two."""
        assert self._tuning is not None  # noqa: S101  (asked by the caller)
        return self._axes.get(self._tuning.id, (self.names[0], self.names[1]))

    def turn(self, which: int) -> None:
        """Select the next parameter across (0) or down (1); if it is the other axis, swap them."""
        if self._tuning is None or len(self.names) < 2:
            return
        axes = list(self.axes)
        following = self.names[(self.names.index(axes[which]) + 1) % len(self.names)]
        if following == axes[1 - which]:
            axes[1 - which] = axes[which]
        axes[which] = following
        self._axes[self._tuning.id] = axes[0], axes[1]
        self.refresh()

    def sheet(self) -> Sheet | None:
        """A row for each pair of values: the best objective, and the number of trials."""
        tuning = self._tuning
        if tuning is None or len(self.names) < 2 or not tuning.trials:
            return None
        x, y = self.axes
        columns = (Column(x), Column(y), Column("best", "number"), Column("trials", "whole"))
        title = f"Map of {tuning.label}"
        return Sheet(title, columns, lambda: _pairs(tuning, x, y), pictures=lambda: (_picture(title, tuning, x, y),))

    def render(self) -> RenderResult:
        """The map at the current size; recalculated only on a change."""
        if self._tuning is None:
            return ""
        if len(self.names) < 2:
            return Content("A map needs two parameters that vary; this tuning varies one.").stylize(DIM)
        what = self._tuning, self.axes, self.size
        if self._drawn is None or self._drawn[0] != what:
            self._drawn = what, _drawn(self._tuning, *self.axes, self.size)
        return self._drawn[1]


class _Layout(NamedTuple):
    """A map that fits: with the width of its row names and of its columns, in cells."""

    heat: Heat
    label: int
    cell: int


def _layout(tuning: TuningInfo, x: str, y: str, size: Size) -> _Layout:
    """The layout with as many columns as fit."""
    planned = tuning.spec.plan.axes if tuning.spec and isinstance(tuning.spec.plan, Grid) else {}
    most_rows = max(1, min(_MOST, size.height - _ROOM_FOR_TEXT))
    for most_columns in range(_MOST, 0, -1):
        heat = tuning_views.heat(tuning.trials, x, y, most=(most_columns, most_rows), planned=planned)
        label = min(_WIDEST, max(map(len, heat.rows), default=1))
        needed = max(_NARROW, min(_WIDEST, max(map(len, heat.columns), default=1) + 1))
        room = (size.width - label - 1) // max(1, len(heat.columns))
        if room >= needed:
            return _Layout(heat, label, max(needed, min(_BROAD, room)))
    return _Layout(heat, label, _NARROW)


def _drawn(tuning: TuningInfo, x: str, y: str, size: Size) -> Content:
    """The map as text: title, column names, rows, legend."""
    heat, label, cell = _layout(tuning, x, y, size)
    lines = [Content.assemble(("Map", "bold"), f"  {x} across, {y} down")]
    head = " " * (label + 1) + "".join(fit(name, cell - 1, right=True) + " " for name in heat.columns)
    lines.append(Content(head).stylize(DIM))
    values = [value for row in heat.cells for value in row if value is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    for name, row in zip(heat.rows, heat.cells, strict=True):
        cells = [_cell(value, low, high, cell) for value in row]
        lines.append(Content("").join([Content(fit(name, label, right=True) + " ").stylize(DIM), *cells]))
    lines.append(Content(_legend(heat, low, high)).stylize(DIM))
    return Content("\n").join(line if line.cell_length <= size.width else line[: size.width] for line in lines)


def _pairs(tuning: TuningInfo, x: str, y: str) -> list[Cells]:
    """Each pair of values that was tried, with the best objective and the number of trials."""
    found: dict[tuple[str, str], list[float]] = {}
    for one in tuning.trials:
        if one.state == "finished" and one.value is not None:
            found.setdefault((text_of(getattr(one.params, x)), text_of(getattr(one.params, y))), []).append(one.value)
    return [(*pair, max(values), len(values)) for pair, values in found.items()]


def _picture(title: str, tuning: TuningInfo, x: str, y: str) -> Map:
    """The map for a file, which has room for more cells."""
    heat = tuning_views.heat(tuning.trials, x, y, most=(_MOST, _MOST))
    cells = [
        (row, column, value)
        for row, line in enumerate(heat.cells)
        for column, value in enumerate(line)
        if value is not None
    ]
    return Map(title, x, y, (len(heat.rows), len(heat.columns)), cells, heat.columns, heat.rows, ".4f")


def _cell(value: float | None, low: float, high: float, width: int) -> Content:
    """A cell: shade and number, `*` for the best; a dot without a finished trial."""
    if value is None:
        return Content(fit(f"{_NOT_TRIED}  ", width, right=True)).stylize(DIM)
    share = (value - low) / (high - low) if high > low else 1.0
    shade = _SHADES[min(len(_SHADES) - 1, int(share * len(_SHADES)))]
    figure = f"{value:.4f}".lstrip("0") if 0 < value < 1 else f"{value:.3f}"
    best = value == high
    text = f"{shade * max(1, width - _BESIDE_SHADE)} {figure}{'*' if best else ' '}"
    return Content(fit(text, width, right=True)).stylize("bold" if best else "")


def _legend(heat: Heat, low: float, high: float) -> str:
    """The line that explains shades and signs."""
    if not any(value is not None for row in heat.cells for value in row):
        return f"{_NOT_TRIED} no trial is finished yet"
    untried = f"  {_NOT_TRIED} none finished" if any(value is None for row in heat.cells for value in row) else ""
    return f"{_SHADES[0]} {low:.4f} … {_SHADES[-1]} {high:.4f}  * best{untried}"
