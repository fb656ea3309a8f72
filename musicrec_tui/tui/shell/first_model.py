"""The first model of a log: trained automatically if that is quick, else offered."""

import asyncio
from typing import TYPE_CHECKING

from musicrec_tui.dataset import few_users
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.log import IndexedLog
    from musicrec_tui.runs.store import RunInfo

QUICK_SECONDS = 30.0
_PAIRS_PER_SECOND = 1.5e6
"""User-artist pairs per second of one ALS sweep with default parameters on two cores."""
_SWEEPS = 15


async def train_first(session: Session) -> None:
    """Start ALS if the log has no finished or running model; offer it if it would take long.

    The estimate is the longer of indexing (whether or not it was needed now) and training. After a failed or cancelled
    run it is only offered, so that a failure is not repeated on every start. An outdated model continues to
    recommend, and R trains it again.
    """
    dataset = session.dataset
    if dataset is None:
        return
    if few_users.too_few(dataset.info.users):
        return
    before = [run for run in session.runs if run.content == dataset.info.content]
    if any(run.status.live or run.status == "finished" for run in before):
        return
    if session.usable:  # a model of the log as it was before
        run = session.chosen or session.usable[0]
        sentence = f"{printable(run.label, 40)}: {session.log_change(run)} Press R to train it again."
        session.broadcast(messages.TrainingOffered, sentence)
        return
    seconds = max(await asyncio.to_thread(_index_seconds, session), als_seconds(dataset.info.plays))
    if before:
        last = f"{printable(before[0].label)} {before[0].status.phrase}"
        session.make_offer(f"No model of this log: {last}. Showing popularity. Press t to train ALS.")
    elif seconds < QUICK_SECONDS:
        await submit_als(session)
    else:
        session.make_offer(
            f"No model of this log yet: showing popularity. Training ALS takes about {_duration(seconds)}. "
            "Press t to start."
        )


async def submit_als(session: Session) -> None:
    """Start an ALS job with default parameters; an error is shown as an offer."""
    log = session.indexed_log
    if log is None:
        return
    try:
        run = await asyncio.to_thread(_submit, session, log)
    except UserError as error:
        session.make_offer(f"No model was trained: {error} Showing popularity.")
    else:
        session.begun.add(run.id)
        session.make_offer("")


def als_seconds(pairs: int) -> float:
    """The estimated seconds of ALS, with the start of its process."""
    return 3.0 + pairs * _SWEEPS / _PAIRS_PER_SECOND


def _index_seconds(session: Session) -> float:
    """The estimated seconds of indexing; 0 if the log is gone."""
    from musicrec_tui.dataset.index import cache

    try:
        return cache.estimate_seconds(session.log)
    except (UserError, OSError):
        return 0.0


def _submit(session: Session, log: "IndexedLog") -> "RunInfo":
    """Start the worker."""
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.recommenders.als import AlsParams
    from musicrec_tui.runs.spec import TrainRequest

    return supervisor.submit(session.home, TrainRequest(params=AlsParams(), k=session.settings.k), log)


def _duration(seconds: float) -> str:
    """A rough length of time in words."""
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
