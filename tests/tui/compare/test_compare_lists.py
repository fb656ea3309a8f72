"""Users as points and lists side by side on the Compare screen, and the order of its table."""

import asyncio
from typing import Any, cast

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Evaluated, EvaluatedRow, HeldOut, ScatterCell, Scattered
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.compare import lists_view, pane, scatter_view
from musicrec_tui.tui.compare.screen import CompareScreen
from musicrec_tui.tui.shell.messages import ArtistWanted
from tests.tui.compare.compare_support import ComparingApp, settled
from tests.tui.train.train_support import FakeRun


@pytest.mark.parametrize(("users", "sign"), [(1, "1"), (9, "9"), (10, "X"), (99, "X"), (100, "C"), (1000, "M")])
def test_users_in_a_cell_are_told_by_one_character(users: int, sign: str) -> None:
    assert scatter_view.count_sign(users) == sign


def test_the_diagonal_is_where_a_cell_has_a_value_of_both() -> None:
    """Held to points: a cell is on the diagonal if some value falls into its column and into its row."""
    columns, rows = 12, 5
    wanted = {(int(step / 6000 * columns), int(step / 6000 * rows)) for step in range(6000)}
    found = {(x, y) for x in range(columns) for y in range(rows) if scatter_view.on_diagonal(x, y, columns, rows)}
    assert found == wanted


@pytest.mark.parametrize(
    ("plots", "width", "height"), [(1, 76, 11), (2, 76, 11), (3, 66, 44), (3, 156, 30), (1, 30, 4)]
)
def test_a_plot_puts_every_cell_where_it_belongs_and_keeps_its_width(plots: int, width: int, height: int) -> None:
    laid = scatter_view.lay_out(plots, width, height)
    cells = (ScatterCell(0, 0, 250), ScatterCell(0, laid.rows - 1, 3), ScatterCell(laid.columns - 1, 0, 12))
    one = Scattered("ndcg@10", 0.0, 0.5, laid.columns, laid.rows, cells, 3, 250, 12, 250)
    text = scatter_view.scatter_plots([one] * plots, [("B up", "A across")] * plots, "NDCG@10", laid).plain.split("\n")
    top, bottom = text[1], text[laid.rows]
    assert top.startswith("  0.500│3")
    assert bottom[:9] == "  0.000│C"
    assert bottom[8 + laid.columns - 2 : 8 + laid.columns].strip()[-1] == "X"
    assert "·" in "".join(text[2 : laid.rows])
    assert max(map(len, text[:-1])) <= max(width, laid.width)
    told = " ".join(text)
    for part in ("▲ B higher 3 · ▼ lower 12", "ties 250 (250 at 0.000)") if width > 30 else ():
        assert told.count(part) == plots
    assert len(text) >= laid.rows + 4


PLACES = [{"a": 1, "b": 2, "c": 3}, {"b": 1, "d": 2}, {"c": 1, "b": 9}]


def test_what_is_in_several_lists_says_where() -> None:
    assert lists_view.places_elsewhere("b", 0, PLACES) == "B1 C9"
    assert lists_view.places_elsewhere("c", 2, PLACES) == "A3"
    assert lists_view.places_elsewhere("d", 1, PLACES) == ""
    assert lists_view.places_in_all(Artist(0, "c", "C", 1, 1), PLACES) == "A 3 · B not in the list · C 1"


@pytest.mark.parametrize("width", [12, 18, 24, 38, 80])
def test_a_row_keeps_its_width_and_marks_what_both_have_in_words_where_there_is_room(width: int) -> None:
    found = EvaluatedRow(2, Artist(0, "b", "Bee [/b]\x1b", 1, 1), 0.5, held_out=True)
    assert lists_view.artist_row(found, 0, lambda: PLACES).record is found
    both = lists_view.artist_row(found, 0, lambda: PLACES).draw(width)
    other = EvaluatedRow(1, Artist(1, "a", "Ay", 1, 1), 0.9, held_out=False)
    alone = lists_view.artist_row(other, 0, lambda: PLACES).draw(width)
    assert both.cell_length <= width
    assert both.plain.startswith(" 2 ✓ B")
    assert alone.plain.startswith(" 1   A")
    assert ("B1 C9" in both.plain) == (width >= 26)
    assert "\x1b" not in both.plain


def test_what_a_list_missed_is_below_it_with_its_rank() -> None:
    artists = [Artist(place, key, key.upper(), 1, 1) for place, key in enumerate("abcd")]
    rows = (EvaluatedRow(1, artists[0], 0.9, held_out=False), EvaluatedRow(2, artists[1], 0.8, held_out=True))
    held = (HeldOut(2, artists[1], 0.8), HeldOut(1234, artists[3], 0.1))
    answer = Evaluated("validation", 2, 0.6, rows, held, 4)
    drawn = [row.draw(40).plain.rstrip() for row in lists_view.list_rows(answer, 0, lambda: PLACES)]
    assert drawn[2].strip() == "missed: 1"
    assert drawn[3].startswith("1234 ✓ D")
    assert lists_view.found_of(answer) == " · ✓ 1 of 2"


def test_every_view_is_on_one_page_and_pages_follow_each_other() -> None:
    for size in ((80, 12), (140, 30), (200, 20), (200, 45)):
        found = pane.pages_for(*size)
        assert sorted(view for page in found for view in page) == sorted(pane.VIEWS)
        view, seen = pane.VIEWS[0], []
        for _ in range(len(found) if len(found) > 1 else len(pane.VIEWS)):
            seen.append(view)
            view = pane.view_after(view, *size)
        assert view == pane.VIEWS[0]
        assert {page for one in seen for page in pane.page_of(one, *size)} == set(pane.VIEWS)


async def test_lists_are_those_of_who_differs_most_then_of_who_is_under_the_cursor(
    home: Home, small_index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ComparingApp(home)
    app.session.dataset = cast(Any, dataset := Dataset(small_index))
    for ndcg in (0.3, 0.2, 0.1):
        run = FakeRun(home, content=dataset.info.content)
        run.start()
        run.finish(ndcg)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "j", "space", "c")
        assert "not in this log" in await settled(pilot)  # the first is a user of another log
        users = app.screen.query_one("#compare-users", RowList)
        users.action_move(1)
        await pilot.press("v", "c")
        text = await settled(pilot)
        assert "User 101 · ✓ was held out · C ALS #3 is better for this user than B ALS #2" in text
        assert "A ALS #1" in text
        assert " 1   Artist 1" in text
        assert " 3 ✓ Artist 3" in text
        assert "A 1 · B not in the list · C not in the list" in text
        assert isinstance(app.screen, CompareScreen)
        app.screen.query_one("#compare-list-B").focus()
        await pilot.pause()
        with monkeypatch.context() as patched:
            told: list[tuple[Any, ...]] = []
            patched.setattr(app.session, "broadcast", lambda *values: told.append(values))
            patched.setattr(app, "action_show", lambda _mode: asyncio.sleep(0))
            await pilot.press("j", "enter")
            await pilot.pause()
        assert [(kind, artist.name, origin) for kind, artist, origin in told] == [(ArtistWanted, "Artist 3", "compare")]
        await pilot.resize_terminal(200, 60)
        text = await settled(pilot)
        for part in (
            "among groups of users",
            "▲ C higher 8",
            " 3 ✓ Artist 3",
            "B ALS #2 against A ALS #1",
        ):
            assert part in text


async def test_o_orders_within_groups_both_ways_and_never_by_test(home: Home) -> None:
    for ndcg, auc in ((0.1, 0.9), (0.2, 0.8)):
        run = FakeRun(home)
        run.start()
        run.finish(ndcg, auc=auc)
    app = ComparingApp(home)

    def order(text: str) -> list[str]:
        return [line[3:17].strip() for line in text.partition("─v fig")[0].splitlines() if " ALS #" in line]

    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert order(await settled(pilot)) == ["1  ALS #2", "2  ALS #1"]
        await pilot.press(*["right"] * 8, "s")
        text = await settled(pilot)
        assert "AUC↓" in text
        assert order(text) == ["1  ALS #1", "2  ALS #2"]
        await pilot.press("s")
        assert order(await settled(pilot)) == ["2  ALS #2", "1  ALS #1"]
        await pilot.press("s")
        assert order(await settled(pilot)) == ["1  ALS #2", "2  ALS #1"]
        await pilot.press(*["left"] * 7, "s")
        await settled(pilot)
        assert any("Runs are not sorted by test" in notice.message for notice in app._notifications)
