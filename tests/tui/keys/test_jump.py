"""Jump mode, panes left and right, back and forward, bookmarks, and the same place again at the next start."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musicrec_tui.dataset import bookmarks
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.screen_state import ExploreState, LogState
from musicrec_tui.tui.explore.screen import ExploreScreen
from musicrec_tui.tui.keys.jump import JumpScreen
from musicrec_tui.tui.shell import memory
from musicrec_tui.tui.shell.memory import Memory
from tests.tui.support import HOSTILE_CLEAN, SmallApp, settled, shown, small, until
from tests.tui.train.train_support import FakeRun


def explore(app: SmallApp) -> ExploreScreen:
    """The screen."""
    assert isinstance(app.screen, ExploreScreen)
    return app.screen


async def open_another_user(pilot: Pilot[Any], app: SmallApp) -> None:
    """From the list of who listens to the artist that is shown."""
    listeners = app.screen.query_one("#listeners", RowList)
    listeners.focus()
    here = explore(app).current.user
    listeners.cursor = next(at for at, row in enumerate(listeners.rows) if row.value != here)
    await pilot.press("enter")
    await settled(pilot)


def focus(app: SmallApp) -> str | None:
    """The id of the pane that has the focus."""
    return app.screen.focused.id if app.screen.focused is not None else None


async def test_a_letter_moves_the_focus_to_its_pane(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("apostrophe")
        await settled(pilot)
        assert isinstance(small_app.screen, JumpScreen)
        panes = {pane.id or str(id(pane)): letter for letter, pane in small_app.screen._panes.items()}
        assert {"search-input", "results", "similar", "recommendations", "top-artists", "recent"} <= set(panes)
        assert len(panes) == len(small_app.screen._panes)
        await pilot.press(panes["recommendations"] or "")
        await settled(pilot)
        assert focus(small_app) == "recommendations"
        await pilot.press("apostrophe", panes["similar"] or "")  # without waiting: the letter is no command
        await settled(pilot)
        assert focus(small_app) == "similar"
        await pilot.press("apostrophe", "escape")
        await settled(pilot)
        assert focus(small_app) == "similar"
        await pilot.press("slash", "apostrophe")
        assert small_app.screen.query_one("#search-input").value == "'"  # type: ignore[attr-defined]


async def test_jump_mode_is_on_every_screen(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in ("2", "3", "4", "5"):
            await pilot.press(key)
            await settled(pilot)
            below = small_app.screen
            await pilot.press("apostrophe")
            await until(pilot, lambda: isinstance(small_app.screen, JumpScreen))
            jump = small_app.screen
            assert isinstance(jump, JumpScreen)
            letter, pane = next(iter(jump._panes.items()))
            await pilot.press(letter)
            await settled(pilot)
            assert small_app.screen is below
            assert below.focused is pane
            await pilot.press("escape")


async def test_h_and_l_go_to_the_panes_beside(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.screen.query_one("#similar").focus()
        went = []
        for key in ("l", "l", "l", "h", "h", "h"):
            await pilot.press(key)
            went.append(focus(small_app))
        assert went == ["listeners", "recordings", "recordings", "listeners", "similar", "results"]


async def test_half_pages_and_edges_by_vims_keys(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        rows = small_app.screen.query_one("#recommendations", RowList)
        rows.focus()
        await pilot.press("ctrl+d")
        half = rows.cursor
        assert 2 <= half <= 6
        await pilot.press("G", "ctrl+u")
        assert rows.cursor < len(rows.rows) - 2
        await pilot.press("g", "j", "g")
        assert rows.cursor > 0
        await pilot.press("g")
        assert rows.cursor == 0
        await pilot.press("question_mark", "G")
        await settled(pilot)
        assert small_app.screen.query_one(".help").scroll_y > 10
        await pilot.press("g", "g")
        assert small_app.screen.query_one(".help").scroll_y == 0


async def test_back_and_forward_keep_the_cursors(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = explore(small_app)
        first = screen.history.place
        await open_another_user(pilot, small_app)
        second = screen.history.place
        assert second.user != first.user
        screen.query_one("#top-artists").focus()
        await pilot.press("j", "j", "enter")
        await settled(pilot)
        third = screen.history.place
        assert third.artist != first.artist
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert (screen.current.user, screen.current.artist) == (second.user, second.artist)
        assert screen.history.place.cursors["top-artists"] == 2
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert (screen.current.user, screen.current.artist) == (first.user, first.artist)
        assert screen.history.place.cursors["listeners"] == second.cursors["listeners"]
        await pilot.press("right_square_bracket", "right_square_bracket")
        await settled(pilot)
        assert (screen.current.user, screen.current.artist) == (third.user, third.artist)
        await pilot.press("right_square_bracket")
        assert screen.history.place == third


async def test_a_bookmark_is_set_listed_opened_and_removed(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("B")
        await settled(pilot)
        assert "No bookmarks yet" in shown(small_app.screen)
        await pilot.press("escape", "slash", *"owned")
        await settled(pilot)
        screen = explore(small_app)
        await pilot.press("escape", "b")
        await settled(pilot)
        screen.query_one("#listeners").focus()
        await pilot.press("b")
        await settled(pilot)
        assert [mark.kind for mark in bookmarks.list_bookmarks(home)] == ["user", "artist"]
        await pilot.press("B")
        await settled(pilot)
        await pilot.press("j")
        await settled(pilot)
        assert HOSTILE_CLEAN in shown(small_app.screen)
        sheet = small_app.screen.query_one("#bookmarks", RowList).sheet()
        assert sheet is not None
        assert sheet.loaded() == [(mark.name, mark.kind, mark.key, mark.at) for mark in bookmarks.list_bookmarks(home)]
        await pilot.press("enter")
        await settled(pilot)
        assert screen.current.artist is not None
        assert screen.current.artist.key == bookmarks.list_bookmarks(home)[1].key
        await pilot.press("B")
        await settled(pilot)
        await pilot.press("delete")
        await settled(pilot)
        assert [mark.kind for mark in bookmarks.list_bookmarks(home)] == ["artist"]
        await pilot.press("escape")
        screen.query_one("#results").focus()
        await pilot.press("b")
        await settled(pilot)
        assert bookmarks.list_bookmarks(home) == []


async def test_a_bookmark_of_another_log_says_that_it_is_not_here(small_app: SmallApp, home: Home) -> None:
    bookmarks.add_bookmark(home, bookmarks.artist("id:404", "[/b]nobody"))
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        before = explore(small_app).current.artist
        await pilot.press("B")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert explore(small_app).current.artist == before
        assert "✗ There is no artist" in shown(small_app.screen)


async def test_the_next_start_shows_the_same(small_index: Path, home: Home) -> None:
    app = small(home, small_index)
    run = FakeRun(home, content=app.given.info.content)
    run.start()
    run.finish(0.21)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.session.choose(None)
        await open_another_user(pilot, app)
        app.screen.query_one("#recommendations").focus()
        await pilot.press("j", "j")
        place = explore(app).history.place
        await pilot.press("5")
        await settled(pilot)
        await pilot.press("q")
    again = small(home, small_index)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert again.current_mode == "data"
        assert again.session.chosen is None
        await pilot.press("1")
        await settled(pilot)
        assert explore(again).history.place == place
    fresh = small(home, small_index)
    fresh.memory = Memory(home, fresh=True)
    async with fresh.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert fresh.current_mode == "explore"
        assert fresh.session.chosen is not None
        assert explore(fresh).current.user != place.user


async def test_a_signal_ends_with_the_state_kept(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        os.kill(os.getpid(), signal.SIGHUP)
        await until(pilot, lambda: small_app.return_value is not None)
    assert small_app.return_value == 128 + signal.SIGHUP
    assert small_app.given.info.content in memory.read(home).logs


@pytest.mark.parametrize("damage", [lambda raw: raw[:-9], lambda raw: raw.replace(b'"user"', b'"used"')])
async def test_a_damaged_state_is_told_and_nothing_else(
    small_index: Path, home: Home, damage: Callable[[bytes], bytes]
) -> None:
    content = small(home, small_index).given.info.content
    Memory(home).keep(content, LogState("data", None, ExploreState("101")))
    home.state.write_bytes(damage(home.state.read_bytes()))
    app = small(home, small_index)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        assert explore(app).current.user is not None
        assert "! The last session's state" in shown(app.screen)


async def test_who_is_gone_from_the_log_gives_way_to_the_typical_user(small_index: Path, home: Home) -> None:
    app = small(home, small_index)
    kept = LogState("no such screen", "no such run", ExploreState("nobody", "nothing", "nowhere", {"recent": 99}))
    app.memory.keep(app.given.info.content, kept)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert explore(app).current.user is not None
