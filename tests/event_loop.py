"""The event loop of asynchronous tests: it ends only when the processes that were started in it have been let go."""

import asyncio
from collections.abc import Callable
from typing import Any


class TidyLoop(asyncio.SelectorEventLoop):
    """A loop that closes its pipes to processes before it ends itself.

    A program that ends kills its processes and does not wait until the loop has heard of each end; a test's loop is
    closed at that moment, and what is left of the pipes would be reported in whichever test comes next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._processes: list[asyncio.SubprocessTransport] = []
        self._threads: set[asyncio.Future[Any]] = set()

    @property
    def has_threads(self) -> bool:
        """Whether threads work for it, or wait for something."""
        return bool(self._threads)

    def is_due(self, seconds: float) -> bool:
        """Whether something is to be called at once, or within so many seconds."""
        soon = self.time() + seconds
        ready, timers = vars(self)["_ready"], vars(self)["_scheduled"]
        return bool(ready) or any(one.when() < soon and not one.cancelled() for one in timers)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """As asyncio's own, and count it as long as it lasts."""
        future = super().run_in_executor(executor, func, *args)
        self._threads.add(future)
        future.add_done_callback(self._threads.discard)
        return future

    def close(self) -> None:
        """Close the pipes, then the loop."""
        if not self.is_closed():
            for process in self._processes:
                process.close()
            if self._processes:
                self.run_until_complete(asyncio.sleep(0.001))  # what closing has called for
        self._processes.clear()
        super().close()

    async def _make_subprocess_transport(self, *args: Any, **options: Any) -> Any:
        """As asyncio's own, and keep it in mind."""
        transport = await super()._make_subprocess_transport(*args, **options)  # type: ignore[misc]
        self._processes.append(transport)
        return transport
