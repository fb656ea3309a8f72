"""The commands for an existing tuning: cancel, resume, use its best trial."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import AGAIN, CANCEL_JOB, EDIT, TRAIN
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.forms.entries import texts_of
from musicrec_tui.tui.jobs.job_actions import cancel_job, say
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.messages import RunWanted, TrainFormWanted


class TuningActions(Part):
    """Cancels and resumes tunings, and uses their best trial; cancelling and testing ask for confirmation."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("tune.cancel", "cancel_tuning", CANCEL_JOB, "Cancel the tuning",
                "Stop it; asks first. Finished trials are saved.",
                footer="cancel", guest=True),
        Command("tune.resume", "resume", AGAIN, "Resume the tuning", "Continue it; finished trials are not repeated.",
                footer="resume", guest=True),
        Command("tune.train", "train_best", TRAIN, "Train the best, evaluate on test",
                "Train the best parameters on train + validation, evaluate on test; asks first.", footer="test best",
                guest=True),
        Command("tune.use", "use_best", EDIT, "Best parameters in Train", "Fill Train's form with the best trial's.",
                footer="edit", guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, tuning: Callable[[], TuningInfo | None]) -> None:
        """`tuning`: gives the one under the cursor."""
        self._screen, self._tuning = screen, tuning

    def can(self, action: str) -> bool:
        """The commands depend on the tuning's state."""
        tuning, session = self._tuning(), self._screen.session
        has_best = tuning is not None and tuning.best is not None
        allowed = {
            "cancel_tuning": tuning is not None and tuning.status.live and session.may_stop(tuning.id),
            "resume": tuning is not None and tuning.resumable and session.may_stop(tuning.id),
            "train_best": has_best,
            "use_best": has_best,
        }
        return allowed[action]

    def action_use_best(self) -> None:
        """Show Train with its form filled with the best trial's parameters."""
        tuning = self._tuning()
        if tuning is None or tuning.best is None or tuning.spec is None:
            return
        texts = texts_of(tuning.spec.final_run(tuning.best.params))
        del texts["run.on"]  # stays as the form has it
        self._screen.post_message(TrainFormWanted(texts))

    def action_train_best(self) -> None:
        """Ask for confirmation; then fit the best trial on train + validation, test it, and show it in Train."""
        start(self._screen, "question", self._train_best)

    async def _train_best(self) -> None:
        """Wait for the answer."""
        tuning = self._tuning()
        if tuning is None or tuning.best is None:
            return
        question = (
            f"Train the best of {printable(tuning.label, 60)} (trial {tuning.best.number}) on train + validation, and "
            "evaluate it on test? Every use of the test part is counted."
        )
        if not await self._screen.app.push_screen_wait(Confirm(question, yes="Train and evaluate", no="Not now")):
            return
        try:
            run = await asyncio.to_thread(supervisor.train_best, self._screen.session.home, tuning)
        except UserError as error:
            say(self._screen, str(error), "error")
            return
        self._screen.session.begun.add(run.id)
        self._screen.post_message(RunWanted(run.id))

    def action_cancel_tuning(self) -> None:
        """Ask for confirmation, then cancel the tuning."""
        start(self._screen, "question", self._cancel_tuning)

    async def _cancel_tuning(self) -> None:
        """Wait for the answer."""
        tuning = self._tuning()
        if tuning is None:
            return
        question = f"Cancel {printable(tuning.label, 60)}? Finished trials are saved; R resumes it."
        await cancel_job(self._screen, tuning, question, "Cancel the tuning")
        await self._screen.session.refresh_tunings()

    def action_resume(self) -> None:
        """Resume the tuning."""
        start(self._screen, "resume", self._resume)

    async def _resume(self) -> None:
        """Do so in a thread."""
        tuning = self._tuning()
        if tuning is None:
            return
        try:
            await asyncio.to_thread(supervisor.resume_tuning, self._screen.session.home, tuning)
        except UserError as error:
            say(self._screen, str(error), "error")
        await self._screen.session.refresh_tunings()
