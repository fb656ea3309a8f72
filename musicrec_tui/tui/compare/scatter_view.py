"""The scatter plot of users: the first run's metric across, another's up, and users counted in each cell."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.evaluation.metrics import metric_title
from musicrec_tui.jobs.host_protocol import Refused, Scatter, Scattered
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit, number
from musicrec_tui.tui.common.working import patiently, start
from musicrec_tui.tui.compare import view_tables
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.compare.view_tables import ComparedView
from musicrec_tui.tui.tabular.sheet import Sheet

if TYPE_CHECKING:
    from musicrec_tui.jobs.host_client import HostClient

_PAUSE = 0.1  # seconds: a cursor that moves on, or a window that is drawn larger, asks nothing
_COUNTING = "Counting users …"

Questions = tuple[Scatter, ...]
LEGEND = "1–9 users · X 10+ · C 100+ · M 1,000+ · dots: where both give the same"
NARROWEST = 40
_AXIS = 8
_AROUND = 2
_ONE_LINE = 72
_LEAST_COLUMNS, _LEAST_ROWS = 6, 4
_STRETCH = 6


class ScatterLayout(NamedTuple):
    """A layout of plots: how many side by side, the width of each, and the columns and rows of its plane."""

    across: int
    width: int
    columns: int
    rows: int


class ScatterView(ComparedView):
    """A scatter plot for each run against the first."""

    def __init__(self) -> None:
        super().__init__(id="compare-scatter")
        self._asked: Questions = ()
        self._runs: Sequence[RunInfo] = ()

    def compose(self) -> ComposeResult:
        """The plots as text."""
        yield Static(id="compare-scatter-text", markup=False)

    def show(self, host: "HostClient", runs: Sequence[RunInfo], metric: str) -> None:
        """Show these runs by a metric; a displayed plot is not requested again."""
        size = self.scrollable_content_region
        laid = lay_out(len(runs) - 1, size.width, size.height)
        first, *others = (str(run.folder) for run in runs)
        asked = tuple(
            Scatter(runs=(first, other), metric=metric, columns=laid.columns, rows=laid.rows) for other in others
        )
        if asked != self._asked:
            self._asked, self._runs = asked, runs
            start(self, "scatter", self._load, host, asked, laid)

    def say_instead(self, sentence: str) -> None:
        """Show a sentence instead of the plots."""
        self.workers.cancel_group(self, "scatter")
        self._asked = ()
        self._update(Content(printable(sentence, 600)))

    async def _load(self, host: "HostClient", asked: Questions, laid: ScatterLayout) -> None:
        """Request the counts for each pair of runs."""
        await asyncio.sleep(_PAUSE)
        work = asyncio.gather(*(host.ask(one) for one in asked))
        answers = await patiently(work, lambda: self._update(Content(_COUNTING)))
        found = [answer for answer in answers if isinstance(answer, Scattered)]
        if refused := next((answer for answer in answers if isinstance(answer, Refused)), None):
            self._update(Content(printable(refused.sentence, 600)))
        elif found:
            metric = metric_title(found[0].metric)
            self._update(
                scatter_plots(found, self._heads(), metric, laid), view_tables.scatter_table(found, self._runs)
            )

    def _heads(self) -> list[tuple[str, str]]:
        """The names of each plot's runs: the one on the vertical axis, then the first run."""
        names = [f"{letter} {fit(run.label, 16).strip()}" for letter, run in zip(LETTERS, self._runs, strict=False)]
        return [(name, names[0]) for name in names[1:]]

    def _update(self, content: Content, table: Sheet | None = None) -> None:
        """Set the text, and the table for copy and export."""
        self.table = table
        self.query_one(Static).update(content)


def lay_out(plots: int, width: int, height: int) -> ScatterLayout:
    """Lay out plots in `width` × `height` cells; in a low place they have the least height, and scroll."""
    across = max(1, min(plots, width // NARROWEST))
    deep = -(-plots // across)
    wide = width // across - 2 if across > 1 else width
    legend = len(Content(LEGEND).wrap(max(1, width)))
    rows = max(_LEAST_ROWS, (height - legend) // deep - _AROUND - (1 if wide >= _ONE_LINE else 2))
    return ScatterLayout(across, wide, max(_LEAST_COLUMNS, min(wide - _AXIS, _STRETCH * rows)), rows)


def scatter_plots(
    found: Sequence[Scattered], heads: Sequence[tuple[str, str]], metric: str, laid: ScatterLayout
) -> Content:
    """All plots with the legend.

    Args:
        found: one for each run but the first.
        heads: for each plot, letter and name of the run on the vertical and on the horizontal axis.
        metric: its title.
        laid: the layout of the request.
    """
    blocks = [_plot(one, head, metric, laid) for one, head in zip(found, heads, strict=True)]
    lines: list[Content] = []
    for first in range(0, len(blocks), laid.across):
        lines += [Content("  ").join(parts) for parts in zip(*blocks[first : first + laid.across], strict=True)]
    return Content("\n").join([*lines, Content.styled(LEGEND, DIM)])


def count_sign(users: int) -> str:
    """A number of users as one character."""
    if users < 10:
        return str(users)
    return "X" if users < 100 else "C" if users < 1000 else "M"


def on_diagonal(column: int, row: int, columns: int, rows: int) -> bool:
    """Whether the diagonal of equal values crosses a cell."""
    return column * rows < (row + 1) * columns and row * columns < (column + 1) * rows


def _plot(found: Scattered, head: tuple[str, str], metric: str, laid: ScatterLayout) -> list[Content]:
    """One plot: a heading, the cells with the ends of both axes, and the users on either side of the diagonal."""
    up, across = head
    counts = {(cell.column, cell.row): cell.users for cell in found.cells}
    lines = [Content.styled(fit(f"{metric} · up: {up} · across: {across}", laid.width), "bold")]
    for row in reversed(range(found.rows)):
        end = found.high if row == found.rows - 1 else found.low if row == 0 else None
        label = f"{end:>{_AXIS - 1}.3f}" if end is not None else " " * (_AXIS - 1)
        cells = [_cell(counts.get((column, row), 0), column, row, found) for column in range(found.columns)]
        rest = " " * (laid.width - _AXIS - found.columns)
        lines.append(Content.assemble((f"{label}│", DIM), *cells, rest))
    ends = f"{found.low:.3f}", f"{found.high:.3f}"
    axis = f"{'':{_AXIS}}{ends[0]}{ends[1]:>{max(1, found.columns - len(ends[0]))}}"
    lines.append(Content.styled(fit(axis, laid.width), DIM))
    return [*lines, *(Content(fit(line, laid.width)) for line in _balance_lines(found, up[:1], laid.width))]


def _balance_lines(found: Scattered, letter: str, width: int) -> list[str]:
    """The lines on the numbers of users above, on and below the diagonal."""
    low = f" ({number(found.ties_at_low)} at {found.low:.3f})" if found.ties_at_low else ""
    sides = f"▲ {letter} higher {number(found.above)} · ▼ lower {number(found.below)}"
    ties = f"ties {number(found.ties)}{low}"
    return [f"{sides} · {ties}"] if width >= _ONE_LINE else [sides, ties]


def _cell(users: int, column: int, row: int, found: Scattered) -> tuple[str, str]:
    """A cell's character and style; an empty cell shows the diagonal."""
    if users:
        return count_sign(users), "bold $accent" if users >= 100 else "$accent" if users >= 10 else ""
    return ("·", DIM) if on_diagonal(column, row, found.columns, found.rows) else (" ", "")
