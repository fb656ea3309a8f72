"""Background work of widgets: workers in named groups (the latest wins), look-ups in threads, slow-work notices."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import Worker

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.common.notifying import notify_latest

P = ParamSpec("P")
T = TypeVar("T")
NOTICEABLE_SECONDS = 0.15


async def patiently(work: Awaitable[T], on_slow: Callable[[], object]) -> T:
    """The result of `work`; `on_slow` is called once if it takes longer than `NOTICEABLE_SECONDS`."""
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
    """The result of a look-up in a thread. If the worker is cancelled, the query is interrupted.

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
    """The result of a look-up in a thread; None if it was interrupted or failed (an error is notified)."""
    try:
        return await answered(look_up, *values, **named)
    except Cancelled:
        return None
    except UserError as error:
        notify_latest(widget, str(error), group="look-up", severity="error")
        return None


def start(
    node: DOMNode, group: str, work: Callable[P, Coroutine[Any, Any, None]], *values: P.args, **named: P.kwargs
) -> None:
    """Start `work` in a group of the node's workers; the group's previous work is cancelled.

    The footer is drawn anew when it ends, since what it brought decides which commands are available.
    The coroutine is made when the worker begins, so that superseded work leaves no coroutine that was never awaited.
    Textual cancels the workers of a removed node only after its widgets are gone, so `NoMatches` is ignored then.
    """

    async def run() -> None:
        try:
            await work(*values, **named)
        except NoMatches:
            if node.is_running:
                raise
        if node.is_running:
            node.refresh_bindings()

    _worker: Worker[None] = node.run_worker(run, group=group, exclusive=True)


def after_refresh(widget: Widget, call: Callable[P, object], *values: P.args, **named: P.kwargs) -> None:
    """Call a widget's method after the next refresh, unless the widget is being removed by then.

    Textual also calls it for widgets whose children are gone.
    """

    def run() -> None:
        if widget.is_running:
            call(*values, **named)

    widget.call_after_refresh(run)
