"""A tuning as a process: `python -m musicrec_tui.jobs.tuning.tuner FOLDER`. See `starting`, which starts it."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui import sealed, settings
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import job_main, supervisor
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.reporter import Reporter, now
from musicrec_tui.jobs.slots import slot
from musicrec_tui.jobs.stopping import TUNER
from musicrec_tui.paths import Home
from musicrec_tui.runs import events, trials, tuning_info
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.spec import log_of
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_info import SPEC, TuningInfo
from musicrec_tui.runs.tuning_spec import SCHEMA, TuneSpec
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from musicrec_tui.jobs.tuning.evaluators import Evaluators

PHASE = "trials"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the tuning of a folder; exit codes as `job_main.run_job` gives them."""
    return job_main.run_job(TUNER, _task, _model_of, arguments)


def _task(folder: Path, home: Home, appender: Appender, cancellation: Cancellation) -> events.Finished:
    """Queue, then try all that is left to try."""
    spec = sealed.read(folder / SPEC, TuneSpec, SCHEMA)
    reporter = Reporter(appender, cancellation)
    appender.append(events.Queued(at=now(), pid=os.getpid()))
    reporter.watch(folder)
    try:
        with slot(home, settings.load(home).slots, spec.number, cancellation):
            began = time.monotonic()
            appender.append(events.Started(at=now(), pid=os.getpid(), versions=job_main.versions()))
            _try_all(spec, folder, home, appender, reporter)
        found = tuning_info.read_info(folder)
        if found.best is None and (found.trials or not spec.seconds):
            reasons = {trial.reason for trial in found.trials if trial.reason}
            said = "; ".join(sorted(reasons)[:3]) or "all were pruned"
            raise UserError(f"No trial was finished: {said}", exit_code=1)
        if spec.then:
            _start_run(spec, found, home, reporter)
    finally:
        reporter.stop_watching()
    metrics = found.best.metrics if found.best else {}
    seconds = {"tune": time.monotonic() - began}
    return events.Finished(at=now(), metrics=metrics, seconds=seconds, peak_memory_mb=found.peak_memory_mb)


def _start_run(spec: TuneSpec, found: TuningInfo, home: Home, reporter: Reporter) -> None:
    """Start the run with the best parameters; with the base's where no trial ended in time."""
    reporter.cancellation.check()
    if found.best is None:
        reporter.log(f"One fit takes longer than {spec.seconds:,} s, so the defaults are used.")
    else:
        reporter.log(
            f"{counted(len(found.trials), 'trial')} in {spec.seconds:,} s; trial {found.best.number} is the best."
        )
    supervisor.submit(home, spec.run_after(found.best.params if found.best else spec.base), log_of(spec))


def _model_of(folder: Path) -> str:
    """The model that is being tuned; empty where nobody knows."""
    try:
        return sealed.read(folder / SPEC, TuneSpec, SCHEMA).model
    except UserError:
        return ""


def _try_all(spec: TuneSpec, folder: Path, home: Home, appender: Appender, reporter: Reporter) -> None:
    """Make the trials that have not been made."""
    from musicrec_tui.jobs.training_data import open_index
    from musicrec_tui.jobs.tuning import proposals
    from musicrec_tui.jobs.tuning.evaluator_pool import EvaluatorPool

    reporter.begin("load")
    dataset = open_index(log_of(spec), home, reporter)
    index = dataset.path
    dataset.close()
    before: dict[int, Trial] = {}
    for sentence in trials.read_new_trials(folder, before):
        reporter.log(sentence)
    count = _Count(appender, tuning_info.read_info(folder, tuning_info.Known(before)))

    def keep(trial: Trial) -> None:
        trials.write_trial(folder, trial)
        count.another()

    deadline = time.monotonic() + spec.seconds

    def check() -> None:
        reporter.cancellation.check()
        if spec.seconds and time.monotonic() > deadline:
            raise _TimeIsUpError

    with contextlib.suppress(_TimeIsUpError), _evaluators(spec, folder, index, reporter) as evaluators:
        EvaluatorPool(spec, evaluators, proposals.make(spec, before), keep).work(check)


@contextlib.contextmanager
def _evaluators(spec: TuneSpec, folder: Path, index: Path, reporter: Reporter) -> "Iterator[Evaluators]":
    """Where the trials are evaluated."""
    if spec.engine.spark:
        from musicrec_tui.jobs.tuning import spark_evaluators

        with spark_evaluators.opened(spec, folder, index, reporter) as found:
            yield found
    else:
        from musicrec_tui.jobs.tuning.evaluators import LocalEvaluators

        yield LocalEvaluators(spec, folder, index)


class _TimeIsUpError(Exception):
    """The search's time is over; trials that have not ended are dropped."""


class _Count:
    """How many trials have ended, as events with an estimate of the time that is left."""

    def __init__(self, appender: Appender, tuning: TuningInfo) -> None:
        self._appender = appender
        self._before = self._done = len(tuning.trials)
        self._of = tuning.total
        self._seconds = tuning.spec.seconds if tuning.spec else 0
        self._began = time.monotonic()
        self._tell()

    def another(self) -> None:
        """A trial ended."""
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        here = self._done - self._before
        left = self._of - self._done
        gone = time.monotonic() - self._began
        eta = max(0.0, self._seconds - gone) if self._seconds else gone / here * left if here else None
        self._appender.append(events.Progress(at=now(), phase=PHASE, done=self._done, of=self._of, eta_seconds=eta))


if __name__ == "__main__":
    sys.exit(main())
