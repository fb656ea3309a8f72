"""Taking a job's folder away: only where nobody is at work in it, and at once for everyone."""

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.runs import status

_PATIENCE = 100
_GONE = ".trash-"


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
    raise UserError(f"{label} is still at work: cancel it first.", exit_code=1)


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
