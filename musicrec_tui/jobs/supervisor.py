"""Starts runs and tunings, follows them, stops them. Light: the TUI imports it."""

import asyncio
import contextlib
import dataclasses
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from musicrec_tui import files, settings
from musicrec_tui.dataset import few_users
from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import environment, hybrids, stopping
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import neural
from musicrec_tui.runs import deaths, eventlog, grids, status, store, tuning_store
from musicrec_tui.runs.events import AnyEvent, Cancelled, Failed, Finished, Resumed
from musicrec_tui.runs.spec import TrainRequest, log_of
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import TuneRequest
from musicrec_tui.spark import supported

_TICK = 0.1


def submit(home: Home, request: TrainRequest, log: IndexedLog, *, foreground: bool = False) -> RunInfo:
    """Start a run in a process of its own, which outlives this one.

    Args:
        home: whose runs, settings and slots.
        request: the run; a hybrid's members as a person names them.
        log: the data; the worker refuses an index with another content.
        foreground: whether a user waits for it in a terminal: at ordinary priority, instead of stepping back.

    Raises:
        UserError: the home cannot be written to, no process can be started, a hybrid's member cannot be one, a
            library is not installed, or Spark is to train it and cannot.
    """
    _need_users(log)
    supported.refuse(request)
    if request.engine.spark:
        if log.log.addresses:  # the job reads what is there then
            log = dataclasses.replace(log, content="")
        request = msgspec.structs.replace(request, engine=request.engine.at(settings.load(home).spark_master))
    resolved = hybrids.resolved(home, request, log.content)
    neural.refuse_what_is_missing([resolved.params, *(params for params, _ in hybrids.members(home, resolved))])
    run, lock = store.create_run(home, resolved, log)
    try:
        _hand_over(lock, stopping.WORKER, run.folder, home, foreground=foreground)
    except UserError:
        store.delete_run(home, run)
        raise
    return store.read_run(home, run.id)


def submit_tuning(home: Home, request: TuneRequest, log: IndexedLog, *, foreground: bool = False) -> TuningInfo:
    """Start a tuning in a process of its own, which outlives this one; `foreground` as for `submit`.

    Raises:
        UserError: the request does not fit, the home cannot be written to, no process can be started, a library is
            not installed, or Spark is to evaluate its trials and is not installed.
    """
    _need_users(log)
    supported.refuse_missing(request.engine)
    if request.engine.spark:
        request = msgspec.structs.replace(request, engine=request.engine.at(settings.load(home).spark_master))
    neural.refuse_what_is_missing(grids.variants(request.plan, request.base))
    tuning, lock = tuning_store.create_tuning(home, request, log)
    try:
        _hand_over(lock, stopping.TUNER, tuning.folder, home, foreground=foreground)
    except UserError:
        tuning_store.delete_tuning(home, tuning)
        raise
    return tuning_store.read_tuning(home, tuning.id)


def _need_users(log: IndexedLog) -> None:
    """Refuse a log that nothing can be learnt from."""
    if log.users is not None and few_users.too_few(log.users):
        raise UserError(few_users.refusal(log.users))


def resume_tuning(home: Home, tuning: TuningInfo, *, foreground: bool = False) -> TuningInfo:
    """Continue a tuning that was cancelled, failed or died; trials that ended are not made again.

    Args:
        home: see `submit`.
        tuning: which one.
        foreground: see `submit`.

    Raises:
        UserError: there is nothing to resume, no process can be started, or a library is not installed.
    """
    if tuning.spec is not None:
        supported.refuse_missing(tuning.spec.engine)
        neural.refuse_what_is_missing(grids.variants(tuning.spec.plan, tuning.spec.base))
    lock = tuning_store.lock_for_resume(tuning)
    try:
        eventlog.hold_room(tuning.folder)
        eventlog.append(tuning.folder, Resumed(at=datetime.now(UTC)))
    except OSError as error:
        os.close(lock)
        raise UserError(f"Cannot resume {tuning.label}: {error.strerror}.", exit_code=1) from error
    try:
        _hand_over(lock, stopping.TUNER, tuning.folder, home, foreground=foreground)
    except UserError as error:
        with contextlib.suppress(OSError):
            eventlog.append(tuning.folder, Failed(at=datetime.now(UTC), reason=str(error)))
        raise
    return tuning_store.read_tuning(home, tuning.id)


def train_best(home: Home, tuning: TuningInfo, *, name: str = "", foreground: bool = False) -> RunInfo:
    """Start the final run of a tuning: its best parameters, fitted on train + validation, evaluated on test.

    `foreground` is as for `submit`.

    Raises:
        UserError: no trial is finished, or the run cannot be started.
    """
    best, spec = tuning.best, tuning.spec
    if best is None or spec is None:
        raise UserError(f"No trial of {tuning.label} is finished, so there is no best one to train.")
    return submit(home, spec.final_run(best.params, name), log_of(spec), foreground=foreground)


def _hand_over(lock: int, module: str, folder: Path, home: Home, *, foreground: bool) -> None:
    """Start the process of a job and leave the job's lock to it."""
    try:
        start(module, folder, home, lock, foreground=foreground)
    except OSError as error:
        raise UserError(f"Cannot start a {module.rpartition('.')[2]}: {error.strerror}.", exit_code=1) from error
    finally:
        os.close(lock)


def start(module: str, folder: Path, home: Home, lock: int, *, foreground: bool = False) -> None:
    """Start the process that does the job of a folder: its own session, no terminal, output into its log.

    Args:
        module: `stopping.WORKER` or `stopping.TUNER`.
        folder: of the job.
        home: whose cache.
        lock: the descriptor that holds the folder's lock.
        foreground: see `submit`.

    Raises:
        OSError: it cannot be started.
    """
    command = [
        sys.executable, "-P", "-m", module, str(folder),
        "--cache", str(home.cache), "--lock", str(lock),
    ]  # fmt: skip
    # Keras makes a folder for its settings, which would be in the user's home.
    surroundings = {"KERAS_HOME": str(home.cache / "keras")} | environment.for_child(foreground=foreground)
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=surroundings,
            start_new_session=True, pass_fds=[lock],
        )  # fmt: skip
    threading.Thread(target=_reap, args=(process, folder), name=f"reaper of {folder.name}", daemon=True).start()


def _reap(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for a worker, so that no zombie is left while this process lives, and so that a killer has a name."""
    deaths.record_signal(folder, process.wait())


class Job(Protocol):
    """A run or a tuning."""

    @property
    def folder(self) -> Path:
        """Where its lock and its events are."""

    @property
    def label(self) -> str:
        """What front ends call it."""


def cancel(run: Job) -> None:
    """Ask a job to stop, queued or running, and return at once. A run that is over is left as it is.

    Raises:
        UserError: the run's folder cannot be written to.
    """
    if not status.is_alive(run.folder) or status.has_ended(run.folder):
        return
    files.write_bytes(run.folder / status.CANCEL, b"")
    stopping.terminate(run.folder)


def ensure_stopped(run: Job, grace: float = 10.0) -> None:
    """Cancel a run and wait until its worker is gone: TERM first, KILL after `grace` seconds.

    Raises:
        UserError: it cannot be stopped.
    """
    cancel(run)
    for step in _stopping(run, grace):
        time.sleep(step)


async def stop(run: Job, grace: float = 10.0) -> None:
    """`ensure_stopped` for an event loop."""
    cancel(run)
    for step in _stopping(run, grace):
        await asyncio.sleep(step)


def _stopping(run: Job, grace: float) -> Iterator[float]:
    """The pauses between looks at a run that was asked to stop; kills it when patience is over."""
    deadline = time.monotonic() + grace
    killed = False
    while status.is_alive(run.folder):
        if time.monotonic() > deadline:
            if killed:
                raise UserError(f"{run.label} cannot be stopped; the disk may not respond.", exit_code=1)
            stopping.kill(run.folder)
            killed, deadline = True, time.monotonic() + 10.0
        yield _TICK / 2


def follow(run: Job, idle: Callable[[float], None] = lambda seconds: None) -> Iterator[AnyEvent]:
    """The events of a job's last session, as they come, until its last word or the death of its process.

    Blocks between events; a TUI polls `store.read_events` instead.

    Args:
        run: the job.
        idle: called a few times a second while no event comes, with the seconds since the last one.
    """
    offset, heard = eventlog.session_start(run.folder), time.monotonic()
    while True:
        alive = status.is_alive(run.folder)  # looked at first: what is written before the death is still read
        events, following = store.read_events(run.folder, offset)
        for event in events:
            yield event
            if isinstance(event, Finished | Failed | Cancelled):
                return
        if not alive and following == offset:
            return
        if following == offset:
            idle(time.monotonic() - heard)
            time.sleep(_TICK)
        else:
            heard = time.monotonic()
        offset = following
