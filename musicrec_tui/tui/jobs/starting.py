"""How Train and Tune start what their form asks for."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work

from musicrec_tui.errors import UserError
from musicrec_tui.tui.jobs.job_actions import Job, JobActions

if TYPE_CHECKING:
    from musicrec_tui.dataset.log import IndexedLog

    Submit = Callable[[IndexedLog], Job]
    """Starts a process for the log that is open; called in a thread."""


class Starting(JobActions):
    """A screen with a form for a new job."""

    @abstractmethod
    async def show_job(self, job: str) -> None:
        """Put the cursor on a job that has just been started."""

    @work(group="start")
    async def start_job(self, submit: "Submit") -> None:
        """Have a job started, and show it; a sentence where that cannot be."""
        log = self.session.indexed_log
        if log is None:
            self.say(self.session.failure or "The log is still being read: start when it is open.", "warning")
            return
        try:
            job = await asyncio.to_thread(submit, log)
        except UserError as error:
            self.say(str(error), "error")
            return
        self.session.begun.add(job.id)
        await self.show_job(job.id)
