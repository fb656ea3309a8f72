"""Lists and tables are filtered and sorted by the same keys, and further rows are asked for when they are needed."""

from functools import partial

from textual.app import App, ComposeResult
from textual.content import Content

from musicrec_tui.dataset.records import Artist, Table
from musicrec_tui.tui.common.arrangement import Arrangement, Order
from musicrec_tui.tui.common.filter_line import FilterLine
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.common.tabular_widget import SortWanted
from musicrec_tui.tui.explore.drawing import artist_row, heading_row
from musicrec_tui.tui.tabular import records

NAMES = ("Sigur Rós", "Moby", "[/b]Low", "Beach House", "Möby Dick")


def artists(count: int = len(NAMES)) -> list[Artist]:
    """Artists with fewer and fewer listeners; the first ones have names of their own."""
    return [Artist(at, f"name:{at}", NAMES[at] if at < len(NAMES) else f"Artist {at}", count - at, 2 * at)
            for at in range(count)]  # fmt: skip


class ListApp(App[None]):
    """A list that loads further rows in steps, and what it was asked for."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.all = [artist_row(one) for one in artists(total)]
        self.wanted: list[int] = []

    def compose(self) -> ComposeResult:
        yield RowList(id="list", title="Artists")

    def on_mount(self) -> None:
        self.listed.set_rows(self.all[:20], more=len(self.all) > 20)
        self.listed.focus()

    @property
    def listed(self) -> RowList:
        return self.query_one(RowList)

    def on_row_list_end_near(self, event: RowList.EndNear) -> None:
        self.wanted.append(event.wanted)
        self.listed.show_more(self.all[: event.wanted], more=event.wanted < len(self.all))

    def on_sort_wanted(self, event: SortWanted) -> None:
        names = [one.column.name for one in event.fields]
        event.choose(Order(names[0], descending=False))

    @property
    def names(self) -> list[str]:
        return [row.value.name for row in self.listed.rows if isinstance(row.value, Artist)]


async def test_the_end_key_goes_to_the_last_row_of_all_and_pages_load_as_needed() -> None:
    app = ListApp(3000)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.press("pagedown")
        await pilot.pause()
        assert app.wanted
        assert len(app.listed.rows) < 3000
        await pilot.press("G")
        await pilot.pause()
        assert app.listed.value is app.all[-1].value
        assert len(app.listed.rows) == 3000
        await pilot.press("g", "g", "j")
        assert app.listed.cursor == 1


async def test_a_slash_filters_what_is_not_loaded_too_and_esc_shows_all() -> None:
    app = ListApp(3000)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"MOBY")
        await pilot.pause()
        assert isinstance(app.screen, FilterLine)
        assert app.names == ["Moby", "Möby Dick"]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.listed.value == app.all[4].value
        assert "/MOBY" in str(app.listed.border_title)
        await pilot.press("slash", *["backspace"] * 4, *"artist 2999")
        await pilot.pause()
        assert app.names == ["Artist 2999"]
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert len(app.names) == 3000
        await pilot.press("slash", *"no such name")
        await pilot.pause()
        assert app.names == []
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.names) == 3000


async def test_sorting_keeps_the_cursor_on_its_row_and_as_listed_undoes_it() -> None:
    app = ListApp(5)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.press("j", "s")
        await pilot.pause()
        assert app.names == ["[/b]Low", "Beach House", "Moby", "Möby Dick", "Sigur Rós"]
        assert app.listed.value == app.all[1].value
        app.listed.set_order(Order("listens", descending=True))
        assert app.names == [NAMES[at] for at in (4, 3, 2, 1, 0)]
        app.listed.set_order(None)
        assert app.names == list(NAMES)


def test_keys_of_artists_are_not_filtered_by_and_missing_values_come_last() -> None:
    rows = [heading_row(lambda: "artists", "artists"), *(artist_row(one) for one in artists())]
    by_key = Arrangement[Row]("name:")
    assert by_key.arrange(rows, lambda row: row.record, records.fields) == []
    by_time = Arrangement[Row]("", Order("last_at", descending=True))
    assert len(by_time.arrange(rows, lambda row: row.record, records.fields)) == len(NAMES)


class TableApp(App[None]):
    """A whole table."""

    def compose(self) -> ComposeResult:
        yield TableView(id="t", title="T", returns=False)


async def test_a_click_on_a_title_sorts_a_table_by_numbers_as_numbers() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        view = app.query_one(TableView)
        cells = (("b", "9"), ("a", "10"), (None, "1,000"), ("c", None))
        view.show(Table(("name", "plays"), ("VARCHAR", "BIGINT"), cells, 4))
        await pilot.pause()
        await pilot.click(".table-heads", offset=(8, 0))
        await pilot.pause()
        assert [row.record for row in view.rows.rows] == [cells[2], cells[1], cells[0], cells[3]]
        await pilot.click(".table-heads", offset=(8, 0))
        await pilot.pause()
        assert [row.record for row in view.rows.rows] == [cells[0], cells[1], cells[2], cells[3]]
        view.rows.set_filter("a")
        assert [row.record for row in view.rows.rows] == [cells[1]]
        sheet = view.sheet()
        assert sheet is not None
        assert sheet.loaded() == [cells[1]]


async def test_a_table_sorts_and_filters_by_all_of_its_columns_which_keep_their_names() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        view = app.query_one(TableView)
        cells = (("ab-1", "x"), ("cd-2", "y"))
        view.show(Table(("recording_mbid", "user_key"), ("VARCHAR", "VARCHAR"), cells, 2))
        assert [one.column.name for one in view.rows.orders()] == ["recording_mbid", "user_key"]
        view.rows.set_order(Order("recording_mbid", descending=True))
        view.rows.set_filter("2")
        await pilot.pause()
        assert [row.record for row in view.rows.rows] == [cells[1]]
        assert str(view.border_title) == "T · /2 · recording_mbid ↓ · 1 of 2 rows"


class TwoLists(ListApp):
    """Two lists."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield RowList(id="second")


async def test_tab_leaves_the_filter_for_the_next_list_and_the_filter_stays() -> None:
    app = TwoLists(5)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        for key in ("tab", "shift+tab"):
            app.screen.set_focus(app.listed)
            await pilot.press("slash", *"moby", key)
            await pilot.pause()
            assert app.focused is app.query_one("#second")
            assert app.listed.filter_text.endswith("moby")


def test_a_list_without_columns_is_neither_sorted_nor_filtered() -> None:
    listed = RowList()
    listed.set_reactive(RowList.cursor, -1)
    listed._source = [Row(partial(Content), 1)]
    assert listed.check_action("filter", ()) is False
