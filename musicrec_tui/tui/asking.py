"""Look-ups from the event loop: in a thread, with what goes wrong told to the user."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from textual.widget import Widget

from musicrec_tui.errors import Cancelled, UserError

T = TypeVar("T")
P = ParamSpec("P")


async def asked(widget: Widget, look_up: Callable[P, T], *values: P.args, **named: P.kwargs) -> T | None:
    """A look-up's answer; None where it was interrupted, or failed (then a notification says why)."""
    try:
        return await asyncio.to_thread(look_up, *values, **named)
    except Cancelled:
        return None
    except UserError as error:
        widget.notify(str(error), severity="error", markup=False)
        return None
