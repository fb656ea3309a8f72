"""`JobActions` for screens with a cursor on a run."""

from musicrec_tui.runs import store
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.trash import Bin
from musicrec_tui.tui.screens.job_actions import JobActions


class RunActions(JobActions):
    """Runs, and the trash of runs."""

    @property
    def bin(self) -> Bin[RunInfo]:
        """The trash of runs."""
        return store.trash_of(self.session.home)

    async def refresh_jobs(self) -> None:
        """Read the runs anew."""
        await self.session.refresh_runs()
