"""How a job's folder appears: whole, and locked from its first moment."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import status

NEW = ".new-"
_COUNTER = ".counter"


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
            raise UserError(f"Another process meddles with {hidden}.", exit_code=1)
        write(hidden)
        hidden.rename(parent / name)
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
        os.pwrite(descriptor, b"%d\n" % (last + 1), 0)
        return last + 1
    finally:
        os.close(descriptor)
