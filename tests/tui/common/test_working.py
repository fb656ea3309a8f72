"""Look-ups from the event loop."""

import asyncio
from pathlib import Path

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.tui.common.working import answered
from tests.waiting import becomes

FOR_EVER = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"


async def test_the_index_is_idle_when_the_one_who_waits_is_gone(small_index: Path) -> None:
    dataset = Dataset(small_index)
    dataset.query("SELECT 1")
    waiting = asyncio.ensure_future(answered(dataset.query, FOR_EVER))
    await becomes(lambda: dataset._running, "the query")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await becomes(lambda: not dataset._running, "its end")
    assert await answered(dataset.query, "SELECT 1") == [(1,)]
