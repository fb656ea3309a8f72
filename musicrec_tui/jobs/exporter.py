"""Writes a file in a process of its own: `python -m musicrec_tui.jobs.exporter`, an order on stdin.

An order with `columns` is followed by rows (see `jobs.row_stream`). It prints a JSON object per line: `{"done", "of"}`
while it works (not while rows come), and at the end `{"rows": n}` (with `"notes"` where there is more to say),
`{"error": sentence}` or `{"cancelled": true}`. SIGTERM cancels it cleanly, and so does the death of its reader: no file
is left.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from musicrec_tui.dataset.export_rows import Cells, Column
from musicrec_tui.dataset.playlists.target import Wish
from musicrec_tui.errors import Cancelled, UserError

_TELL = 0.1


class Order(msgspec.Struct, frozen=True):
    """What is wanted.

    Attributes:
        index: path of the index.
        target: path of the file.
        table: one of `dataset.export_tables.NAMES`; empty: the result of `sql`.
        sql: a query of the user's.
        seconds, memory_mb: how much that may take.
        columns: of rows that come behind the order; where there are any, neither table nor query is meant.
        playlist: a playlist, instead of a table or a query.
    """

    index: str
    target: str
    table: str = ""
    sql: str = ""
    seconds: float = 0.0
    memory_mb: int = 0
    columns: tuple[Column, ...] = ()
    playlist: Wish | None = None


class Progress(msgspec.Struct, frozen=True):
    """So many of so many rows are written (of 0: nobody knows)."""

    done: int
    of: int


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last line: one of the three."""

    rows: int | None = None
    error: str | None = None
    cancelled: bool = False
    notes: tuple[str, ...] = ()


class _Reporter:
    """Prints how far it is, a few times a second; where nobody listens any more, or asked to stop, so be it."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._told = 0.0

    def __call__(self, done: int, of: int) -> None:
        """Take note of so many rows of so many."""
        if self._stop.is_set():
            raise Cancelled
        if time.monotonic() - self._told >= _TELL:
            self._told = time.monotonic()
            say(Progress(done, of), self._stop)


def main() -> int:
    """Do what the order on stdin says; returns the exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    try:
        outcome = _write_playlist(order, order.playlist, stop) if order.playlist else Outcome(rows=_export(order, stop))
    except Cancelled:
        outcome = Outcome(cancelled=True)
    except UserError as error:
        outcome = Outcome(error=str(error))
    say(outcome, stop)
    return 0 if outcome.rows is not None else 1


def _export(order: Order, stop: threading.Event) -> int:
    """Write the file; returns its rows."""
    if order.columns:
        return _export_rows(order, stop)
    report = _Reporter(stop)
    if not order.table:
        from musicrec_tui.jobs import sql, sql_export

        limits = sql.Limits(None, order.seconds, order.memory_mb)
        return sql_export.export(Path(order.index), order.sql, Path(order.target), limits, report, stop.is_set)
    from musicrec_tui.dataset import export_tables
    from musicrec_tui.dataset.index.opened import Dataset

    dataset = Dataset(Path(order.index))
    try:
        return export_tables.write(dataset, order.table, Path(order.target), report)
    finally:
        dataset.close()


def _export_rows(order: Order, stop: threading.Event) -> int:
    """Write what is sent. Who sends it knows how far it is, and does not listen before the end."""
    from musicrec_tui.dataset import export_rows
    from musicrec_tui.jobs import row_stream

    def sent() -> Iterator[list[Cells]]:
        for page in row_stream.pages(order.columns, sys.stdin.buffer):
            if stop.is_set():
                raise Cancelled
            yield page

    return export_rows.write(order.columns, sent(), Path(order.target))


def _write_playlist(order: Order, wish: Wish, stop: threading.Event) -> Outcome:
    """Write a playlist."""
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.playlists import writing

    dataset = Dataset(Path(order.index))
    try:
        written = writing.write(dataset, wish, Path(order.target), lambda *_: None, stop.is_set)
    finally:
        dataset.close()
    return Outcome(rows=written.tracks, notes=written.notes)


def say(line: msgspec.Struct, stop: threading.Event) -> None:
    """Print a line; where nobody listens any more, stop."""
    try:
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        stop.set()
        # Python flushes stdout once more at exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
