"""The worker's voice: turns what a fit reports into events of its run, and shows that it lives."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.environment import memory_mb
from musicrec_tui.runs import status
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.events import AnyEvent, Data, Device, Epoch, Heartbeat, Log, Progress, Summary

_BETWEEN = 0.25
_HEARTBEAT = 5.0
_LOOK = 0.25
_LONGEST_TEXT = 2000


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


class Reporter:
    """A `ProgressSink` that appends events. Every call raises `Cancelled` once cancellation was requested.

    An event that does not fit on the disk is dropped: a job must not fail for want of a progress line.

    Args:
        appender: of the run's events.
        cancellation: how it hears that it is to stop.
        labels: of the runs that a hybrid joins, by id: its log names them so.
    """

    def __init__(
        self, appender: Appender, cancellation: Cancellation, labels: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.cancellation = cancellation
        self._labels = labels
        self.best: tuple[float, int] | None = None
        self._appender = appender
        self.phase = "load"
        self._began = time.monotonic()
        self._wrote_progress = 0.0
        self._wrote = time.monotonic()
        self._stopped = threading.Event()

    def begin(self, phase: str) -> None:
        """Enter a phase: `load`, `fit`, `refit`, `evaluate` or `save`; or `waiting for executors`."""
        self.phase, self._began, self._wrote_progress = phase, time.monotonic(), 0.0
        self.progress(0, 0)

    def progress(self, done: int, of: int) -> None:
        """So many of so many steps of the phase are done; written a few times a second at most."""
        self.cancellation.check()
        moment = time.monotonic()
        if moment - self._wrote_progress < _BETWEEN and not done == of > 0:
            return
        self._wrote_progress = moment
        eta = (moment - self._began) / done * (of - done) if done > 0 else None
        self._write(Progress(at=now(), phase=self.phase, done=done, of=of, eta_seconds=eta, memory_mb=memory_mb()))

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """An epoch or sweep is over."""
        self.cancellation.check()
        known = {name: float(value) for name, value in metrics.items()}
        validation = known.get("val_ndcg@10")
        if validation is not None and (self.best is None or validation > self.best[0]):
            self.best = validation, epoch
        self._write(Epoch(at=now(), epoch=epoch, of=of, metrics=known, seconds=seconds, phase=self.phase))

    def device(self, name: str, memory_mb: int | None) -> None:
        """What the model computes on."""
        self._write(Device(at=now(), name=name, memory_mb=memory_mb))

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """The model's layers."""
        self._write(Summary(at=now(), layers=tuple(layers), parameters=parameters))

    def log(self, text: str) -> None:
        """A line of the log."""
        for run, label in self._labels.items():
            text = text.replace(run, label)
        self._write(Log(at=now(), text=text[:_LONGEST_TEXT]))

    def data(self, info: DatasetInfo, shape: tuple[int, int], pairs: tuple[int, int, int], seconds: float) -> None:
        """The matrix of a log is there and cut: pairs in train, validation and test."""
        train, validation, test = pairs
        users, artists = shape
        self._write(Data(
            at=now(), users=users, artists=artists, train=train, validation=validation, test=test, seconds=seconds,
            listens=info.listens, last_at=info.last_at,
        ))  # fmt: skip

    def watch(self, folder: Path) -> None:
        """Start the thread that looks for the `cancel` marker, and writes a heartbeat while nothing else is written."""
        threading.Thread(target=self._watch, args=(folder,), name="heartbeat", daemon=True).start()

    def stop_watching(self) -> None:
        """End that thread."""
        self._stopped.set()

    def _watch(self, folder: Path) -> None:
        while not self._stopped.wait(_LOOK):
            if not self.cancellation.asked and status.is_cancel_asked(folder):
                os.kill(os.getpid(), signal.SIGTERM)
            if time.monotonic() - self._wrote > _HEARTBEAT:
                self._write(Heartbeat(at=now(), memory_mb=memory_mb()))

    def _write(self, event: AnyEvent) -> None:
        self._wrote = time.monotonic()
        with contextlib.suppress(OSError):
            self._appender.append(event)
