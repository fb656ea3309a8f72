"""An index, open for questions. Light: DuckDB, msgspec and the standard library, because the TUI holds one."""

import contextlib
import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import _duckdb as duckdb
import msgspec

from musicrec_tui.dataset.index import question
from musicrec_tui.dataset.index.schema import VERSION
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.period import refused_zone
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.shortage import ShortageError, shortage
from musicrec_tui.text import printable

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_PATIENCE = 5.0
_DAMAGE = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
)


def damage_mark(path: Path) -> Path:
    """The file that says that an index turned out to be damaged (DuckDB sees that when it reads the spot)."""
    return path.with_name(f"{path.name}.damaged")


class Dataset:
    """A read-only index. It opens at the first question; any thread may ask.

    As long as it is open it holds a shared `flock` on the file, and the file's `atime` says when it was opened: the
    cache is pruned by them.

    Args:
        path: an index, from `build.ensure` or `cache.find`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._info: DatasetInfo | None = None
        self._closed = False
        self._release: weakref.finalize[[int], Dataset] | None = None

    @property
    def info(self) -> DatasetInfo:
        """Totals of the log.

        Raises:
            UserError: the index is missing, damaged, or of another schema.
        """
        if self._info is None:
            try:
                meta = dict(self.query("SELECT name, value FROM meta"))
                [(size,)] = self.query("SELECT total_blocks * block_size FROM pragma_database_size()")
                # A cut file still opens, and answers until somebody asks for what is missing.
                if meta["schema"] != str(VERSION) or self.path.stat().st_size < int(size):
                    raise self._damaged()
                self._info = msgspec.json.decode(meta["info"], type=DatasetInfo)
            except (OSError, KeyError, msgspec.MsgspecError, duckdb.CatalogException) as error:
                raise self._unreadable(error) from error
        return self._info

    @property
    def log(self) -> Log:
        """The log that the index was made from, to be looked up anew."""
        return Log(self.info.paths, self.info.insisted)

    @property
    def indexed(self) -> IndexedLog:
        """The same with this index: what a job is started with."""
        return IndexedLog(self.log, self.path, self.info.content, self.info.users)

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows that a SELECT gives.

        Raises:
            UserError: the index is damaged.
            ShortageError: it cannot be read for want of memory, descriptors or permission.
            Cancelled: `interrupt` was called meanwhile, or the dataset was closed.
        """
        with self.cursor() as cursor:
            return cursor.execute(sql, dict(parameters or {})).fetchall()

    @contextlib.contextmanager
    def relations(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A `cursor` whose results can be relations and Arrow tables, which need the Python of DuckDB's package."""
        import_module("duckdb")
        with self.cursor() as cursor:
            yield cursor

    @contextlib.contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one thread, for as long as the `with` lasts; errors as `query` raises them.

        It can be stopped by the `Question` that is being asked, too.
        """
        cursor = self._open_cursor()
        try:
            with question.held(cursor):
                yield cursor
        except duckdb.InterruptException as error:
            raise Cancelled from error
        except duckdb.NotImplementedException as error:
            raise refused_zone(error) or error from error
        except duckdb.Error as error:
            if self._closed and not isinstance(error, _DAMAGE):
                raise Cancelled from error
            # DuckDB 2 raises its plain error for a checksum that does not fit.
            if isinstance(error, _DAMAGE) or type(error) is duckdb.Error or shortage(error):
                raise self._unreadable(error) from error
            raise
        finally:
            cursor.close()
            with self._lock:
                self._running.discard(cursor)

    def keep_little(self) -> None:
        """Have DuckDB hold no more than 64 MB of the index in memory, for short questions in a process that has others.

        The setting is the database's: all that this process has open of this index shares it.
        """
        with self.cursor() as cursor:
            cursor.execute("SET memory_limit = '64MB'")
            cursor.execute("SET threads = 1")  # each thread has memory of its own

    def interrupt(self) -> None:
        """Stop all questions that are being answered now; their callers get `Cancelled`."""
        with self._lock:
            running = list(self._running)
        for cursor in running:
            with contextlib.suppress(duckdb.Error):  # it may just have been closed
                cursor.interrupt()

    def close(self) -> None:
        """Stop what is running and close the file. Further questions get `Cancelled`."""
        with self._lock:
            self._closed = True
        patience = time.monotonic() + _PATIENCE
        while self._running and time.monotonic() < patience:  # DuckDB does not close a connection that is busy
            self.interrupt()
            time.sleep(0.005)
        with self._lock:
            if self._connection is not None and not self._running:
                self._connection.close()
            self._connection = None
            if self._release is not None:
                self._release()

    def _open_cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor that `interrupt` knows of."""
        with self._lock:
            if self._closed:
                raise Cancelled
            if self._connection is None:
                if (descriptor := _used(self.path)) is not None:
                    self._release = weakref.finalize(self, os.close, descriptor)
                try:
                    self._connection = duckdb.connect(self.path, read_only=True, config=_CONFIG)
                except duckdb.Error as error:
                    raise self._unreadable(error) from error
            cursor = self._connection.cursor()
            self._running.add(cursor)
            return cursor

    def _unreadable(self, error: Exception) -> UserError:
        """What to say of an index that cannot be read: a want of the machine's is no damage."""
        if why := shortage(error):
            return ShortageError(f"The index {printable(str(self.path), None)} cannot be read. {why}")
        return self._damaged()

    def _damaged(self) -> UserError:
        """What to say of an index that cannot be read; it is marked, so that nobody trusts it again."""
        if self.path.is_file():
            with contextlib.suppress(OSError):
                damage_mark(self.path).touch()
        return UserError(
            f"The index {printable(str(self.path), None)} is missing or damaged; start again, and it is built anew.",
            exit_code=1,
        )


def _used(path: Path) -> int | None:
    """Note that an index is used from now on, until the descriptor is closed; None where that cannot be noted."""
    descriptor: int | None = None
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        os.utime(descriptor, ns=(time.time_ns(), os.fstat(descriptor).st_mtime_ns))
    return descriptor
