"""What the machine lacks for a moment, or the user has not allowed: it is never taken for damage or for a defect."""

import errno
import re

from musicrec_tui.errors import UserError

MEMORY = "There is not enough memory."
_DESCRIPTORS = "Too many files are open: close other programs, or raise the limit (`ulimit -n`)."
_DENIED = "Permission denied: make it readable for your user (`ls -l` shows its permissions)."
_FULL = "The disk is full: free some space."
_PROCESSES = "No more threads or processes can be started: close other programs, or raise the limit (`ulimit -u`)."
_TIME_ZONES = (
    "The time zones of this machine cannot be read: too many files are open (raise the limit: `ulimit -n`), "
    "or they are not installed (the package `tzdata`)."
)

_NUMBERS = {
    errno.ENOMEM: MEMORY, errno.EMFILE: _DESCRIPTORS, errno.ENFILE: _DESCRIPTORS, errno.EACCES: _DENIED,
    errno.EPERM: _DENIED, errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EAGAIN: _PROCESSES,
}  # fmt: skip
_TEXTS = (
    (
        re.compile(r"out of memory|bad.?alloc|cannot allocate memory|allocation failure|failed to allocate", re.I),
        MEMORY,
    ),
    (re.compile(r"too many open files", re.I), _DESCRIPTORS),
    (re.compile(r"permission denied|operation not permitted", re.I), _DENIED),
    (re.compile(r"no space left|disk quota exceeded", re.I), _FULL),
    (re.compile(r"cannot locate or parse timezone", re.I), _TIME_ZONES),
    (re.compile(r"can't start new thread|resource temporarily unavailable", re.I), _PROCESSES),
)
"""As libraries in C++ say it, whose exceptions have no error number."""


class ShortageError(UserError):
    """Something cannot be read for want of memory, descriptors, room or permission: nothing is wrong with it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=1)


def shortage(error: BaseException | None) -> str:
    """A sentence on what was lacking where an exception, or one that caused it, comes from that; else empty."""
    while error is not None:
        if told := _shortage(error):
            return told
        error = error.__cause__
    return ""


def _shortage(error: BaseException) -> str:
    """The same of one exception. The texts of our own sentences are not searched: they have names in them."""
    if isinstance(error, MemoryError) or type(error).__name__ in ("ResourceExhaustedError", "OutOfMemoryException"):
        return MEMORY
    if isinstance(error, OSError) and error.errno is not None:
        return _NUMBERS.get(error.errno, "")
    if isinstance(error, UserError):
        return ""
    if isinstance(error, RuntimeError) or _is_of_a_library(error):
        return next((told for pattern, told in _TEXTS if pattern.search(str(error))), "")
    return ""


def _is_of_a_library(error: BaseException) -> bool:
    """Whether DuckDB or Arrow raised it."""
    return type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb", "pyarrow")
