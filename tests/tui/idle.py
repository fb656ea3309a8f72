"""When an app under test is at rest: nothing is due on its event loop, and no thread works for it.

Textual looks at processor time instead: it sleeps 20 ms, again and again, until the process has done nothing meanwhile.
Tests of screens would spend most of their time so.
"""

import asyncio
from time import process_time

from tests.event_loop import TidyLoop

_SOON = 0.06
"""Seconds; Textual draws what has changed after a sixtieth of a second, and lays out what is shown again after two."""
_LOOK, _SLICE = 0.002, 0.02
"""Seconds between two looks: at the loop, and at threads, which may be waiting for something that lasts."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the app is at rest, or for `max_sleep` seconds; in place of Textual's function of this name."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TidyLoop)
    end = loop.time() + max_sleep
    await asyncio.sleep(min_sleep)
    while loop.time() < end:
        threads, before = loop.has_threads, process_time()
        await asyncio.sleep(_SLICE if threads else _LOOK)
        waiting = threads and process_time() - before < _SLICE / 20
        if not loop.is_due(_SOON) and (waiting or not loop.has_threads):
            return
