"""Look-ups from the event loop: in a thread, stopped when nobody waits any more, with failures told to the user."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from textual.widget import Widget

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.notifying import tell

T = TypeVar("T")
P = ParamSpec("P")


async def answered(look_up: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    """A look-up's answer. Where its worker is cancelled meanwhile, the index stops working on it.

    Raises:
        Cancelled: the index was closed.
        UserError: as the look-up raises it.
    """
    from musicrec_tui.dataset.index.question import Question

    with Question() as question:
        try:
            return await asyncio.to_thread(look_up, *values, **named)
        except asyncio.CancelledError:
            question.interrupt()
            raise


async def asked(widget: Widget, look_up: Callable[P, T], *values: P.args, **named: P.kwargs) -> T | None:
    """A look-up's answer; None where it was interrupted, or failed (then a notification says why)."""
    try:
        return await answered(look_up, *values, **named)
    except Cancelled:
        return None
    except UserError as error:
        tell(widget, str(error), group="look-up", severity="error")
        return None
