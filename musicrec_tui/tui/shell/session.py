"""What the screens share: the log that is open, the host, the runs, and which of them Explore recommends with."""

import asyncio
import weakref
from collections.abc import Callable, Sequence
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
    from musicrec_tui.jobs.host_client import HostClient
    from musicrec_tui.runs.store import RunInfo
    from musicrec_tui.runs.tuning_info import TuningInfo


class Session:
    """Shared state, changed only on the event loop's thread; whoever subscribed hears of every change.

    Attributes:
        home, log, settings, restricted: as the program was started (`restriction` says what the last means).
        begun: the ids of the jobs that were begun here.
        dataset: the open index; None until `DatasetOpened`.
        failure: why there is no dataset, else empty.
        phase, share, left: how far the index is, while it is being built, and how much longer that may take.
        reason: why it is built although there was one, else empty.
        stop_indexing: stops the building; None where nothing is built.
        stopped: whether the user had that done, so that there is no dataset.
        host: answers for models; None until the dataset is open (its process starts when it is first asked).
        runs: all runs of the home, newest first.
        tunings: all tunings of the home, newest first.
        chosen: the run that Explore recommends with; None: popularity.
        offer: why no model is trained by itself, else empty (see `TrainingOffered`).
    """

    def __init__(self, home: Home, log: Log, settings: Settings, *, restricted: bool = False) -> None:
        self.home = home
        self.settings = settings
        self.log = log
        self.restricted = restricted
        self.begun: set[str] = set()
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
        self.offer = ""
        self._user_chose = False
        self._listeners: weakref.WeakSet[MessagePump] = weakref.WeakSet()

    def may_stop(self, job: str) -> bool:
        """Whether the job of this id may be stopped and gone on with here: a guest does so with their own alone."""
        return not self.restricted or job in self.begun

    def subscribe(self, pump: MessagePump) -> None:
        """Send this node all messages that the session has, from now on."""
        self._listeners.add(pump)

    def tell(self, kind: type[Message], *values: object) -> None:
        """Give every subscriber a message of its own."""
        for pump in tuple(self._listeners):
            if pump.is_running:
                pump.post_message(kind(*values))

    def indexing(self, phase: str, share: float | None, left: str = "") -> None:
        """The index is being built."""
        self.phase, self.share, self.left = phase, share, left
        self.failure, self.stopped = "", False
        self.tell(messages.IndexProgress, phase, share, left)

    def open(self, dataset: "Dataset", host: "HostClient") -> None:
        """The index is there, and `dataset.info` is loaded."""
        self.dataset, self.host, self.failure = dataset, host, ""
        self._prefer_a_model()
        self.tell(messages.DatasetOpened)

    def fail(self, sentence: str, *, stopped: bool = False) -> None:
        """There will be no dataset; `stopped`: because the user wanted it so."""
        self.failure, self.stopped = sentence, stopped
        self.tell(messages.DatasetFailed, sentence)

    def make_offer(self, sentence: str) -> None:
        """No model is trained by itself; empty: the offer is over."""
        self.offer = sentence
        self.tell(messages.TrainingOffered, sentence)

    @property
    def indexed_log(self) -> "IndexedLog | None":
        """The log that is open, as jobs take it."""
        if self.dataset is None:
            return None
        from musicrec_tui.dataset.log import IndexedLog

        return IndexedLog(self.log, self.dataset.path, self.dataset.info.content)

    @property
    def live(self) -> "tuple[RunInfo, ...]":
        """The runs that a worker is on, newest first."""
        return tuple(run for run in self.runs if run.status.live)

    @property
    def live_tunings(self) -> "tuple[TuningInfo, ...]":
        """The tunings that a tuner is on, newest first."""
        return tuple(tuning for tuning in self.tunings if tuning.status.live)

    @property
    def live_jobs(self) -> "tuple[RunInfo | TuningInfo, ...]":
        """Both, newest first."""
        jobs: list[RunInfo | TuningInfo] = [*self.live, *self.live_tunings]
        return tuple(sorted(jobs, key=lambda job: job.id, reverse=True))

    @property
    def usable(self) -> "tuple[RunInfo, ...]":
        """The finished runs of the log that is open, newest first: those that can recommend."""
        content = self.dataset.info.content if self.dataset else None
        return tuple(run for run in self.runs if run.status == "finished" and run.content == content)

    def set_runs(self, runs: "Sequence[RunInfo]") -> None:
        """The runs were read anew; says so where anything is different."""
        if tuple(runs) == self.runs:
            return
        self.runs = tuple(runs)
        self.tell(messages.RunsChanged)
        if self.chosen is not None and self.chosen.id not in {run.id for run in self.usable}:
            self._user_chose = False
            self.choose(None, by_user=False)
        self._prefer_a_model()

    async def refresh_runs(self) -> None:
        """Read the runs now, instead of at the next look; unchanged ones cost a `stat` each."""
        from musicrec_tui.runs import store

        self.set_runs(await asyncio.to_thread(store.list_runs, self.home))

    async def refresh_tunings(self) -> None:
        """Read the tunings now, instead of at the next look; says so where anything is different."""
        from musicrec_tui.runs import tuning_store

        tunings = tuple(await asyncio.to_thread(tuning_store.list_tunings, self.home))
        if tunings != self.tunings:
            self.tunings = tunings
            self.tell(messages.TuningsChanged)

    def choose(self, run: "RunInfo | None", *, by_user: bool = True) -> None:
        """Recommend with this run (None: popularity). What the user chose is not changed by the program again."""
        self.chosen = run
        self._user_chose = self._user_chose or by_user
        self.tell(messages.RunChosen)

    @property
    def user_chose(self) -> bool:
        """Whether it was the user who chose what recommends."""
        return self._user_chose

    def _prefer_a_model(self) -> None:
        """Take the best model that there is, as long as it is popularity that serves, and nobody asked for that.

        Best is what the command line means by it: on validation. Without such a run the newest model serves.
        """
        models = [run for run in self.usable if run.model != "popularity"]
        if self.chosen is not None or self._user_chose or not models:
            return
        from musicrec_tui.runs import picking

        try:
            model = picking.best_run(models)
        except UserError:
            model = models[0]
        self.choose(model, by_user=False)
