"""The list of jobs."""

from typing import ClassVar

from textual.content import Content

from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.tui.common.live_list import LiveList
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.widgets.train import job_row


class JobList(LiveList[RunInfo]):
    """Runs with their state and one figure."""

    TITLE: ClassVar[str] = "Jobs"
    NEW_ROW: ClassVar[str] = "+ new training"

    def draw_item(self, item: RunInfo, width: int) -> Content:
        """See `job_row.row`."""
        return job_row.row(item, width)

    def has_second(self, item: RunInfo) -> bool:
        """What is at work says more."""
        return item.status is Status.RUNNING

    def draw_second(self, item: RunInfo, width: int) -> Content:
        """See `job_row.second_row`."""
        return job_row.second_row(item, width)

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """A run's."""
        return run_records.RUN

    @property
    def run(self) -> RunInfo | None:
        """The job that the cursor is on; None on "new"."""
        return self.item
