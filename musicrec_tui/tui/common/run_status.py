"""Runs and tunings as text: state as word and symbol (never colour alone), name, note, durations, megabytes."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from textual.content import Content

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit

if TYPE_CHECKING:  # the first frame does not wait for runs and recommenders
    from musicrec_tui.runs.events import Progress
    from musicrec_tui.runs.store import RunInfo
    from musicrec_tui.runs.tuning_info import TuningInfo


class Look(NamedTuple):
    """How a state is displayed.

    Attributes:
        symbol: one cell.
        word: what it is called.
        style: a Textual style; it adds nothing to symbol and word.
    """

    symbol: str
    word: str
    style: str


_LOOKS = {
    "queued": Look("…", "queued", "$text-warning"),
    "running": Look("◐", "running", "bold $accent"),
    "finished": Look("✓", "finished", "$text-success"),
    "failed": Look("✗", "failed", "$text-error"),
    "cancelled": Look("■", "cancelled", DIM),
    "died": Look("†", "died", "bold $text-error"),
    "damaged": Look("!", "damaged", "bold $text-error"),
}


def look(status: str) -> Look:
    """The display of a state; an unknown one is shown by its name."""
    return _LOOKS.get(status, Look("?", status, DIM))


class Labelled(Protocol):
    """A run or a tuning."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def starred(self) -> bool:
        """Whether the user starred it."""


def titled(job: Labelled) -> str:
    """A job's name with its star (raw)."""
    return f"★ {job.label}" if job.starred else job.label


def by_spark(run: "RunInfo") -> str:
    """` · trained by spark (…)` of a run that Spark trained; else empty."""
    return f" · trained by {printable(run.spec.engine.label, 100)}" if run.spec and run.spec.engine.spark else ""


def duration(seconds: float) -> str:
    """Seconds as 0:04, 12:30 or 1:02:03."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class HowFar(NamedTuple):
    """How far a job's phase is.

    Attributes:
        phase: what it is called.
        share: of the phase, from 0 to below 1; None where that is unknown, or the phase is nearly over.
        left: the estimated remaining time of the phase, marked by `≈`; empty where there is no share or less than a
            second.
    """

    phase: str
    share: float | None
    left: str


_PHASES = {"load": "loading", "fit": "training", "refit": "refitting", "evaluate": "evaluating", "save": "saving"}


def how_far(progress: "Progress | None") -> HowFar:
    """How far a job is: the one answer for the header, the list and the pane, so that they cannot contradict.

    A phase whose steps are done is not over: what has no steps is still to come, so it is never "100 %" or "0:00 left".
    """
    if progress is None:
        return HowFar("starting", None, "")
    phase = _PHASES.get(progress.phase, printable(progress.phase, 30))
    share = progress.done / progress.of if progress.of > 0 else 0.0
    if not 0 < share < 1:
        return HowFar(phase, None, "")
    seconds = progress.eta_seconds or 0.0
    return HowFar(phase, share, f"≈{duration(seconds)}" if seconds >= 1 else "")


def percent(share: float) -> str:
    """A share of less than 1 as at most 99%."""
    return f"{min(99, int(100 * share + 0.5))}%"


def elapsed_seconds(job: "RunInfo | TuningInfo") -> float | None:
    """How long a job has run (before its start: waited) by what it said last; None where it said nothing yet."""
    since = job.started_at or job.created_at
    return max(0.0, (job.last_at - since).total_seconds()) if since and job.last_at else None


def megabytes(value: float) -> str:
    """Megabytes as 812 MB or 3.4 GB."""
    return f"{value / 1024:.1f} GB" if value >= 1024 else f"{value:.0f} MB"


def silent_row(silence: str, width: int) -> Content:
    """The second row of a job in a list that shows no sign of life."""
    return Content.assemble("  ", (fit(silence, max(0, width - 2)), "$text-warning"))


def label_lines(job: "RunInfo | TuningInfo") -> list[Content]:
    """The note on a run or tuning as lines of a pane, or what is wrong with its files or its process."""
    damage = [
        Content(printable(text, 400)).stylize("$text-error") for text in (job.label_damage, job.log_damage) if text
    ]
    if job.silence:
        told = f"{job.silence[0].upper()}{job.silence[1:]}. {job.silence_advice}"
        damage.append(Content(told).stylize("$text-warning"))
    if damage:
        return damage
    return [Content(printable(job.given.note, None)).stylize("italic")] if job.given.note else []
