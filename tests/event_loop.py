"""The event loop of asynchronous tests: it ends only when the processes that were started in it have been let go."""

import asyncio
from typing import Any


class TidyLoop(asyncio.SelectorEventLoop):
    """A loop that closes its pipes to processes before it ends itself.

    A program that ends kills its processes and does not wait until the loop has heard of each end; a test's loop is
    closed at that moment, and what is left of the pipes would be reported in whichever test comes next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._processes: list[asyncio.SubprocessTransport] = []

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
