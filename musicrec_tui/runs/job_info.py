"""What is known alike of a run and of a tuning."""

from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from musicrec_tui.runs.events import Progress
from musicrec_tui.runs.labels import Label
from musicrec_tui.runs.status import Status
from musicrec_tui.text import printable


class Spec(Protocol):
    """What a job is to do."""

    @property
    def label(self) -> str:
        """What front ends call the job, unless it was renamed."""

    @property
    def content(self) -> str:
        """The content hash of its log."""


S = TypeVar("S", bound=Spec)


class JobInfo(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """A job as its folder has it at one moment.

    Attributes:
        id: the folder's name.
        folder: where it is, absolute.
        status: see `Status`.
        spec: what it is to do; None only where the job is damaged and its spec cannot be read.
        reason, advice: why it failed, died or is damaged, and what to do; else empty.
        given: what a person says of it: name, note, star.
        log_damage: which of its events cannot be read, else empty.
        label_damage: why that cannot be read, else empty; the job is none the worse for it.
        progress: the last event of that kind; its `eta_seconds` is an estimate.
        started_at, last_at: when it left the queue, and when it said something last; None: not yet.
    """

    id: str
    folder: Path
    status: Status
    spec: S | None = None
    reason: str = ""
    advice: str = ""
    given: Label = Label()
    label_damage: str = ""
    log_damage: str = ""
    progress: Progress | None = None
    started_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def label(self) -> str:
        """What front ends call it (raw: the name is what a person typed)."""
        return self.given.name or (self.spec.label if self.spec else self.id)

    @property
    def starred(self) -> bool:
        """Whether a person wants it to stand out."""
        return self.given.starred

    @property
    def content(self) -> str:
        """Content hash of its log; empty where the job is damaged."""
        return self.spec.content if self.spec else ""


def unreadable(folder: Path, error: Exception) -> str:
    """The sentence on a job whose folder cannot be read."""
    if isinstance(error, OSError):
        return f"{error.filename or folder} cannot be read: {error.strerror or error}."
    return f"{folder} cannot be read: {type(error).__name__}: {printable(str(error), 200)}."
