"""How the log is opened: an index that is there at once, one that has to be built by a process with a progress bar."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui.dataset.index.remaining import Remaining
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import json_lines
from musicrec_tui.tui.common.listening import home_option, last_word
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_FIRST_LOOK_SECONDS = 0.1
"""By then the index has told what Explore shows at first."""
STOPPED = "The index was not finished, and nothing of it is kept."


async def open_dataset(session: Session) -> None:
    """Open the session's log, building its index where there is none. Never raises for what a user can act on.

    The runs are read meanwhile, so that whoever hears of the log has its best model at once.
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
    """Look for the index and open it (DuckDB is imported here, after the first paint)."""
    from musicrec_tui.dataset.index import cache

    return cache.open_index(session.log, session.home)


def _open(path: Path) -> "Dataset":
    """Open an index that was just built."""
    from musicrec_tui.dataset.index.opened import Dataset

    dataset = Dataset(path)
    _ = dataset.info
    return dataset


def _tell(session: Session, dataset: "Dataset") -> None:
    """Tell everyone of the open index."""
    from musicrec_tui.jobs.host_client import HostClient

    session.open(dataset, HostClient(session.home, pause=_FIRST_LOOK_SECONDS))


async def build(session: Session, report: Callable[[str, float | None], None]) -> Path:
    """Have the indexer build the index; meanwhile `session.stop_indexing` stops it.

    Raises:
        UserError: it could not; the indexer's own sentence.
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
        return await last_word(indexer_command(session), hear, "builds the index", begun)
    finally:
        session.stop_indexing = None


def indexer_command(session: Session) -> list[str]:
    """The indexer's command line."""
    return [
        sys.executable, "-P", "-m", "musicrec_tui.jobs.indexer", *home_option(session.home),
        "--format", session.log.layout, "--", *map(str, session.log.paths),
    ]  # fmt: skip
