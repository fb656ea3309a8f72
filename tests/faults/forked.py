"""Work in a copy of this process, which may die of it. The parent has imported everything and has no threads."""

import contextlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from musicrec_tui.errors import Cancelled, UserError
from tests.e2e.terminal import readable
from tests.waiting import PATIENCE

KILLED = 137
"""The exit code of a process that `points` kills."""


class Ended(NamedTuple):
    """How the copy ended.

    Attributes:
        code: its exit code; -n for signal n.
        value: what the work returned, or None.
        error: a sentence where it raised `UserError` or `Cancelled`, else empty.
        trace: the traceback of any other exception, else empty.
    """

    code: int
    value: Any = None
    error: str = ""
    trace: str = ""

    @property
    def done(self) -> bool:
        """Whether the work returned."""
        return self.code == 0 and not self.error and not self.trace


def forked(
    work: Callable[[], Any],
    *,
    limits: dict[int, int] | None = None,
    home: Path | None = None,
    meanwhile: Callable[[int], None] = lambda pid: None,
) -> Ended:
    """Do some work in a copy of this process.

    Args:
        work: what it returns must be JSON.
        limits: `resource.RLIMIT_…` with their values, for the copy alone.
        home: its stdout and stderr go to a file beside that folder.
        meanwhile: done here, with the id of the copy.
    """
    sys.stdout.flush()  # what is still in the buffer would be the copy's to write, too
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _be_the_copy(work, writer, limits or {}, home)
    os.close(writer)
    meanwhile(pid)
    content = _read(reader, pid)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    try:
        value, error, trace = json.loads(content)
    except ValueError:
        return Ended(code or 1, trace="" if code else "it ended without a word")
    return Ended(code, value, error, trace)


def _be_the_copy(work: Callable[[], Any], writer: int, limits: dict[int, int], home: Path | None) -> None:
    """Never returns."""
    code = 1
    try:
        if home is not None:
            quiet = os.open(home.parent / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        for limit, value in limits.items():
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
        result: Any = None
        error, trace = "", ""
        try:
            result = work()
        except (UserError, Cancelled) as refused:
            error = str(refused) or type(refused).__name__
        except MemoryError:
            error = "MemoryError"
        except OSError as refused:
            error = f"OSError: {refused}"
        except BaseException:  # noqa: BLE001  (the parent shows it)
            trace = traceback.format_exc()
        for limit in limits:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, (resource.getrlimit(limit)[1],) * 2)
        content = json.dumps([result, error, trace]).encode()
        while content:
            content = content[os.write(writer, content) :]
        code = 0
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            pass  # it is in the folder where there is no room any more
        finally:
            os._exit(code)  # whatever happens: the copy would go on as the parent, and clear up after it


def _read(reader: int, pid: int) -> bytes:
    """What the copy says until it ends; it is killed where it hangs."""
    deadline, content = time.monotonic() + PATIENCE, b""
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while True:
            if not readable(pipe.fileno(), max(0.0, deadline - time.monotonic())):
                os.kill(pid, signal.SIGKILL)
                deadline = time.monotonic() + PATIENCE
                continue
            if not (block := pipe.read(1 << 16)):
                return content
            content += block
