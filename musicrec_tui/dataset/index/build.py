"""From a log to its index: built once, under a temporary name, by one process."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb

from musicrec_tui import files
from musicrec_tui.dataset.index import cache, changes, engine, filling, pruning, ready_tables
from musicrec_tui.dataset.index.opened import damage_mark
from musicrec_tui.dataset.index.running import Report, Runner
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import archives, salvage
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.text import printable

_DEFAULTS = Settings()
_Input = filling.Work | ready_tables.ReadyTables

WAITING = "waiting for another program that builds this index"

_JOINS: engine.Config = {"disabled_optimizers": "join_order,build_side_probe_side"}
"""Joins are made as they are written: what is joined to the rows of a log is always small, but DuckDB takes the
filtered rows for fewer still, and would hold them all in memory."""


def _silent(phase: str, fraction: float | None) -> None:
    """A report that nobody reads."""


def _untold(sentence: str) -> None:
    """A note that nobody reads."""


def _never() -> bool:
    """Nobody cancels."""
    return False


def ensure(
    log: Log,
    home: Home,
    settings: Settings = _DEFAULTS,
    *,
    report: Report = _silent,
    note: Callable[[str], None] = _untold,
    cancelled: Callable[[], bool] = _never,
) -> Path:
    """The index of a log, built now where there is none (or a damaged one).

    Args:
        log: what is indexed, in the state in which its files were seen first.
        home: its cache folder holds the index.
        settings: what DuckDB may use (beyond it, it spills to the cache folder), and what the cache may hold of other
            indexes when this one is built.
        report: hears of the phase and of how far the whole is, a few times a second.
        note: hears a sentence where there was an index and it has to be built again: why.
        cancelled: asked as often whether to stop.

    Raises:
        UserError: the log cannot be read, has no usable listens, or the index cannot be written.
        Cancelled: `cancelled` said so; nothing is left behind.
    """
    if found := cache.find_index(log, home):
        return found
    _ = log.files
    target = cache.index_path(log, home)
    with _exclusive(target, report, cancelled):
        if cache.is_whole(target):
            return target
        cache.sweep_own(target)
        if why := changes.rebuild_reason(target, log.states):
            note(why)
        unpacked = archives.beside(target)
        archives.unpack(log.files, unpacked, report, cancelled)

        def attempt(without: Mapping[Path, str]) -> None:
            work = filling.Work(recognise(log, unpacked=unpacked, without=without), log.states)
            _build(work, target, settings.memory_limit, report, cancelled)

        try:
            salvage.read_around(log, attempt)
        except OSError as error:
            raise _unwritten(target, error) from error
    archives.sweep(archives.beside(target))
    _tidy(target, home, settings)
    return target


def take(
    tables: ready_tables.ReadyTables, log: Log, home: Home, settings: Settings, *,
    report: Report = _silent, cancelled: Callable[[], bool] = _never,
) -> Path:  # fmt: skip
    """The index of a log whose tables a cluster has made; it takes the place of the one that is there.

    Args:
        tables: as Parquet.
        log: which has them.
        home: see `ensure`.
        settings: see `ensure`.
        report: see `ensure`.
        cancelled: see `ensure`.

    Raises:
        UserError: the index cannot be written, or it would not hold what the cluster counted.
        Cancelled: `cancelled` said so; nothing is left behind.
    """
    target = cache.index_path(log, home)
    with _exclusive(target, report, cancelled):
        cache.sweep_own(target)
        try:
            _build(tables, target, settings.memory_limit, report, cancelled)
        except OSError as error:
            raise _unwritten(target, error) from error
    _tidy(target, home, settings)
    return target


def _tidy(target: Path, home: Home, settings: Settings) -> None:
    """Remove what a new index makes unnecessary."""
    damage_mark(target).unlink(missing_ok=True)
    cache.sweep(home.indexes)
    pruning.prune(home.indexes, target, days=settings.cache_days, gigabytes=settings.cache_gb)


def _unwritten(target: Path, error: OSError) -> UserError:
    """What to say where an index cannot be written."""
    return UserError(f"Cannot write the index {target}: {error.strerror}.", exit_code=1)


@contextlib.contextmanager
def _exclusive(target: Path, report: Report, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock of an index, after waiting for whoever holds it."""
    while (lock := _try_lock(target)) is None:
        report(WAITING, None)
        if cancelled():
            raise Cancelled
        time.sleep(0.2)
    try:
        yield
    finally:
        os.close(lock)


def _try_lock(target: Path) -> int | None:
    """Take the lock of an index, if nobody has it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return files.try_lock(cache.lock_of(target))
    except OSError as error:
        raise UserError(
            f"Cannot write the index to {printable(str(target.parent), None)}: {error.strerror}. "
            "Choose a folder that can be written to with --home.",
            exit_code=1,
        ) from error


def _build(work: _Input, target: Path, memory_limit: str, report: Report, cancelled: Callable[[], bool]) -> None:
    """Build the index under a temporary name and put it in its place."""
    prefix = f".{target.name}."
    with (
        tempfile.TemporaryDirectory(prefix=prefix, suffix=".spill", dir=target.parent) as spill,
        files.replacing(target) as temporary,
    ):
        temporary.unlink()  # DuckDB takes no empty file for a new database
        try:
            with duckdb.connect(temporary, config=engine.config(memory_limit, spill) | _JOINS) as connection:
                _fill(connection, work, report, cancelled)
                connection.execute("CHECKPOINT")  # closing does that too, but says nothing where it fails
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
            raise  # a statement of ours is wrong, whatever the files hold
        except duckdb.Error as error:
            source = work.source if isinstance(work, filling.Work) else None
            raise engine.explained(error, source, target, "the index") from error
        finally:
            cache.remove(temporary.with_name(f"{temporary.name}.wal"))


def _fill(connection: duckdb.DuckDBPyConnection, work: _Input, report: Report, cancelled: Callable[[], bool]) -> None:
    """Fill a new database, in a thread that can be interrupted.

    Names are stored as they are: squeezing them takes two thirds of the time of writing, and saves a third of the room.
    """
    connection.execute("SET disabled_compression_methods = 'dict_fsst'")  # as a part of the configuration it is ignored
    runner = Runner(connection, report, cancelled)
    try:
        if isinstance(work, filling.Work):
            filling.fill(runner, work)
        else:
            ready_tables.fill(runner, work)
    finally:
        runner.close()
