"""What state a run is in: read from its folder, never remembered."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from musicrec_tui import files
from musicrec_tui.runs import eventlog
from musicrec_tui.runs.events import (
    RESOURCES,
    AnyEvent,
    Cancelled,
    Data,
    Device,
    Epoch,
    Failed,
    Finished,
    Heartbeat,
    Progress,
    Queued,
    Resumed,
    Started,
)
from musicrec_tui.text import counted

LOCK = "lock"
CANCEL = "cancel"


class Status(StrEnum):
    """The states of a run. `damaged`: its files cannot be read, and the run's `reason` says which."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DIED = "died"
    DAMAGED = "damaged"

    @property
    def live(self) -> bool:
        """Whether a worker is on it."""
        return self in (Status.QUEUED, Status.RUNNING)

    @property
    def phrase(self) -> str:
        """The verb of a sentence about a run: it *is running*, but it *has died*."""
        return f"{'has' if self is Status.DIED else 'is'} {self}"


class Trend(msgspec.Struct, frozen=True):
    """A metric by epoch: what was measured on validation, where a model reports it, else its loss or what it has.

    Attributes:
        metric: its name.
        phase: `fit` or `refit`, which starts again at epoch 1.
        values: one for each epoch of that phase that has the metric; the latest `_LONGEST_TREND` of them.
    """

    metric: str
    phase: str
    values: tuple[float, ...]


_LONGEST_TREND = 1000


def follow(trend: Trend | None, epoch: Epoch) -> Trend | None:
    """The trend with one more epoch."""
    metric = next((name for name in epoch.metrics if name.startswith("val_")), None)
    if metric is None:
        first = next((name for name in epoch.metrics if name not in RESOURCES), None)
        metric = trend.metric if trend and trend.metric in epoch.metrics else first
        if metric is None or (trend and trend.metric.startswith("val_") and trend.phase == epoch.phase):
            return trend  # not every epoch is measured on validation
    known = trend.values if trend and (trend.metric, trend.phase) == (metric, epoch.phase) else ()
    return Trend(metric, epoch.phase, (*known, epoch.metrics[metric])[-_LONGEST_TREND:])


class Digest(msgspec.Struct, frozen=True):
    """The events of a run, folded: the last of each kind that matters.

    Attributes:
        offset: bytes of events.jsonl that are folded in.
        ended: the last word, if it was said.
        damaged, checked: how many lines are damaged, and whether the next ones must have checksums.
    """

    offset: int = 0
    pid: int | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    last_at: datetime | None = None
    progress: Progress | None = None
    epoch: Epoch | None = None
    device: Device | None = None
    data: Data | None = None
    trend: Trend | None = None
    memory_mb: int = 0
    ended: Finished | Failed | Cancelled | None = None
    damaged: int = 0
    checked: bool = False

    @property
    def damage(self) -> str:
        """The sentence on lines that are damaged; empty where none is."""
        return f"{counted(self.damaged, 'line')} of {eventlog.FILE} cannot be read." if self.damaged else ""


def fold(digest: Digest, events: list[AnyEvent], offset: int) -> Digest:
    """Take more events into a digest."""
    changes: dict[str, object] = {"offset": offset}
    trend = digest.trend
    for event in events:
        changes["last_at"] = event.at
        if isinstance(event, Progress | Heartbeat) and event.memory_mb:
            changes["memory_mb"] = event.memory_mb
        match event:
            case Resumed() | Queued():  # the latter alone where an older version resumed it
                pid = getattr(event, "pid", None)
                changes |= {"pid": pid, "queued_at": event.at, "started_at": None, "ended": None}
            case Started():
                changes |= {"pid": event.pid, "started_at": event.at}
            case Progress():
                changes["progress"] = event
            case Epoch():
                trend = follow(trend, event)
                changes |= {"epoch": event, "trend": trend}
            case Device():
                changes["device"] = event
            case Data():
                changes["data"] = event
            case Finished() | Failed() | Cancelled():
                changes["ended"] = event
    return msgspec.structs.replace(digest, **changes)


def digest_of(folder: Path, known: Digest | None = None) -> Digest:
    """Fold a run's events, continuing from a known digest.

    Of a log of many megabytes that is new, the events in the middle are skipped: the first and the latest have all
    that a digest holds, but for the older values of the trend and for damage between.

    Raises:
        OSError: events.jsonl cannot be read.
    """
    digest = known or _ends(folder)
    while True:
        chunk = eventlog.read_chunk(folder, digest.offset, checked=digest.checked)
        if chunk.offset < digest.offset:  # the file was replaced
            digest = Digest()
            continue
        if chunk.offset == digest.offset:
            return digest
        digest = msgspec.structs.replace(
            fold(digest, chunk.events, chunk.offset), damaged=digest.damaged + chunk.damaged, checked=chunk.checked
        )


def _ends(folder: Path) -> Digest:
    """The beginning of a long log, and where its end begins; of one that is not long, nothing yet."""
    start = eventlog.end_start(folder)
    if start == 0:
        return Digest()
    digest = Digest()
    for offset in dict.fromkeys((0, min(eventlog.session_start(folder), start))):
        chunk = eventlog.read_chunk(folder, offset, checked=digest.checked, most=eventlog.HEAD)
        digest = msgspec.structs.replace(
            fold(digest, chunk.events, chunk.offset), damaged=digest.damaged + chunk.damaged, checked=chunk.checked
        )
    return msgspec.structs.replace(digest, offset=max(start, digest.offset))


def is_alive(folder: Path) -> bool:
    """Whether a worker holds the run's lock."""
    return files.is_locked(folder / LOCK)


def is_cancel_asked(folder: Path) -> bool:
    """Whether cancellation was requested."""
    return (folder / CANCEL).exists()


def has_ended(folder: Path) -> bool:
    """Whether the worker has said its last word; it may hold the lock for a moment longer."""
    try:
        return digest_of(folder).ended is not None
    except OSError:
        return False


def derive(digest: Digest, *, alive: bool, cancel_asked: bool) -> Status:
    """The state that a digest, the lock and the cancel marker amount to.

    `alive` must have been looked at *before* the events were read: a worker that says its last word and goes in
    between must not look dead.
    """
    match digest.ended:
        case Finished():
            return Status.FINISHED
        case Failed():
            return Status.FAILED
        case Cancelled():
            return Status.CANCELLED
    if alive:
        return Status.RUNNING if digest.started_at else Status.QUEUED
    return Status.CANCELLED if cancel_asked else Status.DIED
