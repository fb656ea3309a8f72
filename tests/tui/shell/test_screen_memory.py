"""What every screen showed is there again at the next start; columns keep the widths that the user gave them."""

import threading
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from musicrec_tui.dataset.records import Table
from musicrec_tui.paths import Home
from musicrec_tui.tui.common import screen_state
from musicrec_tui.tui.common.table import Columns, widths
from musicrec_tui.tui.common.table_view import Heads, TableView
from musicrec_tui.tui.compare.pane import ComparePane
from musicrec_tui.tui.compare.run_table import RunTable
from musicrec_tui.tui.compare.screen import CompareScreen
from musicrec_tui.tui.shell import memory
from musicrec_tui.tui.shell.memory import Memory
from musicrec_tui.tui.train.screen import TrainScreen
from musicrec_tui.tui.tune.screen import TuneScreen
from musicrec_tui.tui.tune.trial_table import TrialTable
from tests.tui.support import SmallApp, settled, small, until
from tests.tui.train.train_support import FakeRun
from tests.tui.tune.tune_support import FakeTuning


def fill(home: Home, content: str) -> tuple[list[str], list[str]]:
    """Three finished runs and two tunings of a log; their ids."""
    runs, tunings = [], []
    for ndcg in (0.21, 0.22, 0.23):
        run = FakeRun(home, content=content)
        run.start()
        run.finish(ndcg)
        runs.append(run.info.id)
    for _ in range(2):
        tuning = FakeTuning(home, content=content)
        tuning.start()
        tuning.some(3)
        tuning.finish()
        tunings.append(tuning.info.id)
    return runs, tunings


async def test_the_next_start_shows_the_same_on_every_screen(small_index: Path, home: Home) -> None:
    app = small(home, small_index)
    runs, tunings = fill(home, app.given.info.content)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await app.session.refresh_tunings()
        await pilot.press("2")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, TrainScreen)
        screen.jobs.go_to(runs[1])
        await pilot.press("V", "3")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, TuneScreen)
        screen.tunings.go_to(tunings[0])
        trials = screen.query_one(TrialTable)
        screen.set_focus(trials)
        await settled(pilot)
        await pilot.press("greater_than_sign")
        parameters = trials.column_here()
        app.host.refusal = "Fake runs cannot be compared."
        await pilot.press("v", "4")
        await settled(pilot)
        await pilot.press("j", "space", "j", "space", "l", "l", "s", "s", "v", "greater_than_sign")
        await settled(pilot)
        names = app.screen.query_one(RunTable).column_here()
        told = compared(app)
        assert (len(told.marked), told.turned, told.view) == (2, True, "differences")
        await pilot.press("5")
        await settled(pilot)
        await pilot.press(*"vvv")
        await settled(pilot)
        await pilot.press("j", "j", "l", "greater_than_sign", "greater_than_sign", "tab", "j", "q")
    assert Memory(home).shown(app.given.info.content) is not None

    again = small(home, small_index)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await again.session.refresh_tunings()
        assert again.current_mode == "data"
        users, artists = again.screen.query_one("#user-codes", TableView), again.screen.query_one("#artist-codes")
        assert (users.rows.cursor, users.left.column) == (2, 1)
        assert isinstance(artists, TableView)
        assert artists.rows.cursor == 1
        column = users.column_here()
        assert column is not None
        assert users.width_of(column.name) == column.cells
        await pilot.press("2")
        await settled(pilot)
        screen = again.screen
        assert isinstance(screen, TrainScreen)
        assert screen.shown() == screen_state.TrainState(runs[1], layers=True)
        await pilot.press("3")
        await settled(pilot)
        screen = again.screen
        assert isinstance(screen, TuneScreen)
        assert screen.shown() == screen_state.TuneState(tunings[0], "map", "best")
        trials = screen.query_one(TrialTable)
        assert trials.column_here() is None  # the map has its place
        assert parameters is not None
        assert trials.width_of(parameters.name) == parameters.cells
        again.host.refusal = app.host.refusal
        await pilot.press("4")
        await settled(pilot)
        assert compared(again) == told
        assert again.screen.query_one(RunTable).column_here() == names
        assert again.screen.query_one(ComparePane).view == "differences"


def compared(app: SmallApp) -> screen_state.CompareState:
    """What Compare says that it shows."""
    assert isinstance(app.screen, CompareScreen)
    return app.screen.shown()


async def test_what_is_gone_is_nothing_and_the_mouse_drags_a_column(small_index: Path, home: Home) -> None:
    app = small(home, small_index)
    kept = screen_state.LogState(
        "compare",
        None,
        trained=screen_state.TrainState("gone"),
        tuned=screen_state.TuneState("gone", "no view", "no order"),
        compared=screen_state.CompareState(
            "gone", ("gone", "too"), "no figure", "no figure", turned=True, view="no view"
        ),
        examined=screen_state.DataState("no section"),
        tables={"runs": screen_state.TableState(99, 99, {"run": 10**9})},
    )
    app.memory.keep(app.given.info.content, kept)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert compared(app) == screen_state.CompareState(
            figure=app.screen.query_one(RunTable).column.title, view="figures"
        )
        for key in ("2", "3", "5"):
            await pilot.press(key)
            await settled(pilot)
        assert app.screen.query_one("#files", TableView).rows.cursor >= 0
        await pilot.press(*"vvv")
        await settled(pilot)
        await drag_a_column(pilot, app.screen.query_one("#user-codes", TableView))


async def drag_a_column(pilot: Pilot[Any], view: TableView) -> None:
    """The mouse and the keys make the first column of a table wider and narrower."""
    heads = view.query_one(Heads)
    first = heads.widths[0]
    await pilot.mouse_down(heads, offset=(first + 1, 0))
    await pilot.hover(heads, offset=(first + 7, 0))
    await pilot.mouse_up(heads, offset=(first + 7, 0))
    await pilot.hover(heads, offset=(first + 9, 0))
    await settled(pilot)
    column = view.column_here()
    assert column is not None
    assert column.cells == first + 6
    await pilot.press("less_than_sign")
    await until(pilot, lambda: view.width_of(column.name) == first + 2)
    await pilot.press("vertical_line")
    await until(pilot, lambda: view.width_of(column.name) is None and heads.widths[0] == first)


def test_what_two_programs_showed_of_two_logs_is_kept_of_both(home: Home) -> None:
    def end(number: int) -> None:
        Memory(home).keep(str(number), screen_state.LogState("data"))

    threads = [threading.Thread(target=end, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(memory.read(home).logs) == {str(number) for number in range(12)}


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9), st.integers(10, 200), st.data())
def test_a_column_has_the_width_that_it_was_given(wanted: list[int], room: int, data: st.DataObject) -> None:
    chosen = data.draw(st.dictionaries(st.integers(0, len(wanted) - 1), st.integers(4, 400)))
    drawn = widths(wanted, room, chosen=chosen)
    assert 1 <= len(drawn) <= len(wanted)
    assert sum(drawn) + 2 * (len(drawn) - 1) <= max(room, 10)
    assert all(width == min(chosen[at], room) for at, width in enumerate(drawn) if at in chosen)


def test_a_wide_column_shows_all_of_a_value() -> None:
    table = Table(("name", "count"), ("VARCHAR", "INTEGER"), (("x" * 60, "7"),), 1)
    columns = Columns(table.columns, table.types)
    columns.measure(table)
    assert columns.line(table.rows[0], 0, 90).plain == "x" * 39 + "…      7"
    columns.chosen = {0: 60}
    assert columns.line(table.rows[0], 0, 90).plain == "x" * 60 + "      7"
    columns.chosen = {0: 5}
    assert columns.line(table.rows[0], 0, 90).plain == "xxxx…      7"
    assert columns.line(table.rows[0], 1, 90).plain == "    7"
