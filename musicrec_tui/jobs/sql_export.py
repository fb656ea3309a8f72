"""All rows of a query as a file: the process that runs it streams them, this one writes."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pyarrow

from musicrec_tui.dataset.sql.errors import SqlError
from musicrec_tui.dataset.sql.guard import check_text
from musicrec_tui.dataset.table_files import ExportReport, check_target, silent, write_table
from musicrec_tui.errors import Cancelled
from musicrec_tui.jobs import json_lines, sql
from musicrec_tui.jobs.json_lines import Query

_LOOK = 0.1


def export(
    index: Path,
    query: str,
    target: Path,
    limits: sql.Limits,
    report: ExportReport = silent,
    cancelled: Callable[[], bool] = sql.never,
) -> int:
    """Write what one SELECT gives to a CSV, Parquet or JSON file. Lists and structs are JSON text in a CSV file.

    Args:
        index: path of the index whose tables are meant.
        query: what the user wrote.
        target: its ending says the format.
        limits: how much the query may take; its time includes the writing.
        report: hears of the rows that are written.
        cancelled: asked ten times a second whether to stop, from another thread.

    Returns:
        The rows written.

    Raises:
        SqlError: as for `sql.ask`; no file is left.
        UserError: the format is unknown, or the file cannot be written.
        Cancelled: `cancelled` said so; no file is left.
    """
    check_target(target)
    check_text(query)
    reading, writing = os.pipe()
    nested = target.suffix.lower() != ".csv"
    question = Query(str(index), query, limits.seconds, limits.memory_mb, os.getpid(), limits.rows, writing, nested)
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as theirs, sql.started(question) as process:
        theirs.close()
        return _write(process, question, pipe, target, report, cancelled)


def _write(
    process: "Popen[bytes]",
    question: Query,
    pipe: Any,
    target: Path,
    report: ExportReport,
    cancelled: Callable[[], bool],
) -> int:
    """Ask the question, and write its stream."""
    assert process.stdin is not None  # noqa: S101  (it was started with a pipe)
    process.stdin.write(json_lines.encode(question))
    process.stdin.close()
    stopper = _Stopper(process, question.seconds, cancelled)
    try:
        try:
            reader = pyarrow.ipc.open_stream(pipe)
        except (OSError, pyarrow.ArrowException):
            stopper.conclude()
            raise
        return write_table(_batches(reader, stopper, report), target, reader.schema)
    finally:
        stopper.over.set()


def _batches(reader: Any, stopper: "_Stopper", report: ExportReport) -> Iterator[Any]:
    """The batches of a stream, each reported when it is written; an error where the query did not come to its end."""
    done = 0
    while True:
        try:
            batch: Any = next(reader, None)
        except (OSError, pyarrow.ArrowException):  # cut off: its process knows why
            batch = None
        if batch is None:
            stopper.conclude()
            return
        yield batch
        done += batch.num_rows
        report(done, 0)


class _Stopper:
    """Kills the process of a query when somebody cancels or time is long over, which also ends its stream."""

    def __init__(self, process: "Popen[bytes]", seconds: float, cancelled: Callable[[], bool]) -> None:
        self.over = threading.Event()
        self._process = process
        self._seconds = seconds
        self._cancelled = cancelled
        self._reason: Exception | None = None
        threading.Thread(target=self._watch, daemon=True).start()

    def conclude(self) -> None:
        """Raise why the stream is over, unless it is complete."""
        self.over.set()
        assert self._process.stdout is not None  # noqa: S101  (it was started with a pipe)
        out = self._process.stdout.read()
        if self._reason is not None:
            raise self._reason
        sql.answered(out, self._process)

    def _watch(self) -> None:
        """Look now and then."""
        deadline = time.monotonic() + self._seconds + sql.PATIENCE
        while not self.over.wait(_LOOK):
            if self._cancelled():
                self._reason = Cancelled()
            elif time.monotonic() > deadline:
                self._reason = SqlError(sql.too_late(self._seconds))
            if self._reason is not None:
                self._process.kill()
                return
