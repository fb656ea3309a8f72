"""Keeps the session's runs and tunings fresh: a look twice a second while a job lives, every two seconds otherwise."""

import asyncio
from collections.abc import Callable

from musicrec_tui.tui.session import Session

LIVE_SECONDS, IDLE_SECONDS = 0.5, 2.0


async def watch_runs(session: Session, after: Callable[[], None]) -> None:
    """Read them again and again; `after` is called after each look. Unchanged ones cost a `stat` each."""
    while True:
        await session.refresh_runs()
        await session.refresh_tunings()
        after()
        await asyncio.sleep(LIVE_SECONDS if session.live_jobs else IDLE_SECONDS)
