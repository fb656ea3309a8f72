import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.visual import Visual

from musicrec_tui.dataset.records import Artist
from musicrec_tui.tui.common import strips
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.explore.drawing import artist_row, heading_row, name_and_count, note_row


class ListApp(App[None]):
    """A list, and what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[object] = []
        self.asked_for_more = 0

    def compose(self) -> ComposeResult:
        yield RowList(id="list", title="A [title]")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.chosen.append(event.value)

    def on_row_list_end_near(self) -> None:
        self.asked_for_more += 1


def rows(count: int) -> list[Row]:
    """Numbered rows."""
    return [name_and_count(f"row {number}", str(number), number) for number in range(count)]


async def test_the_cursor_moves_by_arrows_letters_pages_and_edges() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(rows(100_000))
        shown.focus()
        moves = [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("k", 0),
            ("G", 99_999),
            ("j", 99_999),
            ("g", 99_999),
            ("g", 0),
        ]
        for key, at in moves:
            await pilot.press(key)
            assert shown.cursor == at, key
        await pilot.press("pagedown")
        page = shown.cursor
        assert 5 <= page <= 12
        await pilot.press("pageup")
        assert shown.cursor == 0
        await pilot.press("end", "enter")
        await pilot.pause()
        assert app.chosen == [99_999]
        assert "row 99999" in shown.render_line(11).text


async def test_the_cursor_passes_over_headings_and_notes() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(
            [
                heading_row(lambda: "first", None),
                *rows(2),
                heading_row(lambda: "second", None),
                *rows(1),
                note_row("end"),
            ]
        )
        shown.focus()
        assert shown.cursor == 1
        await pilot.press("j", "j")
        assert shown.cursor == 4
        await pilot.press("j", "G")
        assert shown.cursor == 4
        await pilot.press("g", "g")
        assert shown.cursor == 1


async def test_a_note_stands_in_where_there_are_no_rows() -> None:
    app = ListApp()
    async with app.run_test(size=(30, 8)) as pilot:
        shown = app.query_one(RowList)
        shown.set_note("A [/b] sentence that is longer than the list is wide.")
        shown.focus()
        await pilot.press("j", "k", "G", "pagedown", "enter")
        await pilot.pause()
        text = " ".join(shown.render_line(line).text for line in range(4))
        assert " ".join(text.split()) == "A [/b] sentence that is longer than the list is wide."
        assert app.chosen == []


async def test_a_click_moves_the_cursor_and_a_second_chooses() -> None:
    app = ListApp()
    async with app.run_test(size=(30, 8)) as pilot:
        shown = app.query_one(RowList)
        shown.styles.border_top = ("solid", "white")
        shown.set_rows(rows(5))
        await pilot.pause()
        await pilot.click(shown, offset=(3, 4))
        assert shown.cursor == 3
        await pilot.click(shown, offset=(3, 4))
        await pilot.pause()
        assert app.chosen == [3]


async def test_more_rows_are_asked_for_once_when_the_end_is_near_and_the_cursor_stays() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(rows(100), more=True)
        shown.focus()
        await pilot.press("j", "j")
        await pilot.pause()
        assert app.asked_for_more == 0
        await pilot.press("G", "k", "j")
        await pilot.pause()
        assert (app.asked_for_more, shown.cursor) == (1, 99)
        shown.add_rows(rows(300)[100:], more=False)
        await pilot.press("j")
        assert (shown.cursor, shown.value) == (100, 100)
        await pilot.press("G")
        await pilot.pause()
        assert (app.asked_for_more, shown.cursor) == (1, 299)


async def test_pages_turned_while_rows_are_fetched_are_turned_when_they_are_there() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(rows(100))
        shown.focus()
        await pilot.press("pagedown")
        page = shown.cursor
        shown.set_rows(rows(page + 3), more=True)
        for _ in range(4):
            await pilot.press("pagedown")
        assert shown.cursor == page + 2, "the last loaded row"
        shown.show_more(rows(page + 5), more=True)
        assert shown.cursor == page + 4
        shown.show_more(rows(100), more=False)
        assert shown.cursor == 4 * page
        shown.set_rows(rows(page), more=True)
        await pilot.press("pagedown", "up")
        shown.show_more(rows(100), more=False)
        assert shown.cursor == page - 2, "another key ends what was owed"


async def test_the_wheel_asks_for_more_rows_too() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(rows(100), more=True)
        await pilot.pause()
        shown.scroll_to(y=95, animate=False)
        await pilot.pause()
        assert app.asked_for_more == 1


async def test_a_list_whose_width_is_all_border_and_scrollbar_draws_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 8)) as pilot:
        shown = app.query_one(RowList)
        shown.set_rows(rows(100))
        shown.styles.border = ("round", "white")
        for width in (4, 3, 2, 1):
            shown.styles.width = width
            await pilot.pause()
            assert len(shown.render_line(0).text) == max(0, shown.scrollable_content_region.width)
        assert shown.scrollable_content_region.width <= 0


async def test_a_cursor_beyond_the_rows_is_on_the_last_one() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)):
        shown = app.query_one(RowList)
        shown.cursor = 5
        assert shown.cursor == -1
        shown.set_rows(rows(3))
        shown.cursor = 50
        assert shown.cursor == 2


@pytest.mark.parametrize(
    "line",
    [
        Content("▸Pixies"),
        Content.assemble("▸", ("Björk", "bold $accent"), "  ", ("143", "$foreground 60%")),
        Content.assemble("▸", ("宇多田ヒカル", "bold"), " 👩‍🎤 ", ("e\u0301", "$error")),
    ],
)
async def test_a_line_is_drawn_as_textual_would_draw_it(line: Content) -> None:
    app = ListApp()
    async with app.run_test(size=(40, 12)):
        shown = app.query_one(RowList)
        style = shown.visual_style
        theirs = Visual.to_strips(shown, line, 30, 1, style)[0].adjust_cell_length(30, style.rich_style)
        assert list(strips.line(shown, line, 30, style)) == list(theirs)
        assert strips.line(shown, line, 4, style).cell_length == 4


async def test_the_footer_offers_to_sort_as_soon_as_there_are_rows() -> None:
    """The footer is drawn again when rows come later than the focus."""
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        shown = app.query_one(RowList)
        shown.focus()
        await pilot.pause()
        said: list[object] = []
        app.screen.bindings_updated_signal.subscribe(app, said.append)
        row = artist_row(Artist(0, "a", "Artist", 3, 3))
        shown.set_rows([row])
        await pilot.pause()
        assert said
        said.clear()
        shown.add_rows([row], more=False)
        await pilot.pause()
        assert not said
        shown.set_note("None.")
        await pilot.pause()
        assert said
