"""Work that goes on beside the screen: one at a time in each named group, the latest wins."""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from textual.dom import DOMNode
from textual.worker import Worker

P = ParamSpec("P")


def start(
    node: DOMNode, group: str, work: Callable[P, Coroutine[Any, Any, None]], *values: P.args, **named: P.kwargs
) -> None:
    """Start `work` in a node's group; what was going on there is cancelled, and its answer is dropped.

    The coroutine is made when the worker begins, so that work which is superseded before that leaves nothing behind.
    """

    async def run() -> None:
        await work(*values, **named)

    _worker: Worker[None] = node.run_worker(run, group=group, exclusive=True)
