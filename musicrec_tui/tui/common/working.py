"""Work that goes on beside the screen, one at a time in each named group, the latest wins; and what waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import Worker

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.common.notifying import tell

P = ParamSpec("P")
T = TypeVar("T")
NOTICEABLE_SECONDS = 0.15


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


def start(
    node: DOMNode, group: str, work: Callable[P, Coroutine[Any, Any, None]], *values: P.args, **named: P.kwargs
) -> None:
    """Start `work` in a node's group; what was going on there is cancelled, and its answer is dropped.

    The coroutine is made when the worker begins, so that work which is superseded before that leaves nothing behind.
    Textual cancels the work of a node that is taken away only after the widgets inside are gone: what looks for one of
    them meanwhile is over, too.
    """

    async def run() -> None:
        try:
            await work(*values, **named)
        except NoMatches:
            if node.is_running:
                raise

    _worker: Worker[None] = node.run_worker(run, group=group, exclusive=True)


def after_refresh(widget: Widget, call: Callable[P, object], *values: P.args, **named: P.kwargs) -> None:
    """Call something of a widget's after the next refresh, unless the widget is being taken away by then.

    It is the screen that calls, and it does so for widgets whose own children are gone.
    """

    def run() -> None:
        if widget.is_running:
            call(*values, **named)

    widget.call_after_refresh(run)
