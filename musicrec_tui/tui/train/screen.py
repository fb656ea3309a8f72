"""The Train screen: the jobs on the left; on the right the form for a new one, or the job that the cursor is on."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import ContentSwitcher, Input

from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.recommenders.params import Size
from musicrec_tui.runs import auto_search, outdated, picking, store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.live_list import NEW
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.screen_state import LogState, TrainState
from musicrec_tui.tui.common.verbs import (
    AGAIN,
    CANCEL_JOB,
    CLOSE,
    CREATE,
    EDIT,
    FIND,
    OPEN,
    SUBMIT,
    VIEW,
    VIEW_TOO,
    ZOOM_IN,
)
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.forms.entries import texts_of
from musicrec_tui.tui.jobs.job_actions import JobActions, cancel_job, say, start_job
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.screen_memory import ScreenMemory
from musicrec_tui.tui.train.job_list import JobList
from musicrec_tui.tui.train.job_pane import JobPane
from musicrec_tui.tui.train.params_form import ParamsForm
from musicrec_tui.tui.train.reader import Reader
from musicrec_tui.tui.train.run_state import RunState


class TrainScreen(BaseScreen):
    """Starts runs and shows their progress, read from their folders, so also those of earlier sessions."""

    MODE = "train"
    TRAIN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("train.start", "start", SUBMIT, "Start training",
                "Start training with these settings.", footer="start",
                guest=True),
        Command("train.use", "use", OPEN, "Use in Explore", "Recommend with this run in Explore.",
                footer="use", guest=True),
        Command("train.new", "new", CREATE, "New training", "Go to the form for a new run.", footer="new", guest=True),
        Command("train.again", "again", EDIT, "Train again with changes", "Fill the form from this run.",
                footer="again", guest=True),
        Command("train.retrain", "retrain", AGAIN, "Train again as it was",
                "Start an outdated or failed run's settings on the log as it is now.", footer="retrain", guest=True,
                also="update refresh outdated"),
        Command("train.cancel", "cancel_job", CANCEL_JOB, "Cancel the job", "Stop this job; asks first.",
                footer="cancel", guest=True),
        Command("train.plot", "plot", ZOOM_IN, "Read the plot", "Epoch by epoch, with zoom and logarithmic scale.",
                footer="plot", guest=True),
        Command("train.search", "search", FIND, "Find in the log", "Find a text; case is ignored.",
                footer="find", guest=True),
        Command("train.swap", "swap", VIEW_TOO, "Model or log", "Switch between the log and the model's layers.",
                footer="model", guest=True),
        Command("train.metrics", "next_metrics", VIEW, "Next metrics", "Plot the other metrics.",
                footer="metrics", guest=True),
        Command("train.jobs", "jobs", CLOSE, "Back to the jobs", "Leave the form, the plot or the log.",
                palette=False, guest=True),
    )  # fmt: skip
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (*TRAIN_COMMANDS, *JobActions.COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._reader = Reader()
        self.state = ScreenMemory(self, "trained", self.shown, self.restore_state)
        self.actions = JobActions(
            self, lambda: self.jobs.run if self.is_mounted else None, store.trash_of(self.session.home),
            self.session.refresh_runs,
        )  # fmt: skip
        self.parts.add(self.actions)

    def compose_body(self) -> ComposeResult:
        """The list of runs, and the form or a run."""
        with Horizontal():
            yield JobList(id="jobs")
            with ContentSwitcher(id="train-right", initial="train-form"):
                yield ParamsForm(id="train-form")
                yield JobPane(id="train-job")

    def on_mount(self) -> None:
        """List the runs; focus the list."""
        self._draw_jobs()
        self.jobs.focus()
        self.state.begin()

    @property
    def jobs(self) -> JobList:
        """The list of runs."""
        return self.query_one("#jobs", JobList)

    def on_runs_changed(self) -> None:
        """Update the list and the displayed run."""
        self._draw_jobs()
        self._watch()

    def on_dataset_opened(self) -> None:
        """Now it is known which runs are of this log, and if it has timestamps."""
        self.on_runs_changed()
        self.state.restore_once()

    on_screen_resume = on_dataset_opened  # another screen was shown meanwhile

    def shown(self) -> TrainState:
        """What is shown, for the next start."""
        return TrainState(self.jobs.run.id if self.jobs.run else "", self.query_one(JobPane).has_class("-model"))

    def restore_state(self, shown: LogState) -> None:
        """Restore that; not if the form or another run was opened meanwhile."""
        if shown.trained.layers:
            self.query_one(JobPane).swap()
        if self.jobs.run is None and self.focused in (None, self.jobs):
            self.jobs.go_to(shown.trained.job)

    def _draw_jobs(self) -> None:
        """List the runs of this log, outdated ones of its earlier states, and damaged ones, whose log is unknown."""
        dataset = self.session.dataset
        self.query_one(ParamsForm).has_times = dataset is None or dataset.info.has_times
        self.query_one(ParamsForm).log_size = train_size(dataset.info) if dataset else None
        content = dataset.info.content if dataset else ""
        log = self.session.log
        self.jobs.show_for([
            run for run in self.session.runs
            if not content or run.content in ("", content) or outdated.is_earlier_state(run, log, content)
        ], content)  # fmt: skip

    @on(RowList.Moved, "#jobs")
    def _moved(self) -> None:
        """Show the run under the cursor, or the form."""
        self.query_one("#train-right", ContentSwitcher).current = "train-job" if self.jobs.run else "train-form"
        self.refresh_bindings()
        self._watch()

    @on(RowList.Chosen, "#jobs")
    def action_use(self) -> None:
        """Enter: focus the form, or use a finished run in Explore."""
        run = self.jobs.run
        if run is None:
            self.action_new()
        elif run.status is Status.FINISHED:
            self.session.choose(run)
            say(self, f"Explore recommends with {run.label} now: press 1 to go there.")
        else:
            say(self, f"{run.label} {run.status.phrase}: only a finished run can recommend.", "warning")

    @work(exclusive=True, group="watch")
    async def _watch(self) -> None:
        """Read the displayed run's new events and log lines, and draw them."""
        run = self.jobs.run
        if run is None or not self.is_current:
            return
        run_state, problem = RunState(), ""
        try:
            run_state = await self._reader.catch_up(run)
        except UserError as error:
            problem = printable(str(error), None)
        latest = self.jobs.run
        if latest is not None and latest.id == run.id:
            self.query_one(JobPane).show(latest, run_state, problem, self._change(latest))
            self.refresh_bindings()

    @on(ParamsForm.Asked)
    def _asked(self, asked: ParamsForm.Asked) -> None:
        """Start a run (ask first where there is an equal one), or the search that starts it."""
        if (search := asked.search) is not None:
            start_job(self, lambda log: supervisor.submit_tuning(self.session.home, search, log), self._say_searching)
        else:
            start(self, "equal", self._start_run, asked.request)

    async def _say_searching(self, tuning: str) -> None:
        """Notify that the run starts later."""
        say(self, f"Searching for {auto_search.SECONDS} s: Tune (3) lists the trials. Then the run starts here.")

    async def _start_run(self, request: TrainRequest) -> None:
        """Start it, or show the equal run."""
        dataset = self.session.dataset
        equal = picking.equal_run(self.session.runs, request, dataset.info.content) if dataset is not None else None
        if equal is not None:
            state = "is already at work" if equal.status.live else f"is finished{_result_of(equal)}"
            label = printable(equal.label, 40)
            question = f"{label} has the same model, settings and log, and {state}. Train it again?"
            if not await self.app.push_screen_wait(Confirm(question, yes="Train it again", no="Show that run")):
                await self.show_job(equal.id)
                return
        start_job(self, lambda log: supervisor.submit(self.session.home, request, log), self.show_job)

    def _change(self, run: RunInfo) -> str:
        """How the log has changed since a run was trained, and what to press; empty: not at all."""
        change = self.session.log_change(run)
        return f"{change} R trains it again." if change else ""

    def _worth_repeating(self, run: RunInfo) -> bool:
        """Whether the same run would give something else: the log has changed, or it ended without a result."""
        return not run.status.live and (run.status is not Status.FINISHED or bool(self._change(run)))

    def action_retrain(self) -> None:
        """Start the same model with the same settings on the log as it is now."""
        run, dataset = self.jobs.run, self.session.dataset
        if run is not None and run.spec is not None and dataset is not None:
            start(self, "equal", self._start_run, outdated.request_again(run.spec, dataset.info.content))

    async def show_job(self, job: str) -> None:
        """Put the cursor on a job that has just been started."""
        await self.session.refresh_runs()
        self._draw_jobs()
        self.jobs.go_to(job)
        self.jobs.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands depend on the run under the cursor."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        run = self.jobs.run
        allowed = {
            "cancel_job": run is not None and run.status.live and self.session.may_stop(run.id),
            "again": run is not None and run.spec is not None,
            "retrain": run is not None and run.spec is not None and self._worth_repeating(run),
            "swap": run is not None,
            "search": run is not None and not isinstance(self.focused, Input),
            "plot": run is not None and self.query_one(JobPane).has_plot,
            "start": run is None,
            "use": run is not None and run.status is Status.FINISHED and self.jobs.has_focus,
            "next_metrics": run is not None and self.query_one(JobPane).has_more_metrics,
            "jobs": not self.jobs.has_focus,
        }
        return allowed[action] if action in allowed else super().check_action(action, parameters)

    def action_start(self) -> None:
        """Start a run with the form's values."""
        self.query_one(ParamsForm).action_start()

    async def show_form(self, texts: Mapping[str, str]) -> None:
        """Show the form, filled with these texts."""
        await self.query_one(ParamsForm).fill(texts)
        self.action_new()

    def action_new(self) -> None:
        """Focus the form."""
        self.jobs.go_to(NEW)
        self.query_one("#train-right", ContentSwitcher).current = "train-form"
        self.query_one(ParamsForm).enter()

    async def action_again(self) -> None:
        """Fill the form from this run, and focus it."""
        if self.jobs.run is not None and self.jobs.run.spec is not None:
            await self.show_form(texts_of(self.jobs.run.spec))

    def action_jobs(self) -> None:
        """Focus the list of runs."""
        self.jobs.focus()

    def action_plot(self) -> None:
        """Focus the plot."""
        self.query_one(JobPane).read_plot()

    def action_search(self) -> None:
        """Open the search line of the log."""
        self.query_one(JobPane).search()

    def action_swap(self) -> None:
        """Show the layers instead of the log, and back."""
        self.query_one(JobPane).swap()

    def action_next_metrics(self) -> None:
        """Plot the metrics that are not displayed."""
        self.query_one(JobPane).next_metrics()

    @work(group="question", exclusive=True)
    async def action_cancel_job(self) -> None:
        """Ask for confirmation, then cancel the run."""
        run = self.jobs.run
        if run is None:
            return
        question = f"Cancel {printable(run.label, 60)}? Its training so far is lost."
        await cancel_job(self, run, question, "Cancel the job")
        await self.session.refresh_runs()


def _result_of(run: RunInfo) -> str:
    """`: NDCG@10 0.1234`; empty for a run that was evaluated on test, which is not for choosing."""
    if run.headline is None or run.evaluated_on != "validation":
        return ""
    return f": NDCG@{run.k} {run.headline:.4f}"


def train_size(info: DatasetInfo) -> Size:
    """About how large the train part of a log is, with the shares of the form's defaults."""
    return Size(info.users, info.artists, round(0.7 * info.plays))
