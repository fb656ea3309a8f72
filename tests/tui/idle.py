"""When an app under test has nothing left to do, told by its event loop instead of by the processor's time.

Textual's pilot sleeps 20 ms after each key, and takes the app for idle if the process hardly worked meanwhile. That is
slow on a quiet machine, and wrong on a busy one, where the process does not work because others do.
"""

import asyncio
import time
from typing import Any

import pytest
from textual import app, pilot

from tests.waiting import Deadline

_SOON = 0.02
"""A timer that is due within so many seconds belongs to what is going on: the screen is painted 60 times a second."""
_MOST_TIMERS = 10
_AT_WORK_SECONDS = 1.0
"""Threads that are at work for longer are not waited for."""


class _Threads:
    """How many calls the event loop's threads have not answered."""

    pending = 0

    @classmethod
    def count(cls, patch: pytest.MonkeyPatch) -> None:
        """Count from now on."""
        cls.pending = 0
        real = asyncio.BaseEventLoop.run_in_executor

        def counted(loop: Any, *arguments: Any) -> Any:
            future = real(loop, *arguments)
            cls.pending += 1
            future.add_done_callback(cls._over)
            return future

        patch.setattr(asyncio.BaseEventLoop, "run_in_executor", counted)

    @classmethod
    def _over(cls, _future: object) -> None:
        cls.pending -= 1


async def wait_for_idle(_least: float = 0.0, _most: float = 1.0) -> None:
    """Wait until nothing is ready to run, no thread is at work, and no timer is due soon."""
    loop: Any = asyncio.get_running_loop()
    deadline, timers, begun = Deadline(), 0, time.monotonic()
    while not deadline.is_over:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if _Threads.pending and time.monotonic() - begun < _AT_WORK_SECONDS:
            await asyncio.sleep(0.001)
        elif timers < _MOST_TIMERS and (due := _next_timer(loop)) < _SOON:
            timers += 1
            await asyncio.sleep(max(0.0, due))
        else:
            return


def _next_timer(loop: Any) -> float:
    """The seconds until the next timer is due."""
    waiting = [handle.when() for handle in loop._scheduled if not handle.cancelled()]
    return float(min(waiting, default=float("inf")) - loop.time())


def use(patch: pytest.MonkeyPatch) -> None:
    """Have Textual's pilot wait so."""
    _Threads.count(patch)
    for module in (app, pilot):
        patch.setattr(module, "wait_for_idle", wait_for_idle)
