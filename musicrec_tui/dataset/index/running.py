"""Long statements that say how far they are and can be stopped."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

import duckdb

from musicrec_tui.errors import Cancelled

_TICK = 0.2


class Report(Protocol):
    """Called with the progress of the work; `fraction` (0 to 1) is of the whole, None if unknown."""

    def __call__(self, phase: str, fraction: float | None) -> None:
        """Take note."""


class Runner:
    """Executes statements on one connection, in a thread, while the caller's thread reports and listens for a stop.

    Args:
        connection: closed by its owner, after `close`.
        report: called a few times a second, in the caller's thread.
        cancelled: asked as often.

    Attributes:
        done: how far the whole work is, 0 to 1.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, report: Report, cancelled: Callable[[], bool]) -> None:
        self.connection = connection
        self._report = report
        self._cancelled = cancelled
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="index")
        self.done = 0.0
        self._phase = ""
        self._told = 0.0

    def close(self) -> None:
        """Wait for the thread, which has nothing left to do."""
        self._pool.shutdown()

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was requested."""
        if self._cancelled():
            raise Cancelled

    def step(
        self, phase: str, until: float, sql: str, parameters: Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        """Execute one statement and return its rows.

        Args:
            phase: what is being done, for people.
            until: how far the whole work is when the phase ends, 0 to 1.
            sql: the statement.
            parameters: its values, by name; those that it does not use are left out.

        Raises:
            Cancelled: cancellation was requested; the statement was interrupted.
        """
        used = {name: value for name, value in (parameters or {}).items() if f"${name}" in sql}
        self.check()
        if phase != self._phase:
            self._phase = phase
            self._told = max(self._told, self.done)
            self._report(phase, self._told)
        finished = threading.Event()
        future = self._pool.submit(self._execute, sql, used)
        future.add_done_callback(lambda _: finished.set())
        try:
            self._watch(finished, phase, until)
        except BaseException:
            self._stop(future, finished)
            raise
        rows = future.result()
        self.done = until
        return rows

    def keep(self, name: str, table: object) -> None:
        """Copy an Arrow table into a temporary table."""
        self.connection.register("incoming", table)
        self.connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        self.connection.unregister("incoming")

    def append(self, name: str, table: object) -> None:
        """Copy the rows of an Arrow table into a table."""
        self.connection.register("incoming", table)
        self.connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")  # noqa: S608
        self.connection.unregister("incoming")

    def store(self, name: str, create: str, rows: Sequence[Sequence[object]]) -> None:
        """Make a small table and put rows into it."""
        self.connection.execute(create)
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608

    def _execute(self, sql: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        """What the thread does."""
        return self.connection.execute(sql, parameters).fetchall()

    def _watch(self, finished: threading.Event, phase: str, until: float) -> None:
        """Report and listen until the statement is over."""
        while not finished.wait(_TICK):
            self.check()
            share = max(0.0, self.connection.query_progress()) / 100
            # DuckDB corrects itself downwards now and then, which nobody wants to see.
            self._told = max(self._told, self.done + (until - self.done) * min(1.0, share))
            self._report(phase, self._told)

    def _stop(self, future: "Future[list[tuple[Any, ...]]]", finished: threading.Event) -> None:
        """Interrupt the statement (again and again: one that has not begun yet does not notice)."""
        while not finished.wait(0.05):
            self.connection.interrupt()
        future.exception()
