"""The first model: trained by itself where that is quick, offered where it is not."""

import asyncio
from typing import TYPE_CHECKING

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.log import IndexedLog
    from musicrec_tui.runs.store import RunInfo

QUICK_SECONDS = 30.0
_PAIRS_PER_SECOND = 1.5e6
"""User-artist pairs that one ALS sweep with the default parameters gets through in a second on two cores."""
_SWEEPS = 15


async def train_first(session: Session) -> None:
    """Start ALS where no model of this log is there or on its way; offer it where it would take long.

    What counts is the time that building the index is estimated to take (whether or not it had to be built now), or
    the training itself, whichever is longer. Where there was a run that came to nothing, it is offered only: what
    failed once, or was cancelled, is not tried again on every start.
    """
    dataset = session.dataset
    if dataset is None:
        return
    before = [run for run in session.runs if run.content == dataset.info.content]
    if any(run.status.live or run.status == "finished" for run in before):
        return
    seconds = max(await asyncio.to_thread(_index_seconds, session), als_seconds(dataset.info.plays))
    if before:
        last = f"{printable(before[0].label)} {before[0].status.phrase}"
        session.make_offer(f"No model of this log: {last}. Popularity serves; t trains ALS.")
    elif seconds < QUICK_SECONDS:
        await submit_als(session)
    else:
        session.make_offer(
            f"No model of this log yet: popularity serves. Training ALS may take about {_duration(seconds)}; "
            "t starts it."
        )


async def submit_als(session: Session) -> None:
    """Start an ALS job with the default parameters; a home that cannot be written to is told as an offer."""
    log = session.indexed_log
    if log is None:
        return
    try:
        run = await asyncio.to_thread(_submit, session, log)
    except UserError as error:
        session.make_offer(f"No model is trained: {error} Popularity serves.")
    else:
        session.begun.add(run.id)
        session.make_offer("")


def als_seconds(pairs: int) -> float:
    """About how long ALS takes, start of the process included."""
    return 3.0 + pairs * _SWEEPS / _PAIRS_PER_SECOND


def _index_seconds(session: Session) -> float:
    """The estimate for the index; nothing where the log is gone (the index is there)."""
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
