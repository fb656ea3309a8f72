"""The state of a run, accumulated from its events: what the panes draw. No widgets here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import singledispatchmethod

from musicrec_tui.runs import events
from musicrec_tui.text import printable

LOG_LINES = 10_000
_FIRST_METRICS = ("loss",)


class RunState:
    """The state of a run according to its events so far.

    Attributes:
        offset: bytes of events.jsonl that were read.
        queued_at, started_at, last_at: UTC times of the first and the latest events; None before them.
        device, device_memory_mb: CPU or GPU with its memory; empty before it is known.
        summary, data: the latest event of that kind.
        progress: the latest `Progress`; None before it.
        epochs: all `Epoch` events, in order.
        memory_mb: the latest figure.
        log: the latest lines, clean; the same list object while lines are only added.
        log_cut: whether earlier lines are missing.
        ended: the final event (`Finished`, `Failed`, `Cancelled`); None before it.
    """

    def __init__(self) -> None:
        self.offset = 0
        self.queued_at: datetime | None = None
        self.started_at: datetime | None = None
        self.last_at: datetime | None = None
        self.device = ""
        self.device_memory_mb: int | None = None
        self.summary: events.Summary | None = None
        self.data: events.Data | None = None
        self.progress: events.Progress | None = None
        self.epochs: list[events.Epoch] = []
        self.memory_mb = 0
        self.log: list[str] = []
        self.log_cut = False
        self.ended: events.Finished | events.Failed | events.Cancelled | None = None

    def take(self, arrived: Iterable[events.AnyEvent]) -> None:
        """Add events, in the order of the file."""
        for event in arrived:
            self.last_at = event.at
            self._add(event)

    def add_lines(self, lines: Sequence[str]) -> None:
        """Append clean lines to the log; the oldest are dropped if there are too many."""
        self.log.extend(lines)
        if len(self.log) > 2 * LOG_LINES:
            self.log, self.log_cut = self.log[-LOG_LINES:], True

    def metrics(self) -> list[str]:
        """Names of the epochs' metrics: the loss, metrics on validation, then the others."""
        names = dict.fromkeys(name for epoch in self.epochs for name in epoch.metrics)
        return sorted(names, key=lambda name: (name not in _FIRST_METRICS, not name.startswith("val_")))

    def series(self, metric: str) -> list[tuple[int, float]]:
        """The (epoch, value) pairs of a metric in the last phase that has it: a refit starts again at epoch 1."""
        having = [epoch for epoch in self.epochs if metric in epoch.metrics]
        return [(epoch.epoch, epoch.metrics[metric]) for epoch in having if epoch.phase == having[-1].phase]

    @singledispatchmethod
    def _add(self, event: events.AnyEvent) -> None:
        """Ignore unknown events, which a later version may add."""

    @_add.register
    def _(self, event: events.Queued) -> None:
        self.queued_at = event.at

    @_add.register
    def _(self, event: events.Started) -> None:
        self.started_at = event.at

    @_add.register
    def _(self, event: events.Device) -> None:
        self.device, self.device_memory_mb = printable(event.name), event.memory_mb

    @_add.register
    def _(self, event: events.Summary) -> None:
        self.summary = event

    @_add.register
    def _(self, event: events.Data) -> None:
        self.data = event

    @_add.register
    def _(self, event: events.Progress) -> None:
        self.progress = event
        self.memory_mb = event.memory_mb or self.memory_mb

    @_add.register
    def _(self, event: events.Epoch) -> None:
        self.epochs.append(event)

    @_add.register
    def _(self, event: events.Log) -> None:
        self.add_lines([printable(event.text, None)])

    @_add.register
    def _(self, event: events.Heartbeat) -> None:
        self.memory_mb = event.memory_mb or self.memory_mb

    @_add.register
    def _(self, event: events.Finished) -> None:
        self.ended = event
        self.memory_mb = event.peak_memory_mb

    @_add.register(events.Failed)
    @_add.register(events.Cancelled)
    def _(self, event: events.Failed | events.Cancelled) -> None:
        self.ended = event
