"""Keeps the session's runs and tunings fresh: a look twice a second while a job lives, every two seconds otherwise."""

import asyncio
import gc
from collections.abc import Callable
from importlib import import_module

from musicrec_tui.tui.common.screens import SCREENS
from musicrec_tui.tui.shell.session import Session

LIVE_SECONDS, IDLE_SECONDS = 0.5, 2.0
SWEEP_SECONDS = 2.0
"""How often `sweep` is to be called."""
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000
"""Python's own thresholds, but for the last: full collections."""
_DUE = 2
"""So many collections of the middle generation make a full one worth its time."""
_MODULES = (
    *(screen.module for screen in SCREENS),
    "musicrec_tui.tui.keys.help",
    "musicrec_tui.tui.shell.quit_dialog",
)
_SETTLED_SECONDS = 1.0
"""By then the log is open and Explore has been drawn, in the usual case."""


async def warm_up() -> None:
    """Import them in a thread, which holds the event loop up for milliseconds only."""
    await asyncio.sleep(_SETTLED_SECONDS)
    for name in _MODULES:
        await asyncio.to_thread(import_module, name)


class _Collector:
    """Whether this process is the program, and not a test or another tool that has the app in it."""

    ours = False


def put_off() -> None:
    """Do not collect before the first `settle`; called once, when the program starts."""
    _Collector.ours = True
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
    gc.disable()


def hold() -> None:
    """A screen is being made: do not look through what comes now, for nearly all of it stays, before `settle`."""
    if _Collector.ours:
        gc.disable()


def settle() -> None:
    """A screen stands: set aside what is alive now, and collect among what comes.

    The little that is garbage at this moment is kept for good, too: a few hundred kilobytes for all screens.
    """
    if _Collector.ours:
        gc.freeze()
        gc.enable()


def sweep() -> None:
    """Collect all that came since, where that is much; called by a timer, while nothing is being painted."""
    if _Collector.ours and gc.isenabled() and gc.get_count()[2] >= _DUE:
        gc.collect()


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
    from musicrec_tui.runs import tuning_store as tunings

    for trash in (store.trash_of(session.home), tunings.trash_of(session.home)):
        trash.expire(session.settings.trash_days)
