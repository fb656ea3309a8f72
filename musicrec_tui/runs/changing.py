"""One change at a time to what a person does with jobs: labels, and moves into the trash and out of it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_LOCK = ".changing"


@contextlib.contextmanager
def changing(jobs: Path) -> Iterator[None]:
    """Hold the lock of a folder of jobs. It is held for moments, so waiting for it is right.

    Raises:
        OSError: the folder cannot be written to.
    """
    descriptor = os.open(jobs / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
