"""With --restricted, nothing reads or writes files, asks SQL, or touches what others have made."""

from pathlib import Path
from typing import ClassVar

import pytest
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.verbs import Verb
from musicrec_tui.tui.explore.screen import ExploreScreen
from musicrec_tui.tui.shell import guests
from musicrec_tui.tui.shell.guests import need_freedom
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


NOT_FOR_GUESTS = {
    "explore.import", "explore.forget", "data.sql", "sql.line", "sql.run", "sql.export",
    "table.export", "explore.love", "explore.block",
    "explore.bookmark", "explore.bookmarks", "jobs.delete", "jobs.star", "jobs.rename", "jobs.note", "jobs.trash",
    "bookmarks.remove", "trash.delete", "app.suspend", "explore.taste", "explore.undo",
    "review.export", "sql.save", "sql.saved", "taste.remove", "taste.undo",
}  # fmt: skip


def test_these_commands_are_not_for_guests() -> None:
    assert {one.id for one in declared().values() if not one.guest} == NOT_FOR_GUESTS


class NewWidget(Static, can_focus=True):
    """A widget with a command that nobody has thought about yet, one for guests, and an action without a command."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("new.plain", "plain", Verb("Plain", "ctrl+x"), "Plain", "Plain.", footer="plain"),
        Command("new.open", "open", Verb("Open", "ctrl+y"), "Open", "Open.", footer="open", guest=True),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *commands.bindings(OWN_COMMANDS),
        Binding("ctrl+t", "unlisted", "Unlisted"),
    ]
    done: ClassVar[list[str]] = []

    def action_plain(self) -> None:
        self.done.append("plain")

    def action_open(self) -> None:
        self.done.append("open")

    def action_unlisted(self) -> None:
        self.done.append("unlisted")


@pytest.mark.parametrize("guest", [True, False])
async def test_a_new_command_is_refused_to_guests_until_it_says_that_they_may(small_app: SmallApp, guest: bool) -> None:
    app = restricted(small_app) if guest else small_app
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        NewWidget.done.clear()
        widget = NewWidget()
        await app.screen.query_one("#left").mount(widget)
        widget.focus()
        await settled(pilot)
        await pilot.press("ctrl+x", "ctrl+y", "ctrl+t")
        await settled(pilot)
        offered = {command.id for _, command in commands.reachable(app.screen)}
        assert ("new.plain" in offered) is not guest
        assert "new.open" in offered
        assert NewWidget.done == (["open"] if guest else ["plain", "open", "unlisted"])


async def test_guests_edit_what_they_type(small_app: SmallApp) -> None:
    app = restricted(small_app)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "a", "b", "left", "backspace", "c")
        await settled(pilot)
        assert app.screen.query_one(Input).value == "cb"


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
            assert not NOT_FOR_GUESTS & {command.id for command in commands.everywhere(before)}
            for node in (before, *before.query("*")):
                for command in commands.own(node):
                    if command.id in NOT_FOR_GUESTS:
                        assert await app.run_action(command.action, node)
            assert app.screen is before
        await pilot.press("S")
        await settled(pilot)
        assert app.current_mode == "data"
        await pilot.press("1", "I")
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
    assert not app.for_guests
    async with app.run_test() as pilot:
        await settled(pilot)
        need_freedom(app.screen)
        await pilot.press("I")
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
        explore.bookmarks.action_bookmark()
        explore.taste.action_love()
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        train = app.screen
        assert isinstance(train, TrainScreen)
        train.jobs.go_to(kept.info.id)
        await settled(pilot)
        assert train.jobs.run is not None
        train.actions.action_star()
        train.actions.action_discard()
        await settled(pilot)
        train.actions.action_rename()
        await until(pilot, lambda: bool(app.screen.query("#label-dialog")))
        await pilot.press("x", "enter")
        await until(pilot, lambda: "--restricted" in shown(app.screen.query_one("#label-error")))
        assert there() == before


async def test_the_theme_of_a_guest_is_not_remembered(small_app: SmallApp, home: Home) -> None:
    app = restricted(small_app)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f6", "g", "g", "j", "enter")
        await settled(pilot)
        assert app.theme == "high-contrast"
    assert not home.settings.exists()


async def test_what_guests_type_is_theirs_alone_and_gone_at_the_end(small_app: SmallApp, home: Home) -> None:
    from musicrec_tui.dataset.profiles import store

    app = restricted(small_app)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("a", *"pixies", "enter", *"pulp", "enter", "ctrl+s")
        await until(pilot, lambda: "For profile me" in shown(app.screen))
        folder = app.session.people.root
        assert store.has_profile(app.session.people, "me")
        assert folder.stat().st_mode & 0o077 == 0
        assert not store.has_profile(home, "me")
        await pilot.press("p")
        await settled(pilot)
        assert "playlist" not in shown(app.screen).splitlines()[-1], "no browser would take the file"
    assert not folder.exists()


async def test_guests_see_no_profile_of_the_host(small_app: SmallApp, home: Home) -> None:
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import typed
    from musicrec_tui.dataset.profiles.typed import TypedArtist

    found = artists.find_artist(small_app.given, "Pixies")
    typed.save_typed(home, small_app.given, "secret", [TypedArtist(found, liked=True)])
    app = restricted(small_app)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"secret")
        await settled(pilot)
        assert "profile secret" not in shown(app.screen)
