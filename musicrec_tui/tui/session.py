"""What the screens share: the log that is open, the host, the runs, and which of them Explore recommends with."""

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui import messages

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.jobs.client import HostClient
    from musicrec_tui.runs.store import RunInfo


class Session:
    """Shared state, changed only on the event loop's thread; whoever subscribed hears of every change.

    Attributes:
        home, data, settings: as the program was started.
        dataset: the open index; None until `DatasetOpened`.
        failure: why there is no dataset, else empty.
        host: answers for models; None until the dataset is open (its process starts when it is first asked).
        runs: all runs of the home, newest first.
        chosen: the run that Explore recommends with; None: popularity.
    """

    def __init__(self, home: Home, data: Sequence[Path], settings: Settings) -> None:
        self.home = home
        self.data = tuple(data)
        self.settings = settings
        self.dataset: Dataset | None = None
        self.failure = ""
        self.host: HostClient | None = None
        self.runs: tuple[RunInfo, ...] = ()
        self.chosen: RunInfo | None = None
        self.user_chose = False
        self._listeners: weakref.WeakSet[MessagePump] = weakref.WeakSet()

    def subscribe(self, pump: MessagePump) -> None:
        """Send this node all messages of `tui.messages` from now on."""
        self._listeners.add(pump)

    def tell(self, kind: type[Message], *values: object) -> None:
        """Give every subscriber a message of its own."""
        for pump in tuple(self._listeners):
            if pump.is_running:
                pump.post_message(kind(*values))

    def open(self, dataset: "Dataset", host: "HostClient") -> None:
        """The index is there."""
        self.dataset, self.host, self.failure = dataset, host, ""
        self.tell(messages.DatasetOpened)

    def fail(self, sentence: str) -> None:
        """There will be no dataset."""
        self.failure = sentence
        self.tell(messages.DatasetFailed, sentence)

    def choose(self, run: "RunInfo | None", *, by_user: bool = True) -> None:
        """Recommend with this run (None: popularity). What the user chose is not changed by the program again."""
        self.chosen = run
        self.user_chose = self.user_chose or by_user
        self.tell(messages.RunChosen)
