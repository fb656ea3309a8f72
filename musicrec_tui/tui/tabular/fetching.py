"""Fetches all rows of a list for exports, from look-ups or from the host; in a thread."""

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from musicrec_tui.dataset.table_files import Cells
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.host_protocol import LONGEST_LIST, Recommend, Recommended, Refused, Similar
from musicrec_tui.tui.tabular import records, sheet
from musicrec_tui.tui.tabular.sheet import RowPages, Source

if TYPE_CHECKING:
    from musicrec_tui.jobs.host_client import HostClient

T = TypeVar("T")
_PAGE = 5000
_LOOK = 0.1


def paged(page: Callable[[int, int], Sequence[object]]) -> RowPages:
    """Rows that are looked up a page at a time.

    Args:
        page: `(limit, offset) -> records of one type`.
    """
    return paged_cells(lambda limit, offset: records.rows_of(page(limit, offset)))


def paged_cells(page: Callable[[int, int], Sequence[Cells]], most: int = _PAGE) -> RowPages:
    """The same for rows of cells, at most `most` at a time."""

    def pages(cancelled: sheet.IsCancelled) -> Iterator[Sequence[Cells]]:
        offset = 0
        while found := page(most, offset):
            if cancelled():
                raise Cancelled
            yield found
            offset += len(found)
            if len(found) < most:
                return

    return pages


def at_once(look_up: Callable[[], Sequence[object]]) -> RowPages:
    """Rows that are looked up together."""
    return lambda _cancelled: [records.rows_of(look_up())]


def ranked_source(host: "HostClient", ask: Recommend | Similar, total: int) -> Source:
    """The host's whole list, up to its longest. To be made on the host client's event loop.

    Args:
        host: the client.
        ask: the request for the displayed rows.
        total: number of rows.
    """
    reach = min(total, LONGEST_LIST)
    return Source(total, _answered(host, msgspec.structs.replace(ask, k=max(1, reach))), reach)


def _answered(host: "HostClient", ask: Recommend | Similar) -> RowPages:
    """The rows of the host's answer."""
    loop = asyncio.get_running_loop()

    def pages(cancelled: sheet.IsCancelled) -> Iterator[Sequence[Cells]]:
        future = asyncio.run_coroutine_threadsafe(host.ask(ask), loop)
        answer = waited(future, cancelled)
        if isinstance(answer, Refused):
            raise UserError(answer.sentence, exit_code=1)
        if isinstance(answer, Recommended):
            yield records.rows_of(answer.rows)

    return pages


def waited(future: "concurrent.futures.Future[T]", cancelled: sheet.IsCancelled) -> T:
    """The answer, unless cancelled: the event loop may end before it comes."""
    while True:
        try:
            return future.result(_LOOK)
        except TimeoutError:
            if cancelled():
                future.cancel()
                raise Cancelled from None
