"""The app: the screens behind the number keys, the commands that are always there, and how it starts and ends."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import AwaitMount

from musicrec_tui.dataset import few_users
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command, CommandProvider
from musicrec_tui.tui.common.frame import TitleBar
from musicrec_tui.tui.common.parts import Parts
from musicrec_tui.tui.common.screens import SCREENS, ScreenEntry
from musicrec_tui.tui.common.tabular_widget import CopyWanted, ExportWanted, SortWanted, WholeWanted
from musicrec_tui.tui.common.verbs import screen_verb
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.keys import keymap, news
from musicrec_tui.tui.keys.jump import PaneMoves
from musicrec_tui.tui.keys.overlays import Overlays
from musicrec_tui.tui.shell import crash, messages, themes
from musicrec_tui.tui.shell.keys_in_turn import KeyHandled, KeysInTurn
from musicrec_tui.tui.shell.memory import Memory, Opening, restore_screen, save_screen
from musicrec_tui.tui.shell.quitting import Quitting
from musicrec_tui.tui.shell.restriction import refuses
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.shell.status import EndedJobs, status_line, subject_line
from musicrec_tui.tui.shell.tables import TableActions
from musicrec_tui.tui.shell.theming import StyledApp, ThemeChoice
from musicrec_tui.tui.shell.touring import TourGuide

if TYPE_CHECKING:
    from rich.console import RenderableType

    from musicrec_tui.tui.train.screen import TrainScreen

_ROOMS = Path(__file__).parent
_FIRST: list[str | PurePath] = [_ROOMS / "app.tcss", _ROOMS / "explore" / "search.tcss"]
_LATER = [path for screen in SCREENS for path in screen.styles if path not in _FIRST]


def _lazily(screen: ScreenEntry) -> Callable[[], Screen[Any]]:
    """A screen whose module is imported when it is first shown."""
    return lambda: getattr(import_module(screen.module), screen.kind)()


class MusicrecApp(StyledApp[int]):
    """The workbench: its parts do the work, and every message, command and event is handed to them here."""

    TITLE = "musicrec"
    # Absolute, so that a subclass elsewhere (in tests) finds them too.
    CSS_PATH = _FIRST
    MODES = {screen.mode: _lazily(screen) for screen in SCREENS}  # noqa: RUF012  (declared mutable by Textual)
    DEFAULT_MODE = "explore"
    COMMANDS = {CommandProvider}  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        *(
            Command(f"app.{screen.mode}", f"show('{screen.mode}')", screen_verb(screen.key, screen.title), screen.title,
                    screen.help, guest=True)
            for screen in SCREENS
            if screen.key
        ),
        *PaneMoves.COMMANDS,
        *ThemeChoice.COMMANDS,
        *Overlays.COMMANDS,
        *TourGuide.COMMANDS,
        *Quitting.COMMANDS,
    )  # fmt: skip
    BINDINGS = commands.bindings(OWN_COMMANDS)

    def __init__(
        self,
        home: Home,
        log: Log,
        settings: Settings,
        memory: Memory | None = None,
        *,
        restricted: bool = False,
        tour: bool = False,
    ) -> None:
        super().__init__()
        self.session = Session(home, log, settings, restricted=restricted)
        self.memory = memory or Memory(home)
        self.crash_log: Path | None = None
        self.next: Opening | None = None
        """The log to open when this app is over."""
        self.tables = TableActions(self, self.session)
        self.keys_in_turn = KeysInTurn(self)
        self.ended_jobs = EndedJobs(self, self.session)
        self.tour = TourGuide(self, home, wanted=tour)
        self.themes = ThemeChoice(self, self.session)
        self.parts = Parts(self)
        self.parts.add(
            PaneMoves(self), self.themes, Overlays(self, self.session), self.tour, Quitting(self, self.session)
        )
        self.animation_level = "none"
        self.themes.register(themes.checked(home, settings), settings.theme)
        read = keymap.read_keymap(home, settings.keys)
        self.moved_keys, self.key_notes = read.keys, read.notes
        self.set_keymap(self.moved_keys)
        self.stylesheet.set_variables(self.get_css_variables())
        self.styled_for = self.theme

    def on_load(self) -> None:
        """Have tasks begin in their turn, as with Python 3.11.

        From 3.12 on Textual has them begin where they are made. The widgets of a mode's screen are then mounted before
        the screen is on its stack, where an input looks for it (Textual 8.2.8): the program would end at its start.
        """
        asyncio.get_running_loop().set_task_factory(None)

    def on_mount(self) -> None:
        """End on a signal without leaving a broken terminal."""
        self.session.subscribe(self)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, 128 + number)

    async def on_ready(self) -> None:
        """Continue after the first frame."""
        start(self, "begin", self._begin)

    async def _begin(self) -> None:
        """What happens by itself: open the log, watch the runs, train a first model."""
        from musicrec_tui.tui.shell import background

        start(self, "warm", background.warm_up)
        self.set_interval(background.SWEEP_SECONDS, background.sweep)
        start(self, "leftovers", background.remove_leftovers, self.session)
        start(self, "watch", background.watch_runs, self.session, self.draw_title)
        await self.open_log()

    async def open_log(self) -> None:
        """Open the log (again, where the user had stopped the building of its index), and train a first model."""
        from musicrec_tui.tui.shell import first_model, opening

        await opening.open_dataset(self.session)
        self._offer_import()
        self.call_after_refresh(start, self, "host", _start_host, self.session)
        await first_model.train_first(self.session)
        await self.session.refresh_runs()

    def _offer_import(self) -> None:
        """Where the log is one person's, offer to import it beside another one."""
        dataset = self.session.dataset
        if dataset is None or not few_users.too_few(dataset.info.users):
            return
        from musicrec_tui.tui.explore import person_log

        def reopen(beside: Opening) -> None:
            self.next = beside
            self.memory.forget_log()
            self.exit(0)

        person_log.offer(self, self.session, reopen)

    def on_dataset_opened(self) -> None:
        """The title counts; what was shown last comes back; there is something to show."""
        self.draw_title()
        start(self, "restore", restore_screen, self, self.session, self.memory)
        start(self, "tour", self.tour.offer)
        if not self.for_guests:
            start(self, "keys", news.announce, self, self.session.home, self.key_notes)

    def on_runs_changed(self) -> None:
        """Show running jobs in the title; notify once of those that ended."""
        self.draw_title()
        self.ended_jobs.runs_changed()

    def on_tunings_changed(self) -> None:
        """The same for tunings."""
        self.draw_title()
        self.ended_jobs.tunings_changed()

    def on_copy_wanted(self, event: CopyWanted) -> None:
        """Copy of a table or plot."""
        self.tables.copy(event)

    def on_export_wanted(self, event: ExportWanted) -> None:
        """Export one."""
        self.tables.export(event)

    def on_sort_wanted(self, event: SortWanted) -> None:
        """Sort one."""
        self.tables.sort(event)

    def on_whole_wanted(self, event: WholeWanted) -> None:
        """Show a row of one whole."""
        self.tables.show_whole(event)

    async def on_train_form_wanted(self, event: messages.TrainFormWanted) -> None:
        """Show Train with its form filled."""
        await (await _train_screen(self)).show_form(event.texts)

    async def on_run_wanted(self, event: messages.RunWanted) -> None:
        """Show a run in Train."""
        await (await _train_screen(self)).show_job(event.run)

    @property
    def for_guests(self) -> bool:
        """Whether only commands with `guest=True` can be given."""
        return self.session.restricted

    async def run_action(
        self, action: Any, default_namespace: DOMNode | None = None, namespaces: Mapping[str, DOMNode] | None = None
    ) -> bool:
        """Run an action of a key, palette entry or click, unless it is not for guests."""
        if self.for_guests and refuses(self, action, default_namespace or self, namespaces or {}):
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A part says of its actions whether they can be run now."""
        can = self.parts.can(action)
        return super().check_action(action, parameters) if can is None else can

    def read_styles(self) -> None:
        """Read the styles that the first frame does not wait for: those of other panes, screens, and dialogs on a log.

        As a screen's own `CSS_PATH` they would have Textual parse all others anew, and give every widget its styles.
        """
        if not self.stylesheet.has_source(str(_LATER[0])):
            self.stylesheet.read_all(_LATER)
            self.stylesheet.parse()

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show another screen."""
        self.read_styles()
        return super().switch_mode(mode)

    async def on_event(self, event: events.Event) -> None:
        """Ignore what Textual itself stumbles over: a press on a widget that was just removed, keys at its end."""
        if isinstance(event, events.InputEvent) and (self.return_code is not None or not self.is_running):
            return
        if isinstance(event, events.Key) and not event.is_forwarded and self.keys_in_turn.hold(event):
            return
        if isinstance(event, events.InputEvent) and self.screen_stack and not self.screen.is_mounted:
            await AwaitMount(self.screen, [self.screen])  # an answer to a dialog that has no widgets yet
        if isinstance(event, events.MouseDown):
            with contextlib.suppress(NoWidget):
                if not self.get_widget_at(event.x, event.y)[0].is_attached:
                    return
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._send_key(event)
            return
        await super().on_event(event)

    async def _send_key(self, key: events.Key) -> None:
        """Send a key to the focused widget, with a mark behind it by which the next key is sent."""
        self.tour.note_key(key)
        await super().on_event(key)
        if self.is_running and self.screen_stack:
            self.keys_in_turn.sent(self.focused or self.screen)

    async def on_key_handled(self, mark: KeyHandled) -> None:
        """A key has had its effect: the next one may have its own."""
        await self.keys_in_turn.arrived(mark)

    def draw_title(self) -> None:
        """Give the title line of the screen on top what is open and what runs."""
        if self.screen_stack:
            for bar in self.screen_stack[0].query(TitleBar):
                bar.show(subject_line(self.session), status_line(self.session))

    async def action_show(self, mode: str) -> None:
        """Switch to a screen."""
        await self.switch_mode(mode)

    def exit(self, result: int | None = None, return_code: int = 0, message: "RenderableType | None" = None) -> None:
        """Save the state; every way to end the app (key, SIGTERM, SIGHUP) calls this."""
        try:
            save_screen(self, self.session, self.memory)
        finally:
            super().exit(result, return_code, message)

    async def on_unmount(self) -> None:
        """Nothing may keep the process alive: interrupt what DuckDB does, end the host."""
        if self.session.dataset is not None:
            self.session.dataset.close()
        if self.session.host is not None:
            with contextlib.suppress(OSError):
                await self.session.host.close()
        self.session.forget_people()

    def on_crash(self) -> None:
        """The traceback goes to the log, the screen is given back clean."""
        self.crash_log = crash.save_traceback(self.session.home)


async def _start_host(session: Session) -> None:
    """Start the host before it is asked; where that fails, the first answer says so."""
    if session.host is not None:
        with contextlib.suppress(OSError):
            await session.host.start()


async def _train_screen(app: MusicrecApp) -> "TrainScreen":
    """Switch to the Train screen."""
    from musicrec_tui.tui.train.screen import TrainScreen

    await app.switch_mode("train")
    screen = app.screen_stack[0]  # a dialog may lie on top of it
    assert isinstance(screen, TrainScreen)  # noqa: S101  (it is what "train" stands for)
    return screen


def run(
    home: Home,
    log: Log,
    settings: Settings,
    memory: Memory | None = None,
    *,
    restricted: bool = False,
    tour: bool = False,
) -> int:
    """Open the TUI and return its exit code when it is over.

    `restricted` refuses what guests may not do (see `restriction`); `tour` shows the tour once for each home.

    Raises:
        UserError: keys or themes of the settings cannot be used.
    """
    app = MusicrecApp(home, log, settings, memory, restricted=restricted, tour=tour)
    result = app.run()
    while app.next is not None:
        app = MusicrecApp(home, app.next.log, settings, app.next.memory, restricted=restricted, tour=tour)
        result = app.run()
    if app.crash_log is not None:
        crash.print_sentence(app.crash_log)
        return 1
    return result if result is not None else app.return_code or 0
