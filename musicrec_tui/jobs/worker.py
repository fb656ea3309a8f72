"""A training job as a process: `python -m musicrec_tui.jobs.worker FOLDER`. See `supervisor`, which starts it.

Nothing heavy is imported before the job has a slot, so that a queued worker stays light.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui import sealed, settings
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import job_main
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.reporter import Reporter, now
from musicrec_tui.jobs.slots import slot
from musicrec_tui.paths import Home
from musicrec_tui.runs import events, info, store
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import SCHEMA, TrainSpec


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the job of a run's folder; exit codes as `job_main.run_job` gives them."""
    return job_main.run_job("musicrec_tui.jobs.worker", _task, _model_of, arguments)


def _task(folder: Path, home: Home, appender: Appender, cancellation: Cancellation) -> events.Finished:
    """Train, and say what came of it."""
    spec = sealed.read(folder / info.SPEC, TrainSpec, SCHEMA)
    result = _train(spec, folder, home, appender, cancellation)
    return events.Finished(
        at=now(), metrics=result.metrics, seconds=result.seconds, peak_memory_mb=result.peak_memory_mb
    )


def _model_of(folder: Path) -> str:
    """The model that is being trained; empty where nobody knows."""
    try:
        return sealed.read(folder / info.SPEC, TrainSpec, SCHEMA).model
    except UserError:
        return ""


def _train(spec: TrainSpec, folder: Path, home: Home, appender: Appender, cancellation: Cancellation) -> RunMetrics:
    """Queue, then train."""
    reporter = Reporter(appender, cancellation, store.member_labels(home, spec.params))
    appender.append(events.Queued(at=now(), pid=os.getpid()))
    reporter.watch(folder)
    try:
        slots = settings.load(home).slots
        with slot(home, slots, spec.number, cancellation):
            began = time.monotonic()
            appender.append(events.Started(at=now(), pid=os.getpid(), versions=job_main.versions()))
            if spec.engine.spark:
                from musicrec_tui.jobs import spark_steps

                return spark_steps.run(spec, folder, home, reporter, began)
            from musicrec_tui.jobs import training_steps  # numpy, scipy and the rest: not while queued

            return training_steps.run(spec, folder, home, reporter, began)
    finally:
        reporter.stop_watching()


if __name__ == "__main__":
    sys.exit(main())
