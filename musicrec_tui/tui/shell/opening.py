"""Opens the log: an existing index at once, otherwise after the indexer process has built one."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui.dataset.index.remaining import Remaining
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import json_lines
from musicrec_tui.tui.common.listening import home_option, process_result
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_FIRST_LOOK_SECONDS = 0.1
"""By then the index has answered Explore's first look-ups."""
STOPPED = "The index was not finished; nothing was saved."


async def open_dataset(session: Session) -> None:
    """Open the session's log, and build its index if there is none. A `UserError` becomes `session.fail`.

    Runs are read at the same time, so that the best model is known when the log is open.
    """
    try:
        dataset, *_ = await asyncio.gather(
            asyncio.to_thread(_find, session), session.refresh_runs(), session.refresh_tunings()
        )
        if dataset is None:
            session.indexing("starting", None)
            remaining = Remaining()
            path = await build(session, lambda phase, share: session.indexing(phase, share, remaining.words(share)))
            dataset = await asyncio.to_thread(_open, path)
        _tell(session, dataset)
    except Cancelled:
        session.fail(STOPPED, stopped=True)
    except UserError as error:
        session.fail(str(error))


def _find(session: Session) -> "Dataset | None":
    """Open the index if it exists (DuckDB is imported here, after the first paint)."""
    from musicrec_tui.dataset.index import cache

    return cache.open_index(session.log, session.home)


def _open(path: Path) -> "Dataset":
    """Open an index that was just built, and load its info."""
    from musicrec_tui.dataset.index.opened import Dataset

    dataset = Dataset(path)
    _ = dataset.info
    return dataset


def _tell(session: Session, dataset: "Dataset") -> None:
    """Give the session the open index and a host client."""
    from musicrec_tui.jobs.host_client import HostClient

    session.open(dataset, HostClient(session.home, people=session.people, pause=_FIRST_LOOK_SECONDS))


async def build(session: Session, report: Callable[[str, float | None], None]) -> Path:
    """Build the index in the indexer process; meanwhile `session.stop_indexing` stops it.

    Raises:
        UserError: the indexer's error.
        Cancelled: it was stopped.
    """

    def hear(message: json_lines.AnyMessage) -> Path | None:
        match message:
            case json_lines.IndexBuilt(index):
                return Path(index)
            case json_lines.Note(sentence):
                session.reason = sentence
            case json_lines.Progress(phase, fraction):
                report(phase, fraction)
        return None

    def begun(stop: Callable[[], None]) -> None:
        session.stop_indexing = stop

    session.reason = ""
    try:
        return await process_result(indexer_command(session), hear, "builds the index", begun)
    finally:
        session.stop_indexing = None


def indexer_command(session: Session) -> list[str]:
    """The indexer's command line."""
    return [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.indexer", *home_option(session.home),
        "--format", session.log.layout, "--", *session.log.names,
    ]  # fmt: skip
