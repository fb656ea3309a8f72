"""The search while one types on: rows that are loaded further never stand in for what is typed."""

import threading

from textual.app import App, ComposeResult
from textual.widgets import Input

from musicrec_tui.dataset.records import Artist, ArtistPage, UserPage
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore.search_pane import PAGE, Searches, SearchPane
from tests.waiting import becomes

TOTAL = 3 * PAGE


class SearchApp(App[None]):
    """A search over artists that are called as one searches; rows beyond the first page come when the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.further: list[str] = []

    def compose(self) -> ComposeResult:
        yield SearchPane()

    def artists(self, text: str, limit: int, offset: int) -> ArtistPage:
        """Some of the artists."""
        if offset:
            self.further.append(text)
            self.gate.wait()
        places = range(offset, min(offset + limit, TOTAL))
        return ArtistPage(tuple(Artist(at, f"{text} {at}", f"{text} {at}", 1, 1, None) for at in places), TOTAL)

    def names(self) -> list[str]:
        """The artists that are shown."""
        return [row.value.name for row in self.query_one(RowList).rows if isinstance(row.value, Artist)]


async def test_more_rows_of_a_search_do_not_take_the_place_of_the_next_one() -> None:
    app = SearchApp()
    try:
        async with app.run_test(size=(40, 20)) as pilot:
            pane = app.query_one(SearchPane)
            pane.open(Searches(app.artists, lambda *_: UserPage((), 0)))
            entry = app.query_one(Input)
            entry.value = "a"
            await becomes(lambda: app.names()[:1] == ["a 0"])
            app.query_one(RowList).action_edge(1)  # its further rows are on their way …
            await becomes(lambda: app.further == ["a"])
            entry.value = "b"  # … when something else is typed, and the end is near again
            await pilot.pause()
            pane.post_message(RowList.EndNear(app.query_one(RowList)))
            await becomes(lambda: app.names()[:1] == ["b 0"])
            app.gate.set()
            await pilot.pause()
            assert {name[0] for name in app.names()} == {"b"}
    finally:
        app.gate.set()
