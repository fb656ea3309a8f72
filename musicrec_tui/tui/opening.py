"""How the log is opened: an index that is there at once, one that has to be built by a process with a progress bar."""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from musicrec_tui.dataset.index.remaining import Remaining
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.session import Session

STOPPED = "The index was not finished, and nothing of it is kept."

_LONGEST_LINE = 2**20


async def open_dataset(session: Session) -> None:
    """Open the session's log, building its index where there is none. Never raises for what a user can act on."""
    try:
        path = await asyncio.to_thread(_find, session)
        if path is None:
            session.indexing("starting", None)
            remaining = Remaining()
            path = await build(session, lambda phase, share: session.indexing(phase, share, remaining.words(share)))
        await _open(session, path)
    except Cancelled:
        session.fail(STOPPED, stopped=True)
    except UserError as error:
        session.fail(str(error))


def _find(session: Session) -> Path | None:
    """Look for the index (DuckDB is imported here, after the first paint)."""
    from musicrec_tui.dataset.index import cache

    return cache.find(session.data, session.home, session.layout)


async def _open(session: Session, path: Path) -> None:
    """Open an index and tell everyone."""
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.jobs.client import HostClient

    dataset = Dataset(path)
    await asyncio.to_thread(lambda: dataset.info)
    session.open(dataset, HostClient(session.home))


async def build(session: Session, report: Callable[[str, float | None], None]) -> Path:
    """Have the indexer build the index; meanwhile `session.stop_indexing` stops it.

    Raises:
        UserError: it could not; the indexer's own sentence.
        Cancelled: it was stopped.
    """
    from musicrec_tui.jobs.environment import for_child

    command = indexer_command(session)
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=_LONGEST_LINE, env=for_child(),
        )  # fmt: skip
    except OSError as error:
        raise UserError(f"Cannot start the process that builds the index: {error.strerror}.", exit_code=1) from error
    session.reason = ""
    session.stop_indexing = lambda: _terminate(process)
    try:
        return await _read(process, session, report)
    finally:
        session.stop_indexing = None
        if process.returncode is None:
            _terminate(process)
            await process.wait()


def _terminate(process: asyncio.subprocess.Process) -> None:
    """Ask the indexer to stop; it cleans up, and says so."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()


def indexer_command(session: Session) -> list[str]:
    """The indexer's command line. The platform's own home is not named: its cache is elsewhere than `--home`'s."""
    home = ["--home", str(session.home.root)] if session.home.cache == session.home.root / "cache" else []
    return [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.indexer", *home,
        "--memory-limit", session.settings.memory_limit, "--cache-days", str(session.settings.cache_days),
        "--cache-gb", str(session.settings.cache_gb), "--format", session.layout, "--", *map(str, session.data),
    ]  # fmt: skip


class _Line(msgspec.Struct, frozen=True):
    """A line of the indexer's: progress, why it has to build, or its last word."""

    phase: str = ""
    fraction: float | None = None
    note: str = ""
    index: str | None = None
    error: str | None = None
    cancelled: bool = False


async def _read(
    process: asyncio.subprocess.Process, session: Session, report: Callable[[str, float | None], None]
) -> Path:
    """Pass progress on until the indexer's last word.

    Raises:
        UserError: its last word is an error, or there is none.
        Cancelled: it is that it was stopped.
    """
    assert process.stdout is not None  # noqa: S101  (it was started with a pipe)
    async for raw in process.stdout:
        line = msgspec.json.decode(raw, type=_Line)
        if line.error is not None:
            raise UserError(line.error, exit_code=1)
        if line.index is not None:
            return Path(line.index)
        if line.cancelled:
            raise Cancelled
        if line.note:
            session.reason = line.note
        else:
            report(line.phase, line.fraction)
    code = await process.wait()
    raise UserError(f"The process that builds the index ended without a word (exit code {code}): start again.")
