"""Work beside the screens: reloading runs and tunings, importing screens in advance, garbage collection."""

import asyncio
import gc
from collections.abc import Callable
from importlib import import_module

from musicrec_tui import defects
from musicrec_tui.tui.common.screens import SCREENS
from musicrec_tui.tui.shell.session import Session

LIVE_SECONDS, IDLE_SECONDS = 0.5, 2.0
SWEEP_SECONDS = 2.0
"""The interval of `sweep`."""
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000
"""Python's own thresholds, except that full collections never start by themselves."""
_DUE = 2
"""Collections of the middle generation after which a full one pays."""
_MODULES = (
    *(screen.module for screen in SCREENS),
    "musicrec_tui.tui.keys.help",
    "musicrec_tui.tui.shell.quit_dialog",
)
_SETTLED_SECONDS = 1.0
"""By then the log is usually open and Explore drawn."""


async def warm_up() -> None:
    """Import all screens in a thread, which blocks the event loop for milliseconds only.

    Models of other packages are looked for, too: one that hangs when it is imported is waited for here.
    """
    await asyncio.sleep(_SETTLED_SECONDS)
    for name in _MODULES:
        await asyncio.to_thread(import_module, name)
    registry = await asyncio.to_thread(import_module, "musicrec_tui.recommenders.registry")
    await asyncio.to_thread(registry.models)


class _Collector:
    """Whether this process is the program, and not a test or another tool that has the app in it."""

    ours = False


def put_off() -> None:
    """Disable collections until the first `settle`; called once, when the program starts."""
    _Collector.ours = True
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
    gc.disable()


def hold() -> None:
    """Disable collections while a screen is made: nearly all of its objects stay."""
    if _Collector.ours:
        gc.disable()


def settle() -> None:
    """Freeze the objects that exist now and enable collections of later ones.

    Garbage of this moment is frozen, too: a few hundred kilobytes for all screens.
    """
    if _Collector.ours:
        gc.freeze()
        gc.enable()


def sweep() -> None:
    """Run a full collection if one pays; called by a timer, while nothing is painted."""
    if _Collector.ours and gc.isenabled() and gc.get_count()[2] >= _DUE:
        gc.collect()


async def remove_leftovers(session: Session) -> None:
    """Remove what killed processes left in the home, in a thread, when the screen is drawn."""
    await asyncio.sleep(_SETTLED_SECONDS)
    leftovers = await asyncio.to_thread(import_module, "musicrec_tui.jobs.leftovers")
    await asyncio.to_thread(leftovers.sweep, session.home)


async def watch_runs(session: Session, after: Callable[[], None]) -> None:
    """Reload runs and tunings: twice a second while a job runs, else every two seconds; then call `after`.

    Unchanged ones cost a `stat` each. The first reload is delayed, since the start (`opening`) reads them itself.
    Before it, jobs that were in the trash for `trash_days` are deleted.
    """
    await asyncio.sleep(LIVE_SECONDS)
    await asyncio.to_thread(_empty_by_age, session)
    logged = ""
    while True:
        try:
            await session.refresh_runs()
            await session.refresh_tunings()
        except Exception as error:  # noqa: BLE001  (a watcher that ends would end the screen)
            if logged != repr(error):
                defects.keep(session.home, "tui", error)
            logged = repr(error)
        after()
        await asyncio.sleep(LIVE_SECONDS if session.live_jobs else IDLE_SECONDS)


def _empty_by_age(session: Session) -> None:
    """Delete jobs that were in the trash for `trash_days`."""
    from musicrec_tui.runs import store
    from musicrec_tui.runs import tuning_store as tunings

    for trash in (store.trash_of(session.home), tunings.trash_of(session.home)):
        trash.expire(session.settings.trash_days)
