"""The list of runs on the Train screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content

from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.live_list import LiveList
from musicrec_tui.tui.common.run_status import how_far, look, megabytes, percent, silent_row, titled
from musicrec_tui.tui.common.text_plots import trend_line
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field

_ROOMY = 42
_TREND, _SHORTEST = 12, 4


def job_row(run: RunInfo, width: int, *, outdated: bool = False) -> Content:
    """A run as a row: symbol, name, state, progress or NDCG; with a trend line if there is room.

    The NDCG of an outdated run (trained on an earlier state of the log) has no place beside those of now.
    """
    shown = look(run.status)
    old = outdated and run.status is Status.FINISHED
    tail = f" {'outdated' if old else shown.word:<9} {'' if old else _figure(run):>5}"
    course = _course(run, width)
    room = width - 2 - cell_len(tail) - cell_len(course)
    return Content.assemble(
        (shown.symbol, shown.style), " ", fit(titled(run), room), (course, "$accent"),
        (tail, "" if run.status.live else DIM),
    )  # fmt: skip


def second_job_row(run: RunInfo, width: int) -> Content:
    """The second row of a live job: trend line, phase, estimated remaining time, memory; or how long it is silent."""
    if run.silence:
        return silent_row(run.silence, width)
    phase, _, left = how_far(run.progress)
    memory = megabytes(run.memory_mb) if run.memory_mb else ""
    told = " ".join(filter(None, [phase, left, memory]))
    room = width - 2 - cell_len(told) - 1
    course = trend_line(run.trend.values, min(room, 2 * _TREND)) if run.trend and room >= _SHORTEST else ""
    space = " " if course else ""
    return Content.assemble("  ", (course, "$accent"), space, (fit(told, max(0, width - 2 - len(course + space))), DIM))


def _course(run: RunInfo, width: int) -> str:
    """The trend line of a job that ended, with a space on both sides."""
    if width < _ROOMY or run.status.live or run.trend is None or len(run.trend.values) < 2:
        return ""
    return f" {trend_line(run.trend.values, _TREND):<{_TREND}} "


def _figure(run: RunInfo) -> str:
    """Progress, or NDCG on validation (test has no place in a list to choose from)."""
    if run.status is Status.FINISHED:
        on_validation = run.headline is not None and run.evaluated_on == "validation"
        return f"{run.headline:.3f}" if on_validation else "test"
    share = how_far(run.progress).share if run.status is Status.RUNNING else None
    return percent(share) if share is not None else ""


class JobList(LiveList[RunInfo]):
    """Runs with their state and progress or NDCG."""

    TITLE: ClassVar[str] = "Jobs"
    NEW_ROW: ClassVar[str] = "+ new training"
    _log_content = ""

    def show_for(self, runs: Sequence[RunInfo], content: str) -> None:
        """List the runs; those whose log had another content than this one are outdated. Empty: it is not known yet."""
        changed, self._log_content = content != self._log_content, content
        self.show(runs)
        if changed:
            self._redraw({run.id for run in runs})

    def draw_item(self, item: RunInfo, width: int) -> Content:
        """See `job_row`."""
        return job_row(
            item, width, outdated=bool(self._log_content and item.content) and item.content != self._log_content
        )

    def has_second(self, item: RunInfo) -> bool:
        """Running and silent jobs have a second row."""
        return item.status is Status.RUNNING or bool(item.silence)

    def draw_second(self, item: RunInfo, width: int) -> Content:
        """See `second_row`."""
        return second_job_row(item, width)

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a run."""
        return run_records.RUN

    @property
    def run(self) -> RunInfo | None:
        """The run under the cursor; None on the row for a new one."""
        return self.item
