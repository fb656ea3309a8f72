"""What is known alike of a run and of a tuning."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.runs import eventlog
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
SILENT_SECONDS, _STEP = 30, 10


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
        pid: of its process, as that said itself.
        silent_seconds: how long a live job has written no event, in steps of ten; 0 below `SILENT_SECONDS`, which
            are six heartbeats.
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
    pid: int | None = None
    silent_seconds: int = 0

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

    @property
    def silence(self) -> str:
        """How long a live job has shown no sign of life; empty where it does."""
        return no_sign_of_life(self.silent_seconds) if self.silent_seconds else ""

    @property
    def silence_advice(self) -> str:
        """What to do about that; empty where there is nothing to do."""
        process = f"Process {self.pid}" if self.pid else "Its process"
        return f"{process} may be suspended or hang. {CANCEL_ADVICE}" if self.silent_seconds else ""


CANCEL_ADVICE = "Cancel it if that lasts: its process is killed, and then its slot is free."


def no_sign_of_life(seconds: float) -> str:
    """`no sign of life for 40 s`, with minutes or hours where it is long."""
    unit, name = next((pair for pair in ((3600, "h"), (60, "min")) if seconds >= 2 * pair[0]), (1, "s"))
    return f"no sign of life for {seconds // unit:.0f} {name}"


def silent_seconds(folder: Path, state: Status) -> int:
    """See `JobInfo.silent_seconds`. A clock that was set back makes no job silent."""
    if not state.live:
        return 0
    try:
        seconds = time.time() - (folder / eventlog.FILE).stat().st_mtime
    except OSError:  # its process has not begun to write
        return 0
    return int(seconds) // _STEP * _STEP if seconds >= SILENT_SECONDS else 0


def unreadable(folder: Path, error: Exception) -> str:
    """The sentence on a job whose folder cannot be read."""
    if isinstance(error, OSError):
        return f"{error.filename or folder} cannot be read: {error.strerror or error}."
    return f"{folder} cannot be read: {type(error).__name__}: {printable(str(error), 200)}."


AnyJob = TypeVar("AnyJob", bound=JobInfo[Any])


def ended(job: AnyJob) -> AnyJob:
    """The run or tuning if it is finished; otherwise its end as an error.

    Raises:
        Cancelled: it was cancelled.
        UserError: it failed or died; the sentence has the reason.
    """
    if job.status is Status.FINISHED:
        return job
    if job.status is Status.CANCELLED:
        raise Cancelled
    reason = " ".join(filter(None, [job.reason, job.advice])) or f"It is {job.status}."
    raise UserError(f"{job.label} {job.status}: {reason} Its log is {job.folder / 'log.txt'}.", exit_code=1)
