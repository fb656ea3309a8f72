"""The commands for an existing tuning: cancel, resume, use its best trial."""

import asyncio
from abc import abstractmethod
from typing import ClassVar

from textual import work

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.runs import tuning_store
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trash import Bin
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.forms.entries import texts_of
from musicrec_tui.tui.jobs.job_actions import JobActions
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.messages import RunWanted, TrainFormWanted

_RESUMABLE = (Status.CANCELLED, Status.FAILED, Status.DIED)


class TuningActions(JobActions):
    """A screen with a cursor on a tuning; cancelling and testing ask for confirmation."""

    TUNING_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("tune.cancel", "cancel_tuning", "x", "Cancel the tuning", "Stop it; asks first. Its trials are kept.",
                footer="cancel", guest=True),
        Command("tune.resume", "resume", "r", "Resume the tuning", "Go on with it; no trial that ended is made again.",
                footer="resume", guest=True),
        Command("tune.train", "train_best", "t", "Train the best and test it",
                "Fit the best parameters on train + validation and look at test; asks first.", footer="test best",
                guest=True),
        Command("tune.use", "use_best", "e", "Best parameters in Train", "Fill Train's form with the best trial's.",
                footer="edit", guest=True),
    )  # fmt: skip
    BINDINGS = bindings(TUNING_COMMANDS)

    @property
    @abstractmethod
    def tuning(self) -> TuningInfo | None:
        """The tuning under the cursor."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands depend on the tuning's state."""
        tuning = self.tuning
        state = tuning.status if tuning else None
        has_best = tuning is not None and tuning.best is not None
        allowed = {
            "cancel_tuning": tuning is not None and tuning.status.live and self.session.may_stop(tuning.id),
            "resume": tuning is not None and state in _RESUMABLE and self.session.may_stop(tuning.id),
            "train_best": has_best,
            "use_best": has_best,
        }
        return allowed[action] if action in allowed else super().check_action(action, parameters)

    @property
    def job(self) -> TuningInfo | None:
        """For `JobActions`."""
        return self.tuning

    @property
    def bin(self) -> Bin[TuningInfo]:
        """The trash of tunings."""
        return tuning_store.trash_of(self.session.home)

    async def refresh_jobs(self) -> None:
        """Reload the tunings."""
        await self.session.refresh_tunings()

    def action_use_best(self) -> None:
        """Show Train with its form filled with the best trial's parameters."""
        tuning = self.tuning
        if tuning is None or tuning.best is None or tuning.spec is None:
            return
        texts = texts_of(tuning.spec.final_run(tuning.best.params))
        del texts["run.on"]  # stays as the form has it
        self.post_message(TrainFormWanted(texts))

    @work(group="question", exclusive=True)
    async def action_train_best(self) -> None:
        """Ask for confirmation; then fit the best trial on train + validation, test it, and show it in Train."""
        tuning = self.tuning
        if tuning is None or tuning.best is None:
            return
        question = (
            f"Train the best of {printable(tuning.label, 60)} (trial {tuning.best.number}) on train + validation, and "
            "test it? The test part is looked at, and every look is counted."
        )
        if not await self.app.push_screen_wait(Confirm(question, yes="Train and test it", no="Not now")):
            return
        try:
            run = await asyncio.to_thread(supervisor.train_best, self.session.home, tuning)
        except UserError as error:
            self.say(str(error), "error")
            return
        self.session.begun.add(run.id)
        self.post_message(RunWanted(run.id))

    @work(group="question", exclusive=True)
    async def action_cancel_tuning(self) -> None:
        """Ask for confirmation, then cancel the tuning."""
        tuning = self.tuning
        if tuning is None:
            return
        question = f"Cancel {printable(tuning.label, 60)}? Trials that ended are kept, and r resumes it."
        if await self.app.push_screen_wait(Confirm(question, yes="Cancel the tuning", no="Let it go on")):
            try:
                await supervisor.stop(tuning)
            except UserError as error:
                self.say(str(error), "error")
            await self.session.refresh_tunings()

    @work(group="resume", exclusive=True)
    async def action_resume(self) -> None:
        """Resume the tuning."""
        tuning = self.tuning
        if tuning is None:
            return
        try:
            await asyncio.to_thread(supervisor.resume_tuning, self.session.home, tuning)
        except UserError as error:
            self.say(str(error), "error")
        await self.session.refresh_tunings()
