"""Keys, answers and work that come too early, twice or too late: nothing of it ends the program."""

import asyncio
from collections.abc import Callable
from typing import cast

from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.command import CommandList
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from musicrec_tui.dataset.records import ArtistPage, UserPage
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.working import after_refresh, start
from musicrec_tui.tui.explore.search_pane import Searches, SearchPane
from musicrec_tui.tui.keys.help import HelpScreen
from musicrec_tui.tui.keys.jump import JumpScreen
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.shell.tour import STEPS, Tour
from tests.tui.support import SmallApp, settled, shown, until
from tests.waiting import becomes


def question() -> Confirm:
    """A dialog."""
    return Confirm("Really?", yes="Yes", no="No")


async def test_an_answer_that_comes_while_another_screen_lies_on_top_waits_for_it() -> None:
    answers: list[tuple[str, object]] = []
    app = App[None]()
    async with app.run_test() as pilot:
        below, above = question(), question()
        await app.push_screen(below, lambda answer: answers.append(("below", answer)))
        await app.push_screen(above, lambda answer: answers.append(("above", answer)))
        below.dismiss(True)
        await pilot.pause()
        assert app.screen is above
        assert answers == []
        above.dismiss(False)
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert answers == [("above", False), ("below", True)]


async def test_the_second_of_two_answers_closes_nothing_else() -> None:
    answers: list[object] = []
    app = App[None]()
    async with app.run_test() as pilot:
        below, above = question(), question()
        await app.push_screen(below)
        await app.push_screen(above, answers.append)
        above.dismiss(True)
        above.dismiss(False)
        await pilot.pause()
        assert app.screen is below
        assert answers == [True]


async def test_a_key_that_is_on_its_way_answers_a_dialog_once_that_is_there(small_app: SmallApp) -> None:
    answers: list[object] = []
    async with small_app.run_test() as pilot:
        await settled(pilot)
        key = events.Key("y", "y")
        key._set_forwarded()  # as a key is that a list has passed on
        small_app.push_screen(question(), answers.append)
        await small_app.on_event(key)
        await until(pilot, lambda: answers == [True])


async def test_a_screen_that_is_still_being_made_does_not_keep_the_program_from_ending(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        small_app.push_screen(question())
        small_app.exit(0)
        small_app.simulate_key("full_stop")  # the tour
        await becomes(lambda: not small_app.is_running, "the end")
    assert small_app.return_code == 0


async def test_panes_that_have_no_place_yet_are_not_jumped_to(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        small_app.screen.query_one("#releases").display = True
        await small_app.run_action("beside(1)")
        await small_app.run_action("jump")
        await settled(pilot)
        assert isinstance(small_app.screen, JumpScreen)


async def test_the_tour_begins_beneath_a_dialog_and_ends_once(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        await small_app.push_screen(HelpScreen("explore", []))
        await small_app.run_action("tour")
        tour = small_app.screen_stack[0].query_one(Tour)
        for _ in range(len(STEPS) + 1):
            await tour.advance()
        assert tour.step == STEPS[-1]  # keys are held against it until it is gone
        await pilot.press("escape")
        await settled(pilot)
        assert not small_app.screen.query(Tour)


async def test_a_section_that_was_shown_alone_and_finds_nothing_any_more_is_empty(small_app: SmallApp) -> None:
    async with small_app.run_test() as pilot:
        await settled(pilot)
        pane = small_app.screen.query_one(SearchPane)
        pane.post_message(RowList.EndNear(pane.query_one(RowList)))  # said of a section that is not alone any more
        pane.query_one(RowList).focus()
        await pilot.press("A")
        await settled(pilot)
        pane.open(Searches(lambda *_: ArtistPage((), 0), lambda *_: UserPage((), 0)))
        await settled(pilot)
        assert "No artist or user" in shown(pane)


def test_what_was_to_come_after_a_refresh_is_dropped_with_its_widget() -> None:
    class Screenless:
        """A widget, as far as it matters."""

        is_running = False

        def call_after_refresh(self, call: Callable[[], None]) -> None:
            """At once."""
            call()

    calls: list[int] = []
    widget = Screenless()
    after_refresh(cast(Widget, widget), calls.append, 1)
    assert calls == []
    widget.is_running = True
    after_refresh(cast(Widget, widget), calls.append, 2)
    assert calls == [2]


async def test_work_that_looks_for_widgets_which_are_being_taken_away_is_over() -> None:
    gone = asyncio.Event()
    looked: list[str] = []

    class Leaving(Static):
        """Says when it goes."""

        def on_unmount(self) -> None:
            """Wake the work."""
            gone.set()

    class Pane(App[None]):
        """A pane with one widget."""

        def compose(self) -> ComposeResult:
            """Both."""
            with Vertical():
                yield Leaving("here")

    async def look(pane: Vertical) -> None:
        await gone.wait()
        looked.append("woken")
        looked.append(str(pane.query_one(Leaving).content))

    app = Pane()
    async with app.run_test() as pilot:
        pane = app.query_one(Vertical)
        start(pane, "look", look, pane)
        await pilot.pause()
        await pane.remove()
        await pilot.pause()
    assert looked == ["woken"]


async def test_a_click_on_a_hit_that_is_gone_by_now_does_nothing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.action_command_palette()
        await until(pilot, lambda: small_app.screen.query(CommandList) and "Search artists" in shown(small_app.screen))
        hits = small_app.screen.query_one(CommandList)
        meta = Style(meta={"option": hits.option_count})
        stale = events.Click(hits, 2, 1, 0, 0, 1, False, False, False, hits.region.x + 2, hits.region.y + 1, meta)
        hits.post_message(stale)
        await settled(pilot)
        assert hits.is_attached
        await pilot.press(*"search artists", "enter")
        await settled(pilot)
        assert small_app.focused is small_app.screen.query_one("#search-input")
