"""With --restricted, nothing reads or writes files, asks SQL, or touches what others have made."""

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.explore.screen import ExploreScreen
from musicrec_tui.tui.shell import guests
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.shell.restriction import REFUSED
from musicrec_tui.tui.train.screen import TrainScreen
from tests.tui.support import SmallApp, settled, shown, until
from tests.tui.train.train_support import FakeRun


def declared() -> dict[str, Command]:
    """Every command of every module of the TUI, by its id."""
    import importlib
    import pkgutil

    import musicrec_tui.tui

    found: dict[str, Command] = {}
    for module in pkgutil.walk_packages(musicrec_tui.tui.__path__, "musicrec_tui.tui."):
        for thing in vars(importlib.import_module(module.name)).values():
            found |= {command.id: command for command in getattr(thing, "OWN_COMMANDS", ())}
    return found


HARMLESS = {
    "import.start", "import.next", "import.previous", "import.stop", "export.close",  # in dialogs that do not open
    "sql.stop", "sql.tables", "sql.back", "sql.earlier", "sql.later",  # on a screen that does not open
    "models.close", "compare.forget", "data.overview", "explore.filter", "explore.stop",
    "train.cancel", "tune.cancel",  # see `Session.may_stop`
    "table.copy", "table.copy_as", "copy.more", "copy.less", "copy.close", "whole.copy", "whole.copy_row",
    "chosen.remove", "trash.close",
}  # fmt: skip
_TOUCHING = re.compile(r"\b(delete|remove|forget|trash|rename|note|star|export|import|file|save|write|sql|playlist|"
                       r"profile|block|love|copy)\b", re.IGNORECASE)  # fmt: skip


def test_every_command_that_may_touch_something_is_refused_or_known_to_be_harmless() -> None:
    listed = declared()
    assert listed.keys() >= REFUSED, "a command that is refused has another name now"
    touching = {one.id for one in listed.values() if _TOUCHING.search(f"{one.id} {one.title} {one.help}")}
    assert touching - REFUSED - HARMLESS == set(), "say of these commands whether guests may give them"


def restricted(app: SmallApp) -> SmallApp:
    """The app, as `--restricted` starts it."""
    app.session.restricted = True
    return app


async def test_guests_are_offered_nothing_of_it_and_no_way_leads_there(small_app: SmallApp) -> None:
    app = restricted(small_app)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        for mode in ("1", "2", "5"):
            await pilot.press(mode)
            await settled(pilot)
            before = app.screen
            assert not REFUSED & {command.id for command in commands.everywhere(before)}
            for node in (before, *before.query("*")):
                for command in commands.own(node):
                    if command.id in REFUSED:
                        assert await app.run_action(command.action, node)
            assert app.screen is before
        await pilot.press("s")
        await settled(pilot)
        assert app.current_mode == "data"
        await pilot.press("1", "i")
        await settled(pilot)
        assert not app.screen.query(Input).filter("#import-path")
        assert [note.message for note in app._notifications][-1] == f"! {guests.SENTENCE}"
        with pytest.raises(UserError, match="--restricted"):
            need_freedom(app.screen)


async def test_a_guest_stops_their_own_jobs_alone_and_others_nothing_is_refused(small_app: SmallApp) -> None:
    app = small_app
    assert app.session.may_stop("anybody's")
    restricted(app)
    assert not app.session.may_stop("anybody's")
    app.session.begun.add("mine")
    assert app.session.may_stop("mine")
    app.session.restricted = False
    assert app.refused == frozenset()
    async with app.run_test() as pilot:
        await settled(pilot)
        need_freedom(app.screen)
        await pilot.press("i")
        await settled(pilot)
        assert app.screen.query_one("#import-path")


async def test_the_export_dialog_writes_nothing_for_a_guest(small_app: SmallApp, tmp_path: Path) -> None:
    from musicrec_tui.tui.shell.export_dialog import ExportDialog

    app = restricted(small_app)
    async with app.run_test() as pilot:
        await settled(pilot)
        target = tmp_path / "out.csv"
        await app.push_screen(ExportDialog("Export", str(target), lambda *_: pytest.fail("it was written")))
        await pilot.press("enter")
        await settled(pilot)
        assert "--restricted" in str(app.screen.query_one("#export-said").render())
        assert not target.exists()


async def test_behind_the_keys_the_work_itself_refuses(small_app: SmallApp, home: Home) -> None:
    kept = FakeRun(home, content=small_app.given.info.content)
    kept.finish(0.2)
    app = restricted(small_app)

    def there() -> set[Path]:
        return {path for path in home.root.rglob("*") if not path.name.endswith((".lock", "changing"))}

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        before = there()
        explore = app.screen
        assert isinstance(explore, ExploreScreen)
        explore.query_one("#recommendations").focus()
        explore.action_bookmark()
        explore.action_love()
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        train = app.screen
        assert isinstance(train, TrainScreen)
        train.jobs.go_to(kept.info.id)
        await settled(pilot)
        assert train.job is not None
        train.action_star()
        train.action_discard()
        await settled(pilot)
        train.action_rename()
        await until(pilot, lambda: bool(app.screen.query("#label-dialog")), 10)
        await pilot.press("x", "enter")
        await until(pilot, lambda: "--restricted" in shown(app.screen.query_one("#label-error")), 10)
        assert there() == before


async def test_the_theme_of_a_guest_is_not_remembered(small_app: SmallApp, home: Home) -> None:
    app = restricted(small_app)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f6", "g", "g", "j", "enter")
        await settled(pilot)
        assert app.theme == "high-contrast"
    assert not home.settings.exists()
