"""Runs and tunings as text: state as word and symbol (never colour alone), name, note, durations, megabytes."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from textual.content import Content

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit

if TYPE_CHECKING:  # the first frame does not wait for runs and recommenders
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


def duration(seconds: float) -> str:
    """Seconds as 0:04, 12:30 or 1:02:03."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


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
