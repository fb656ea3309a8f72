"""The queue: jobs take one of a few slots in the order of their numbers. Slots are locks, so no crash keeps one."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.paths import Home

_TICK = 0.1


@contextlib.contextmanager
def slot(home: Home, slots: int, number: int, cancellation: Cancellation) -> Iterator[None]:
    """Wait for a slot and hold it.

    Args:
        home: its `slots` folder has the locks.
        slots: how many jobs may run at once.
        number: this job's; jobs with smaller numbers go first.
        cancellation: asked while waiting.

    Raises:
        UserError: the slots' folder cannot be written to.
        Cancelled: cancellation was requested.
    """
    try:
        descriptor = _wait(home, slots, number, cancellation)
    except OSError as error:
        raise UserError(f"Cannot queue in {home.slots}: {error.strerror}.", exit_code=1) from error
    try:
        yield
    finally:
        os.close(descriptor)


def _wait(home: Home, slots: int, number: int, cancellation: Cancellation) -> int:
    """Stand in the queue, with a ticket that is locked while it counts, until a slot is free."""
    queue = home.slots / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    ticket = queue / f"{number:09d}"
    held = None
    try:
        while True:
            cancellation.check()
            held = _taken(ticket) if held is None else held
            if held is not None and _is_first(queue, ticket.name):
                for place in range(slots):
                    descriptor = files.try_lock(home.slots / f"{place}.lock")
                    if descriptor is not None:
                        return descriptor
            time.sleep(_TICK)
    finally:
        if held is not None:
            ticket.unlink(missing_ok=True)
            os.close(held)


def _taken(ticket: Path) -> int | None:
    """Lock one's ticket; None where another job looks at it just now, or has taken it for that of the dead."""
    held = files.try_lock(ticket)
    if held is None:
        return None
    try:
        if os.path.samestat(os.fstat(held), ticket.stat()):
            return held
    except FileNotFoundError:
        pass
    os.close(held)
    return None


def _is_first(queue: Path, own: str) -> bool:
    """Whether nobody who waits has a smaller number; tickets of the dead are taken away."""
    for ticket in sorted(queue.iterdir()):
        if ticket.name >= own:
            break
        held = files.try_lock(ticket)
        if held is None:
            return False
        ticket.unlink(missing_ok=True)  # while it is locked, so that its owner sees that it is gone
        os.close(held)
    return True
