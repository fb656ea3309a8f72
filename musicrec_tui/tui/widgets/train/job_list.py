"""The list of jobs; above them a row for a new one."""

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.row_list import Row, RowList
from musicrec_tui.tui.widgets.train import facts

NEW = "new"


class JobList(RowList):
    """Rows look their run up when they are drawn, so that news of a job needs no new rows."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, title="Jobs")
        self._runs: dict[str, RunInfo] = {}

    @property
    def run(self) -> RunInfo | None:
        """The job that the cursor is on; None on "new"."""
        value = self.value
        return self._runs.get(value) if isinstance(value, str) else None

    def show(self, runs: Sequence[RunInfo]) -> None:
        """Show these jobs, newest first; the cursor stays on its job."""
        known = tuple(self._runs)
        self._runs = {run.id: run for run in runs}
        alive = sum(run.status.live for run in runs)
        self.set_title(f"Jobs, {alive} at work" if alive else "Jobs")
        if tuple(self._runs) == known and self.rows:
            self.refresh()
            return
        here = self.value
        rows = [Row(_draw_new, NEW), *(Row(partial(self._draw, run), run) for run in self._runs)]
        self.set_rows(rows, cursor=next((place for place, row in enumerate(rows) if row.value == here), 0))

    def go_to(self, value: str) -> None:
        """Put the cursor on a job, or on `NEW`."""
        place = next((place for place, row in enumerate(self.rows) if row.value == value), None)
        if place is not None:
            self.cursor = place

    def _draw(self, run: str, width: int) -> Content:
        """A job as it is now."""
        return facts.row(self._runs[run], width) if run in self._runs else Content("")


def _draw_new(width: int) -> Content:
    """The row that stands for the form."""
    return Content(fit("+ new training", width))
