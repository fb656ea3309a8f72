"""Job folders: they appear whole and locked, are changed by one process at a time, and are deleted when idle."""

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import eventlog, status, trials

NEW = ".new-"
_COUNTER = ".counter"
_PATIENCE = 100
_GONE = ".trash-"
CHANGED = ".changing"


@contextlib.contextmanager
def changing(jobs: Path) -> Iterator[None]:
    """Hold the lock of a folder of jobs. It is held for moments, so waiting for it is right.

    The time of the lock's file says when something was changed last (see `store.poll_runs`).

    Raises:
        OSError: the folder cannot be written to.
    """
    descriptor = os.open(jobs / CHANGED, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.utime(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def idle(folder: Path, label: str) -> Iterator[None]:
    """Hold a job's lock, so that no worker can begin there; a folder so damaged that it has none is idle, too.

    Raises:
        UserError: a worker is on it.
    """
    lock = _lock(folder, label)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, label: str) -> int | None:
    """Take the lock; None where there is none to be had."""
    for _ in range(_PATIENCE):
        try:
            lock = files.try_lock(folder / status.LOCK)
        except OSError:
            return None
        if lock is not None:
            return lock
        if not status.has_ended(folder):
            break
        time.sleep(0.02)  # the worker has said its last word and is about to go
    raise UserError(f"{label} is still running: cancel it first.", exit_code=1)


def remove(folder: Path, label: str) -> None:
    """Delete a job's folder for good.

    Raises:
        UserError: a worker is on it, or it cannot be deleted.
    """
    try:
        with idle(folder, label):
            # Gone at once for everyone, even if removing its files is cut short; then the next call goes on with it.
            folder.rename(folder.parent / f"{_GONE}{folder.name}-{secrets.token_hex(3)}")
    except OSError as error:
        raise UserError(f"Cannot delete {folder}: {error.strerror}.", exit_code=1) from error
    sweep(folder.parent)


def sweep(jobs: Path) -> None:
    """Remove the files of jobs that are gone."""
    for left in jobs.glob(f"{_GONE}*"):
        shutil.rmtree(left, ignore_errors=True)


def sweep_home(home: Home) -> None:
    """Remove what killed processes left of jobs, and of the files beside them: half-made ones, temporary files, room.

    The room is what a job holds back on the disk for its last event.
    """
    files.sweep(home.root)
    for jobs in (home.runs, home.tunings):
        _sweep_killed(jobs)
        _sweep_killed(home.trash / jobs.name)


def _sweep_killed(jobs: Path) -> None:
    """The same in the folder of runs or tunings, or in its trash."""
    sweep(jobs)
    files.sweep(jobs)
    for folder in _folders(jobs):
        with contextlib.suppress(OSError):
            if folder.name.startswith(NEW):
                _remove_half_made(folder)
            elif not folder.name.startswith("."):
                _sweep_job(folder)


def _folders(parent: Path) -> list[Path]:
    """The folders in a folder; none where it cannot be read."""
    try:
        with os.scandir(parent) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _remove_half_made(hidden: Path) -> None:
    """Remove a job that was never published, if the process that made it is gone."""
    if not files.is_young(hidden) and (lock := files.try_lock(hidden / status.LOCK)) is not None:
        shutil.rmtree(hidden, ignore_errors=True)
        os.close(lock)


def _sweep_job(folder: Path) -> None:
    """Remove what a killed process left in a job's folder; nothing where a process works on it."""
    with os.scandir(folder) as entries:
        left = [entry.name for entry in entries if entry.name.startswith(".")]
    if not left:  # nor among a tuning's trials: a killed tuner leaves the room for its last event, too
        return
    lock = files.try_lock(folder / status.LOCK, shared=True)  # shared: the job must not seem to live meanwhile
    if lock is None:
        return
    try:
        (folder / eventlog.RESERVE).unlink(missing_ok=True)
        files.sweep(folder)
        for trial in _folders(folder / trials.FOLDER):
            files.sweep(trial)
    finally:
        os.close(lock)


def publish(parent: Path, name: str, write: Callable[[Path], None]) -> int:
    """Make a folder under a hidden name, take its lock, fill it, then rename it.

    Args:
        parent: where the folder is to be; it exists.
        name: what it is to be called.
        write: puts files into the folder that it is given.

    Returns:
        The descriptor that holds its lock: hand it to the worker, then close it.

    Raises:
        OSError: it cannot be written.
    """
    hidden = Path(tempfile.mkdtemp(prefix=NEW, dir=parent))
    lock = None
    try:
        hidden.chmod(0o755)
        lock = files.try_lock(hidden / status.LOCK)
        if lock is None:
            raise UserError(f"Another process is changing {hidden}.", exit_code=1)
        write(hidden)
        eventlog.hold_room(hidden)
        hidden = hidden.rename(parent / name)
        files.sync_folder(parent)
    except BaseException:
        if lock is not None:
            os.close(lock)
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    return lock


def next_number(home: Home, used: Callable[[], int]) -> int:
    """A number that no job of this home has or had; safe against others who ask at the same moment.

    Args:
        home: its `runs` folder exists.
        used: the highest number that is known, asked where the counter is lost.

    Raises:
        OSError: the home cannot be written to.
    """
    descriptor = os.open(home.runs / _COUNTER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # held for microseconds, so waiting is right
        text = os.pread(descriptor, 20, 0)
        last = int(text) if text.strip().isdigit() else used()
        written = os.pwrite(descriptor, b"%d\n" % (last + 1), 0)
        os.ftruncate(descriptor, written)
        os.fsync(descriptor)  # or a power cut gives a number twice
        return last + 1
    finally:
        os.close(descriptor)
