"""How far a piece of work is: for a function, or a bar such as tqdm's."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from musicrec_tui.runs import events


class Progress(NamedTuple):
    """How far a piece of work is.

    Attributes:
        phase: `index`, `load`, `fit`, `refit`, `evaluate` or `save`.
        done, of: steps; `of` is 0 where their number is not known.
        metrics: of an epoch that ended, such as `loss`; else empty.
    """

    phase: str
    done: int
    of: int
    metrics: Mapping[str, float] = {}


class ProgressBar(Protocol):
    """A bar as tqdm's."""

    total: Any
    n: Any

    def set_description(self, desc: str) -> object:
        """Name the phase."""

    def refresh(self) -> object:
        """Draw it."""


Report = Callable[[Progress], object] | ProgressBar | None
"""Where progress goes: a function, a bar such as `tqdm()`, or nowhere. What a function raises stops the work."""


def reported(phase: str, progress: Report) -> Callable[[int, int], None]:
    """A report of steps of one phase."""
    return lambda done, of: report(Progress(phase, done, of), progress)


def report_event(event: events.AnyEvent, progress: Report) -> None:
    """Report an event of a job."""
    match event:
        case events.Progress():
            report(Progress(event.phase, event.done, event.of), progress)
        case events.Epoch():
            report(Progress(event.phase, event.epoch, event.of, event.metrics), progress)


def report(at: Progress, progress: Report) -> None:
    """Call a function, or move a bar."""
    if progress is None:
        return
    if callable(progress):
        progress(at)
        return
    progress.total, progress.n = at.of or None, at.done
    progress.set_description(at.phase)
    progress.refresh()


class Sink:
    """A `recommenders.base.ProgressSink` of this process."""

    def __init__(self, progress: Report) -> None:
        self._progress = progress

    def progress(self, done: int, of: int) -> None:
        """So many steps are done."""
        report(Progress("fit", done, of), self._progress)

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """An epoch is over."""
        report(Progress("fit", epoch, of, metrics), self._progress)

    def device(self, name: str, memory_mb: int | None) -> None:
        """Not reported."""

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """Not reported."""

    def log(self, text: str) -> None:
        """Not reported."""
