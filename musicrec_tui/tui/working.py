"""Work that goes on beside the screen, one at a time in each named group, the latest wins; and what waits for it."""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import Worker

P = ParamSpec("P")


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
