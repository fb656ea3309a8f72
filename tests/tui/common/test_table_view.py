"""A table that is read page by page: what comes late belongs to the order that asked for it."""

import threading

from textual.app import App, ComposeResult

from musicrec_tui.dataset.records import Table
from musicrec_tui.tui.common.table import PAGE
from musicrec_tui.tui.common.table_view import Fetch, TableView
from tests.waiting import becomes

ROWS = 3 * PAGE


class TableApp(App[None]):
    """A table of pages."""

    def compose(self) -> ComposeResult:
        yield TableView(id="t", title="T", returns=False)


def fetching(name: str, gate: threading.Event, asked: list[int]) -> Fetch:
    """Rows that say which order they are of; those beyond the first page come when the gate is open."""

    def fetch(offset: int, limit: int) -> Table:
        asked.append(offset)
        if offset:
            gate.wait()
        rows = tuple((f"{name} {at}",) for at in range(offset, min(offset + limit, ROWS)))
        return Table(("row",), ("VARCHAR",), rows, ROWS)

    return fetch


async def test_a_page_of_another_order_is_not_shown() -> None:
    app, gate, asked = TableApp(), threading.Event(), list[int]()
    try:
        async with app.run_test(size=(60, 12)):
            view = app.query_one(TableView)
            await view.browse(fetching("first", gate, asked))
            view.rows.cursor = ROWS - 1  # its page is on its way …
            await becomes(lambda: asked == [0, 2 * PAGE])
            await view.browse(fetching("second", gate, asked))  # … when other rows are wanted
            gate.set()
            await becomes(lambda: not view._fetching)
            view.rows.cursor = ROWS - 1
            await becomes(lambda: view._cells(ROWS - 1) is not None)
            assert view._cells(ROWS - 1) == (f"second {ROWS - 1}",)
    finally:
        gate.set()
