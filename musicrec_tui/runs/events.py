"""events.jsonl: one JSON object per line, a tagged union, appended by the worker and read by everyone."""

from datetime import datetime

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=str.lower, kw_only=True):
    """Common to all events: when, UTC."""

    at: datetime


class Queued(Event, frozen=True):
    """The worker lives and waits for a slot."""

    pid: int


class Resumed(Event, frozen=True):
    """A tuning that had ended is started again: what follows is another session. Written before its process starts."""


class Started(Event, frozen=True):
    """The worker has a slot and begins."""

    pid: int
    versions: dict[str, str] = {}


class Device(Event, frozen=True):
    """What it computes on, such as "no GPU"."""

    name: str
    memory_mb: int | None = None


class Summary(Event, frozen=True):
    """The model's layers as (name, output shape, parameters)."""

    layers: tuple[tuple[str, str, int], ...]
    parameters: int


class Data(Event, frozen=True):
    """The matrix is loaded and split: pairs in each part.

    `listens` and `last_at` (UTC) are those of the whole log; runs of earlier versions do not have them.
    """

    users: int
    artists: int
    train: int
    validation: int
    test: int
    seconds: float
    listens: int = 0
    last_at: datetime | None = None


class Progress(Event, frozen=True):
    """How far a phase is: `load`, `fit`, `refit`, `evaluate`, `save`, or `waiting for executors` (of a cluster).

    No more than a few a second are written.
    `eta_seconds` is an estimate, and front ends say so.
    """

    phase: str
    done: int
    of: int
    eta_seconds: float | None = None
    memory_mb: int = 0


class Epoch(Event, frozen=True):
    """An epoch or sweep is over, with its metrics (`loss`, `accuracy`, `precision`, `recall`, `val_ndcg@10` …)."""

    epoch: int
    of: int
    metrics: dict[str, float]
    seconds: float
    phase: str = "fit"


RESOURCES = {"executors": "executors", "executor_mb": "executor MB", "shuffle_mb": "shuffle MB"}
"""What a cluster uses, among the metrics of an epoch, with titles: whole numbers that say nothing of the model."""


class Log(Event, frozen=True):
    """A line of the log."""

    text: str


class Heartbeat(Event, frozen=True):
    """Written every few seconds while nothing else is: shows a hang, never a death (the lock does that)."""

    memory_mb: int = 0


class Finished(Event, frozen=True):
    """All is written. Always the last line of a job that went well."""

    metrics: dict[str, float]
    seconds: dict[str, float]
    peak_memory_mb: int


class Failed(Event, frozen=True):
    """It failed: the reason, and what to do."""

    reason: str
    advice: str = ""


class Cancelled(Event, frozen=True):
    """It was cancelled."""


AnyEvent = (
    Queued
    | Resumed
    | Started
    | Device
    | Summary
    | Data
    | Progress
    | Epoch
    | Log
    | Heartbeat
    | Finished
    | Failed
    | Cancelled
)
