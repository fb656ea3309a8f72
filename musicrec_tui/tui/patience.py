"""Waiting for an answer without flicker: "loading" is said only where the answer takes a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

NOTICEABLE_SECONDS = 0.15

T = TypeVar("T")


async def patiently(work: Awaitable[T], on_slow: Callable[[], object]) -> T:
    """The result of `work`; `on_slow` is called once where it is not there after a moment."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=NOTICEABLE_SECONDS)
        if not done:
            on_slow()
        return await task
    except asyncio.CancelledError:
        task.cancel()
        raise
