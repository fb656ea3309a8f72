"""Keeps the session's runs and tunings fresh: a look twice a second while a job lives, every two seconds otherwise."""

import asyncio
from collections.abc import Callable

from musicrec_tui.tui.session import Session

LIVE_SECONDS, IDLE_SECONDS = 0.5, 2.0


async def watch_runs(session: Session, after: Callable[[], None]) -> None:
    """Read them again and again; `after` is called after each look. Unchanged ones cost a `stat` each.

    The first look is a while after the start, which reads them itself (`opening`) and has more to do. Before it, what
    has been in the trash for long enough is deleted.
    """
    await asyncio.sleep(LIVE_SECONDS)
    await asyncio.to_thread(_empty_by_age, session)
    while True:
        await session.refresh_runs()
        await session.refresh_tunings()
        after()
        await asyncio.sleep(LIVE_SECONDS if session.live_jobs else IDLE_SECONDS)


def _empty_by_age(session: Session) -> None:
    """Let the trash forget."""
    from musicrec_tui.runs import store
    from musicrec_tui.runs.tunings import store as tunings

    for trash in (store.trash_of(session.home), tunings.trash_of(session.home)):
        trash.expire(session.settings.trash_days)
