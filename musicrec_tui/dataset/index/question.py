"""Questions that can be stopped one by one: who types on does not wait for what they typed before."""

import contextlib
import contextvars
import threading
from collections.abc import Iterator

import _duckdb as duckdb

from musicrec_tui.errors import Cancelled

_current: contextvars.ContextVar["Question | None"] = contextvars.ContextVar("question", default=None)


class Question:
    """All that is asked of an index within `with question:`, also in threads that `asyncio.to_thread` starts there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        self._stopped = False

    def __enter__(self) -> "Question":
        """From here on."""
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Up to here."""
        _current.reset(self._token)

    @contextlib.contextmanager
    def _holding(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """A cursor is at work for this question."""
        with self._lock:
            if self._stopped:
                raise Cancelled
            self._cursors.add(cursor)
        try:
            yield
        finally:
            with self._lock:
                self._cursors.discard(cursor)

    def interrupt(self) -> None:
        """Stop what is being answered, and answer no more: who asked gets `Cancelled`."""
        with self._lock:
            self._stopped = True
            for cursor in self._cursors:
                cursor.interrupt()


def held(cursor: duckdb.DuckDBPyConnection) -> contextlib.AbstractContextManager[None]:
    """A cursor is at work for the question that is being asked, if there is one.

    Raises:
        Cancelled: on entering, where the question was stopped.
    """
    question = _current.get()
    return question._holding(cursor) if question is not None else contextlib.nullcontext()
