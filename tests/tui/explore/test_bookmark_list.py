"""The list of bookmarks: of many the latest are shown, and the title says so."""

from datetime import UTC, datetime

from musicrec_tui.dataset import bookmarks
from musicrec_tui.dataset.bookmarks import Bookmark
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore.bookmark_list import MOST_SHOWN
from tests.tui.support import SmallApp, settled, shown


async def test_of_many_bookmarks_the_latest_are_shown(small_app: SmallApp, home: Home) -> None:
    many = [Bookmark("artist", f"name:{number}", f"Artist {number}", datetime.now(UTC)) for number in range(2_500)]
    bookmarks._write(home, many)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("B")
        await settled(pilot)
        rows = small_app.screen.query_one("#bookmarks", RowList).rows
        assert [row.value for row in rows] == many[:MOST_SHOWN]
        assert "the latest 1,000 of 2,500" in shown(small_app.screen)
