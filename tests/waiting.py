"""How tests wait: until a state is there, however long a busy machine takes.

One variable scales all of it: `MUSICREC_TEST_PATIENCE` is the number of seconds that a test waits for one state before
it fails. The default is for a machine that has ten times as much to do as it can; set it to 10 while you write a test.
"""

import asyncio
import os
import time
from collections.abc import Callable

PATIENCE = float(os.environ.get("MUSICREC_TEST_PATIENCE", "240"))
"""Seconds."""


class Deadline:
    """The moment when a wait that begins now has taken too long."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE

    @property
    def is_over(self) -> bool:
        """Whether it is past."""
        return time.monotonic() > self._until


def until(condition: Callable[[], object], what: str = "a state") -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it is still not; the message says `what`.
    """
    deadline = Deadline()
    while not condition():
        assert not deadline.is_over, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.02)


async def becomes(condition: Callable[[], object], what: str = "a state") -> None:
    """`until` for an event loop, which goes on meanwhile."""
    deadline = Deadline()
    while not condition():
        assert not deadline.is_over, f"waited {PATIENCE:.0f} s for {what}"
        await asyncio.sleep(0.01)
