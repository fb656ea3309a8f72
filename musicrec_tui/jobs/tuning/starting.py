"""Starts tunings and takes them up again. Light: the TUI imports it. `supervisor` follows and stops them."""

import os

from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import stopping, supervisor
from musicrec_tui.paths import Home
from musicrec_tui.runs.spec import log_of
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tunings import store
from musicrec_tui.runs.tunings.info import TuningInfo
from musicrec_tui.runs.tunings.spec import TuneRequest


def submit(home: Home, request: TuneRequest, log: IndexedLog) -> TuningInfo:
    """Start a tuning in a process of its own, which outlives this one.

    Raises:
        UserError: the request does not fit, the home cannot be written to, or no process can be started.
    """
    tuning, lock = store.create(home, request, log)
    try:
        _start(tuning, home, lock)
    except UserError:
        store.delete(home, tuning)
        raise
    return store.read(home, tuning.id)


def resume(home: Home, tuning: TuningInfo) -> TuningInfo:
    """Go on with a tuning that was cancelled, failed or died; trials that ended are not made again.

    Raises:
        UserError: there is nothing to resume, or no process can be started.
    """
    _start(tuning, home, store.take_up(tuning))
    return store.read(home, tuning.id)


def train_best(home: Home, tuning: TuningInfo, *, name: str = "") -> RunInfo:
    """Start the final run of a tuning: its best parameters, fitted on train + validation, evaluated on test.

    Raises:
        UserError: no trial is finished, or the run cannot be started.
    """
    best, spec = tuning.best, tuning.spec
    if best is None or spec is None:
        raise UserError(f"No trial of {tuning.label} is finished, so there is no best one to train.")
    return supervisor.submit(home, spec.final_run(best.params, name), log_of(spec))


def _start(tuning: TuningInfo, home: Home, lock: int) -> None:
    """Hand the lock to a tuner."""
    try:
        supervisor.start(stopping.TUNER, tuning.folder, home, lock)
    except OSError as error:
        raise UserError(f"Cannot start a tuner: {error.strerror}.", exit_code=1) from error
    finally:
        os.close(lock)
