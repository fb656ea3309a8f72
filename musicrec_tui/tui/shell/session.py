"""The state that screens share: the open log, the host, runs and tunings, and the model of Explore."""

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.shell import messages

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.log import IndexedLog
    from musicrec_tui.dataset.lookups.in_period import Tables
    from musicrec_tui.dataset.period import Period
    from musicrec_tui.jobs.host_client import HostClient
    from musicrec_tui.runs.store import RunInfo
    from musicrec_tui.runs.tuning_info import TuningInfo


class Session:
    """Shared state, changed only on the event loop's thread; every change is posted to the subscribers.

    Attributes:
        home, log, settings, restricted: as the program was started (`restriction` says what the last means).
        begun: the ids of the jobs that this session started.
        dataset: the open index; None until `DatasetOpened`.
        failure: why the log could not be opened, else empty.
        phase, share, left: progress of indexing and estimated remaining time.
        reason: why an existing index is rebuilt, else empty.
        stop_indexing: stops indexing; None if none runs.
        stopped: whether the user stopped indexing.
        host: client of the host process, which starts with the first request; None until the dataset is open.
        runs: all runs of the home, newest first.
        tunings: all tunings of the home, newest first.
        chosen: the run whose model Explore uses; None: popularity.
        period: whose listens Explore and Data count; None: all time.
        offer: the offer to train a first model, else empty (see `TrainingOffered`).
    """

    def __init__(self, home: Home, log: Log, settings: Settings, *, restricted: bool = False) -> None:
        self.home = home
        self.settings = settings
        self.log = log
        self.restricted = restricted
        self.begun: set[str] = set()
        self._people: Home | None = None
        self._delete_people: weakref.finalize[[Path], Session] | None = None
        self.dataset: Dataset | None = None
        self.failure = ""
        self.phase = ""
        self.share: float | None = None
        self.left = ""
        self.reason = ""
        self.stop_indexing: Callable[[], None] | None = None
        self.stopped = False
        self.host: HostClient | None = None
        self.runs: tuple[RunInfo, ...] = ()
        self.tunings: tuple[TuningInfo, ...] = ()
        self.chosen: RunInfo | None = None
        self.period: Period | None = None
        self.offer = ""
        self._user_chose = False
        self._awaited = ""
        self._listeners: weakref.WeakSet[MessagePump] = weakref.WeakSet()

    def may_stop(self, job: str) -> bool:
        """Whether the job of this id may be cancelled or resumed: guests may do so with their own jobs only."""
        return not self.restricted or job in self.begun

    @property
    def people(self) -> Home:
        """Where profiles and opinions are: for guests a folder of this session, which is deleted when it ends."""
        if not self.restricted:
            return self.home
        if self._people is None:
            folder = Path(tempfile.mkdtemp(prefix="musicrec-guest-"))
            self._delete_people = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._people = Home(folder, self.home.cache)
        return self._people

    def forget_people(self) -> None:
        """The session ends: delete what a guest typed."""
        if self._delete_people is not None:
            self._delete_people()

    def subscribe(self, pump: MessagePump) -> None:
        """Post all messages of the session to this node from now on."""
        self._listeners.add(pump)

    def broadcast(self, kind: type[Message], *values: object) -> None:
        """Post a new message to every subscriber."""
        for pump in tuple(self._listeners):
            if pump.is_running:
                pump.post_message(kind(*values))

    def indexing(self, phase: str, share: float | None, left: str = "") -> None:
        """Set the progress of indexing."""
        self.phase, self.share, self.left = phase, share, left
        self.failure, self.stopped = "", False
        self.broadcast(messages.IndexProgress, phase, share, left)

    def open(self, dataset: "Dataset", host: "HostClient") -> None:
        """Set the open index, whose `info` is loaded, and the host."""
        self.dataset, self.host, self.failure = dataset, host, ""
        self._prefer_a_model()
        self.broadcast(messages.DatasetOpened)

    def fail(self, sentence: str, *, stopped: bool = False) -> None:
        """Set the error; `stopped`: the user stopped indexing."""
        self.failure, self.stopped = sentence, stopped
        self.broadcast(messages.DatasetFailed, sentence)

    def make_offer(self, sentence: str) -> None:
        """Offer to train a first model; empty: withdraw the offer."""
        self.offer = sentence
        self.broadcast(messages.TrainingOffered, sentence)

    @property
    def indexed_log(self) -> "IndexedLog | None":
        """The log that is open, as jobs take it."""
        if self.dataset is None:
            return None
        from musicrec_tui.dataset.log import IndexedLog

        return IndexedLog(self.log, self.dataset.path, self.dataset.info.content, self.dataset.info.users)

    def set_period(self, period: "Period | None") -> None:
        """Count the listens of a period from now on; None: all. Posts `PeriodChosen` on a difference."""
        if period != self.period:
            self.period = period
            self.broadcast(messages.PeriodChosen)

    @property
    def tables(self) -> "Tables":
        """The open index, or what of it is in the period.

        Raises:
            UserError: there is none, or its log has no timestamps.
        """
        from musicrec_tui.dataset.lookups.in_period import tables_of

        if self.dataset is None:
            raise UserError("The log is not open.")
        return tables_of(self.dataset, self.period)

    @property
    def live(self) -> "tuple[RunInfo, ...]":
        """The queued and running runs, newest first."""
        return tuple(run for run in self.runs if run.status.live)

    @property
    def live_tunings(self) -> "tuple[TuningInfo, ...]":
        """The queued and running tunings, newest first."""
        return tuple(tuning for tuning in self.tunings if tuning.status.live)

    @property
    def live_jobs(self) -> "tuple[RunInfo | TuningInfo, ...]":
        """Queued and running runs and tunings, newest first."""
        jobs: list[RunInfo | TuningInfo] = [*self.live, *self.live_tunings]
        return tuple(sorted(jobs, key=lambda job: job.id, reverse=True))

    @property
    def usable(self) -> "tuple[RunInfo, ...]":
        """The finished runs of the open log, newest first, then those of its earlier states: all can recommend."""
        content = self.dataset.info.content if self.dataset else None
        finished = [run for run in self.runs if run.status == "finished"]
        present = [run for run in finished if run.content == content]
        if content is None or len(present) == len(finished):
            return tuple(present)
        from musicrec_tui.runs import outdated

        return (*present, *(run for run in finished if outdated.is_earlier_state(run, self.log, content)))

    def log_change(self, run: "RunInfo") -> str:
        """How the log has changed since a run was trained on it, in a sentence; empty: not at all."""
        if self.dataset is None or run.content == self.dataset.info.content:
            return ""
        from musicrec_tui.runs import outdated

        change = outdated.change_since(run, self.dataset.info)
        return change.sentence(self.settings.time_zone) if change is not None else ""

    def set_runs(self, runs: "Sequence[RunInfo]") -> None:
        """Set the runs; posts `RunsChanged` on a difference."""
        if tuple(runs) == self.runs:
            return
        self.runs = tuple(runs)
        if self.chosen is not None:  # it may have another name now
            self.chosen = next((run for run in self.runs if run.id == self.chosen.id), self.chosen)
        self.broadcast(messages.RunsChanged)
        if self.chosen is not None and self.chosen.id not in {run.id for run in self.usable}:
            self._user_chose = False
            self.choose(None, by_user=False)
        if (awaited := next((run for run in self.usable if run.id == self._awaited), None)) is not None:
            self._awaited = ""
            self.choose(awaited, by_user=self._user_chose)
        self._prefer_a_model()

    async def refresh_runs(self) -> None:
        """Reload the runs; unchanged ones cost a `stat` each."""
        from musicrec_tui.runs import store

        try:
            self.set_runs(await asyncio.to_thread(store.poll_runs, self.home))
        except UserError as error:
            self._complain(error)

    async def refresh_tunings(self) -> None:
        """Reload the tunings; posts `TuningsChanged` on a difference."""
        from musicrec_tui.runs import tuning_store

        try:
            tunings = tuple(await asyncio.to_thread(tuning_store.list_tunings, self.home))
        except UserError as error:
            self._complain(error)
            return
        if tunings != self.tunings:
            self.tunings = tunings
            self.broadcast(messages.TuningsChanged)

    def _complain(self, error: UserError) -> None:
        """Runs or tunings cannot be read: the list stays as it was, and the reason is shown once."""
        if self.offer != str(error):
            self.make_offer(str(error))

    def choose(self, run: "RunInfo | None", *, by_user: bool = True) -> None:
        """Choose the run for Explore (None: popularity). After a choice of the user the program makes none."""
        self.chosen = run
        self._user_chose = self._user_chose or by_user
        self.broadcast(messages.RunChosen)

    def take_over_with(self, run: str) -> None:
        """Choose the run of this id as soon as it is finished."""
        self._awaited = run

    @property
    def user_chose(self) -> bool:
        """Whether the user chose the run."""
        return self._user_chose

    def _prefer_a_model(self) -> None:
        """Choose the best model, if none is chosen (or an outdated one) and the user did not choose.

        The best on validation, as on the command line; without such a run, the newest model.
        """
        content = self.dataset.info.content if self.dataset is not None else None
        models = [run for run in self.usable if run.model != "popularity"]
        present = [run for run in models if run.content == content]
        if self._user_chose or not models:
            return
        if self.chosen is not None and (self.chosen.content == content or not present):
            return
        from musicrec_tui.runs import picking

        try:
            model = picking.best_run(present or models)
        except UserError:
            model = (present or models)[0]
        self.choose(model, by_user=False)
