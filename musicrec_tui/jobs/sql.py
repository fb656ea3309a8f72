"""Asks a query of an index in a process of its own. Light, and for any thread: the TUI uses it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui.dataset.records import QueryRows
from musicrec_tui.dataset.sql.errors import SqlError
from musicrec_tui.dataset.sql.guard import check_text
from musicrec_tui.errors import Cancelled
from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.environment import for_child
from musicrec_tui.jobs.json_lines import Failure, Query, QueryAnswered

_LOOK = 0.05
PATIENCE = 5.0
"""Seconds beyond a query's own that its process has to start and to say that time is over."""


EXPORT_SECONDS = 600.0
"""What a query gets where all its rows are written to a file, and nothing else is said."""


class Limits(NamedTuple):
    """How much a query may take.

    Attributes:
        rows: the most that are given; None: all (only for an export).
        seconds: of time.
        memory_mb: of memory, in MiB.
    """

    rows: int | None = 1000
    seconds: float = 10.0
    memory_mb: int = 1024


DEFAULT = Limits()


def never() -> bool:
    """Never cancelled."""
    return False


def ask(index: Path, sql: str, limits: Limits = DEFAULT, cancelled: Callable[[], bool] = never) -> QueryRows:
    """The first rows of what one SELECT gives.

    Args:
        index: path of the index whose tables are meant.
        sql: what the user wrote.
        limits: how much it may take.
        cancelled: asked twenty times a second whether to stop.

    Raises:
        SqlError: it is no SELECT, DuckDB does not understand it, or it needs too much.
        Cancelled: `cancelled` said so.
    """
    check_text(sql)
    deadline = time.monotonic() + limits.seconds + PATIENCE
    question = Query(str(index), sql, limits.seconds, limits.memory_mb, os.getpid(), limits.rows or 0)
    line: bytes | None = json_lines.encode(question)
    with started(question) as process:
        while True:
            try:
                out, _ = process.communicate(line, timeout=_LOOK)
            except subprocess.TimeoutExpired:
                line = None  # it goes on being written
                if cancelled():
                    raise Cancelled from None
                if time.monotonic() > deadline:
                    raise SqlError(too_late(limits.seconds)) from None
            else:
                break
        rows = answered(out, process).rows
    assert rows is not None  # noqa: S101  (no stream was asked for)
    return rows


@contextlib.contextmanager
def started(question: Query) -> Iterator["subprocess.Popen[bytes]"]:
    """The process for a question, which has yet to be written to it; it is gone when the `with` is over."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "musicrec_tui.jobs.sql_worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=for_child(),
        start_new_session=True, pass_fds=() if question.stream is None else (question.stream,),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def answered(out: bytes, process: "subprocess.Popen[bytes]") -> QueryAnswered:
    """What a query's process said in the end.

    Raises:
        SqlError: its error, or that it ended without a message.
    """
    try:
        message = json_lines.decode(out)
    except msgspec.MsgspecError:
        message = None
    if isinstance(message, Failure):
        raise SqlError(message.sentence, message.position)
    if not isinstance(message, QueryAnswered):
        raise SqlError(f"DuckDB crashed on this query (exit code {process.wait()}); make it simpler.")
    return message


def too_late(seconds: float) -> str:
    """The sentence on a query that took too long."""
    return (
        f"The query was stopped after {seconds:g} s: make it simpler, or give it more time "
        "(sql_seconds in the settings, --seconds on the command line)."
    )
