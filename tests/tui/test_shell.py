"""Commands, screens, help, palette, and the question when one quits."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from textual.app import App

from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.frame import CommandBar, TitleBar
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import NO_KEY, Verb
from musicrec_tui.tui.explore.filters_dialog import FiltersDialog
from musicrec_tui.tui.keys.help import HelpScreen
from musicrec_tui.tui.shell.quit_dialog import QuitDialog
from tests.tui.support import SmallApp, palette_finds, settled, shown
from tests.tui.train.train_support import FakeRun

SWALLOWED = {"ctrl+j", "ctrl+b", "ctrl+enter", "ctrl+a", "ctrl+space", "ctrl+s+q"}


@pytest.fixture
def job(home: Home) -> Iterator[FakeRun]:
    """A job that runs."""
    run = FakeRun(home)
    run.start()
    run.epoch(3, 10)
    yield run
    run.die()


async def test_tasks_begin_in_their_turn(small_app: SmallApp) -> None:
    """Textual has them begin at once from Python 3.12 on, when no screen is on the stack yet: an input ends the app."""
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, work, **options: asyncio.Task(work, loop=loop, **options))
    try:
        async with small_app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            assert loop.get_task_factory() is None
    finally:
        loop.set_task_factory(None)


async def test_number_keys_show_screens_and_escape_comes_back(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key, mode in (("5", "data"), ("4", "compare"), ("3", "tune"), ("2", "train"), ("1", "explore")):
            await pilot.press(key)
            await settled(pilot)
            assert small_app.current_mode == mode
            assert "66,936" not in shown(
                small_app.screen.query_one(TitleBar)
            )  # it tells of this log, not of the sample
            assert f"{small_app.given.info.listens:,} listens" in shown(small_app.screen.query_one(TitleBar))


async def test_tabs_and_the_footer_can_be_clicked(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        bar = small_app.screen.query_one("TabBar")
        await pilot.click(bar, offset=(shown(bar).index("5 Data"), 0))
        await settled(pilot)
        assert small_app.current_mode == "data"
        foot = small_app.screen.query_one(CommandBar)
        await pilot.click(foot, offset=(shown(foot).index("? help"), 0))
        await settled(pilot)
        assert isinstance(small_app.screen, HelpScreen)


@pytest.mark.parametrize("key", ["1", "2", "3", "5"])
async def test_every_command_is_whole_and_no_key_has_two_meanings_in_one_place(small_app: SmallApp, key: str) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(key)
        await settled(pilot)
        for node in (small_app, small_app.screen, *small_app.screen.query("*")):
            pairs = {(key, one.verb.meaning) for one in commands.own(node) for key in one.keys.split(",")}
            keys = [key for key, _ in pairs if key != NO_KEY]
            assert len(keys) == len(set(keys)), node
            assert not SWALLOWED & set(keys)
            for command in commands.own(node):
                assert command.help.endswith("."), command
                assert command.title
                action = command.action.partition("(")[0]
                owner = small_app if action.startswith("app.") else node
                assert hasattr(owner, f"action_{action.removeprefix('app.')}"), command
                binding = command.binding()
                assert binding.id == command.id
                assert binding.tooltip == command.help


async def test_help_lists_every_command_of_the_screen(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 300)) as pilot:
        await settled(pilot)
        listed = list(commands.everywhere(small_app.screen))
        await pilot.press("question_mark")
        await settled(pilot)
        text = " ".join(re.sub("[│┃▏▕█▁▂▃▄▅▆▇]", " ", shown(small_app.screen)).split())
        for command in listed:
            told = command.help if command.verb.kind == "action" else command.verb.meaning
            assert told in text or command.key_text == ""
        assert "Truncated AUC, as implicit calculates it" in text
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(small_app.screen, HelpScreen)


async def test_the_palette_finds_a_command_and_runs_it(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert "Search artists and users  (/)" in shown(small_app.screen)
        await pilot.press(*"filters")
        await palette_finds(pilot, "Filter")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(small_app.screen, FiltersDialog)


async def test_letters_go_to_the_search_and_not_to_commands(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"q5mft?")
        await settled(pilot)
        assert small_app.current_mode == "explore"
        assert small_app.screen.query_one("#search-input").value == "q5mft?"  # type: ignore[attr-defined]
        assert "q quit" not in shown(small_app.screen.query_one(CommandBar))
        await pilot.press("escape", "5")
        await settled(pilot)
        assert small_app.current_mode == "data"


async def test_quit_asks_nothing_where_nothing_runs(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert small_app.return_value == 0
    assert small_app.host.closed


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_asks_while_a_job_runs_and_stays(small_app: SmallApp, job: FakeRun, key: str) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "ALS #1 ◐ 30%" in shown(small_app.screen.query_one(TitleBar))
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(small_app.screen, QuitDialog)
        assert "ALS #1 is still training." in shown(small_app.screen)
        await pilot.press("j")
        job.finish(0.2)
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert "No job is running any more." in shown(small_app.screen)
        assert "still training" not in shown(small_app.screen)
        assert small_app.screen.query_one(RowList).value == "cancel"
        await pilot.press("n")
        await settled(pilot)
        assert small_app.is_running
        assert not isinstance(small_app.screen, QuitDialog)


async def test_quit_leaves_the_job_running(small_app: SmallApp, job: FakeRun, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("q", "enter")
        await pilot.pause()
        assert small_app.return_value == 0
    assert store.read_run(home, job.info.id).status == "running"


async def test_quit_cancels_the_job(small_app: SmallApp, job: FakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    from musicrec_tui.jobs import supervisor

    stopped: list[str] = []

    async def stop(run: store.RunInfo, grace: float = 10.0) -> None:
        stopped.append(run.id)

    monkeypatch.setattr(supervisor, "stop", stop)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("q", "x")
        await settled(pilot)
        assert small_app.return_value == 0
    assert stopped == [job.info.id]


def test_keys_can_be_moved() -> None:
    command = commands.Command("a.b", "go", Verb("Go", "x", "y"), "Go", "Goes.", footer="go")
    assert command.key_text == "x y"
    binding = command.binding()

    class Moved(App[None]):
        BINDINGS = commands.bindings([command])

    app = Moved()
    app.set_keymap({"a.b": "z"})
    assert binding.id == "a.b"
