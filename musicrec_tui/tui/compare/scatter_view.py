"""The part of Compare that shows users as points; the host counts them for the cells that there are."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.jobs.host_protocol import Refused, Scatter, Scattered
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.working import patiently, start
from musicrec_tui.tui.compare import differences, scatter, tables
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.compare.tables import ComparedView
from musicrec_tui.tui.tabular.sheet import Sheet

if TYPE_CHECKING:
    from musicrec_tui.jobs.host_client import HostClient

_PAUSE = 0.1  # seconds: a cursor that moves on, or a window that is drawn larger, asks nothing
_COUNTING = "Counting users …"

Questions = tuple[Scatter, ...]


class ScatterView(ComparedView):
    """A plot for each run against the first."""

    def __init__(self) -> None:
        super().__init__(id="compare-scatter")
        self._asked: Questions = ()
        self._runs: Sequence[RunInfo] = ()

    def compose(self) -> ComposeResult:
        """The plots, as text."""
        yield Static(id="compare-scatter-text", markup=False)

    def show(self, host: "HostClient", runs: Sequence[RunInfo], metric: str) -> None:
        """Show these runs by a metric; what is shown already is not asked for again."""
        size = self.scrollable_content_region
        laid = scatter.plan(len(runs) - 1, size.width, size.height)
        first, *others = (str(run.folder) for run in runs)
        asked = tuple(
            Scatter(runs=(first, other), metric=metric, columns=laid.columns, rows=laid.rows) for other in others
        )
        if asked != self._asked:
            self._asked, self._runs = asked, runs
            start(self, "scatter", self._load, host, asked, laid)

    def say_instead(self, sentence: str) -> None:
        """Why there is nothing to see."""
        self.workers.cancel_group(self, "scatter")
        self._asked = ()
        self._update(Content(printable(sentence, 600)))

    async def _load(self, host: "HostClient", asked: Questions, laid: scatter.Plan) -> None:
        """Ask about each pair of runs."""
        await asyncio.sleep(_PAUSE)
        work = asyncio.gather(*(host.ask(one) for one in asked))
        answers = await patiently(work, lambda: self._update(Content(_COUNTING)))
        found = [answer for answer in answers if isinstance(answer, Scattered)]
        if refused := next((answer for answer in answers if isinstance(answer, Refused)), None):
            self._update(Content(printable(refused.sentence, 600)))
        elif found:
            metric = differences.metric_title(found[0].metric)
            self._update(scatter.drawn(found, self._heads(), metric, laid), tables.scattered(found, self._runs))

    def _heads(self) -> list[tuple[str, str]]:
        """What the runs are called, the one that goes up before the first one, which goes across."""
        names = [f"{letter} {fit(run.label, 16).strip()}" for letter, run in zip(LETTERS, self._runs, strict=False)]
        return [(name, names[0]) for name in names[1:]]

    def _update(self, content: Content, table: Sheet | None = None) -> None:
        """Show something else."""
        self.table = table
        self.query_one(Static).update(content)
