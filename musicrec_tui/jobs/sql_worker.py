"""Runs one query of the user's: `python -m musicrec_tui.jobs.sql_worker`, a `Query` on stdin, its answer on stdout.

A process of its own, because a query can do what no setting of DuckDB's prevents: hold gigabytes for a moment, take
half a minute to notice that it is interrupted, crash. It opens the index and then gives up, for good, the right to open
or to write any file, so that the kernel refuses what DuckDB might let through.
"""

import contextlib
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.json_lines import Failure, Query, QueryAnswered
from musicrec_tui.jobs.sql import too_late

if TYPE_CHECKING:
    import duckdb

_GRACE = 1.0
_LOOK = 0.1
_MIB = 2**20


def main() -> int:
    """Answer the question on stdin; returns the exit code."""
    answers = os.dup(1)
    os.dup2(2, 1)  # nothing but the answer may get into stdout
    question = json_lines.expect(sys.stdin.buffer.readline(), Query)
    teller = _Teller(answers)
    teller.tell(_answer(question, teller))
    return 0


class _Teller:
    """Writes the one message."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self.told = False

    def tell(self, message: QueryAnswered | Failure) -> None:
        """Write a message, if it is the first."""
        with self._lock:
            if self.told:
                return
            self.told = True
        line = memoryview(json_lines.encode(message))
        with contextlib.suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._descriptor, line) :]


def _answer(question: Query, teller: _Teller) -> QueryAnswered | Failure:
    """Run the query and say how it went."""
    import duckdb

    from musicrec_tui.dataset.sql import answers, guard  # all imports come before `confine`
    from musicrec_tui.dataset.sql.errors import SqlError, explained, too_large

    if question.stream is not None:
        import pyarrow  # noqa: F401  (now, for soon no file can be opened)
    try:
        connection = guard.open_locked(Path(question.index), question.memory_mb)
    except duckdb.Error as error:
        return Failure(f"The index cannot be opened; start again. {explained(error, '')}")
    confine(question.memory_mb)
    threading.Thread(target=_watch, args=(connection, question, teller), daemon=True).start()
    try:
        relation = answers.selected(connection, question.sql)
        if question.stream is None:
            return QueryAnswered(answers.shown(relation, question.limit or 0))
        _send(answers.streamed(relation, question.limit, nested=question.nested), question.stream)
        return QueryAnswered()
    except SqlError as error:
        return Failure(str(error), error.position)
    except duckdb.InterruptException:
        return Failure(too_late(question.seconds))
    except (duckdb.OutOfMemoryException, MemoryError):
        return Failure(str(too_large(question.memory_mb)))
    except duckdb.Error as error:
        return Failure(str(explained(error, "")))


def _send(reader: Any, descriptor: int) -> None:
    """Write Arrow batches to a pipe.

    Raises:
        duckdb.Error: the query failed (pyarrow tells of it in its own way).
    """
    import pyarrow

    with os.fdopen(descriptor, "wb") as pipe, pyarrow.ipc.new_stream(pipe, reader.schema) as writer:
        try:
            for batch in reader:
                writer.write_batch(batch)
        except (OSError, pyarrow.ArrowException) as error:
            raise _as_duckdb_raises_it(error) from error


def _as_duckdb_raises_it(error: Exception) -> "duckdb.Error":
    """The error of a query, as pyarrow tells of it."""
    import duckdb

    text = str(error)
    if "INTERRUPT" in text:
        return duckdb.InterruptException(text)
    return duckdb.OutOfMemoryException(text) if "Out of Memory" in text else duckdb.Error(text)


def confine(memory_mb: int) -> None:
    """Give up opening and writing files, for ever, and all memory beyond what a query of so many MiB can need."""
    with contextlib.suppress(OSError, ValueError):  # not all systems tell what a process holds, or limit it
        held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        most = held + (2 * memory_mb + 512) * _MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for what in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
        resource.setrlimit(what, (0, 0))


def _watch(connection: "duckdb.DuckDBPyConnection", question: Query, teller: _Teller) -> None:
    """End the query when its time is over, and this process where that does not help or nobody waits any more."""
    deadline = time.monotonic() + question.seconds
    while True:
        time.sleep(_LOOK)
        late = time.monotonic() - deadline
        if os.getppid() != question.parent or (late > _GRACE and not teller.told):
            teller.tell(Failure(too_late(question.seconds)))
            os._exit(0)
        if late > 0:
            connection.interrupt()


if __name__ == "__main__":
    os._exit(main())  # without DuckDB's tidying up, which may wait for what it was told to stop
