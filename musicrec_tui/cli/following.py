"""Starts a job and follows it to its end, whatever that is."""

from collections.abc import Callable
from typing import TypeVar

from musicrec_tui.cli import interrupts
from musicrec_tui.cli.progress import Meter
from musicrec_tui.errors import Cancelled
from musicrec_tui.jobs import supervisor
from musicrec_tui.runs import events, job_info
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tuning_info import TuningInfo

AnyJob = TypeVar("AnyJob", RunInfo, TuningInfo)


def followed(begin: Callable[[], AnyJob]) -> AnyJob:
    """Start a run or tuning and follow its events to the last one.

    Raises:
        Cancelled: after Ctrl-C or SIGTERM; its processes have ended.
        UserError: it cannot be started.
    """
    job: AnyJob | None = None
    try:
        with interrupts.raised():
            with interrupts.held():  # a signal now would leave a worker behind
                job = begin()
            with Meter() as meter:
                for event in supervisor.follow(job, _Silence(meter).after):
                    show(event, meter)
    except KeyboardInterrupt:
        if job is not None:
            with interrupts.noticed():
                supervisor.ensure_stopped(job)
        raise Cancelled from None
    return job


class _Silence:
    """Says once that a job shows no sign of life, and again only after it has shown one."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._said = False

    def after(self, seconds: float) -> None:
        """So many seconds without an event."""
        silent = seconds >= job_info.SILENT_SECONDS
        if silent and not self._said:
            told = job_info.no_sign_of_life(seconds)
            self._meter.note(f"{told[0].upper()}{told[1:]}. Its process may be suspended or hang; Ctrl-C cancels it.")
        self._said = silent


def show(event: events.AnyEvent, meter: Meter) -> None:
    """Show an event."""
    match event:
        case events.Queued():
            meter.show("waiting for a free slot", 0, 0)
        case events.Progress():
            left = f"about {event.eta_seconds:.0f} s left" if event.eta_seconds else ""
            meter.show(event.phase, event.done, event.of, left)
        case events.Epoch():
            metrics = "  ".join(
                f"{events.RESOURCES[name]} {value:,.0f}" if name in events.RESOURCES else f"{name} {value:.4f}"
                for name, value in event.metrics.items()
            )
            meter.show(event.phase, event.epoch, event.of, metrics)
        case events.Device():
            memory = f", {event.memory_mb:,} MB" if event.memory_mb else ""
            meter.note(f"Device: {event.name}{memory}.")
        case events.Summary():
            meter.note(f"Network: {len(event.layers)} layers, {event.parameters:,} parameters.")
        case events.Data():
            parts = f"{event.train:,} train, {event.validation:,} validation, {event.test:,} test"
            meter.note(f"Pairs: {parts}; {event.users:,} users × {event.artists:,} artists.")
        case events.Log():
            meter.note(event.text)
        case _:
            pass
