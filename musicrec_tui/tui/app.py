"""The app: the screens behind the number keys, the commands that are always there, and how it starts and ends."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import AwaitMount

from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command, CommandProvider
from musicrec_tui.tui.common.frame import TitleBar
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.screens import SCREENS, ScreenEntry
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.keys import keymap
from musicrec_tui.tui.keys.jump import Moving
from musicrec_tui.tui.shell import crash, messages, themes
from musicrec_tui.tui.shell.memory import Memory, Remembering
from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.shell.status import ended_line, severity_of, status_line, subject_line, tuning_ended_line
from musicrec_tui.tui.shell.theming import Theming
from musicrec_tui.tui.shell.touring import KEY, TouringApp

if TYPE_CHECKING:
    from musicrec_tui.tui.train.screen import TrainScreen

_ROOMS = Path(__file__).parent
_FIRST: list[str | PurePath] = [_ROOMS / "app.tcss", _ROOMS / "explore" / "search.tcss"]
_LATER = [path for screen in SCREENS for path in screen.styles if path not in _FIRST]


def _lazily(screen: ScreenEntry) -> Callable[[], Screen[Any]]:
    """A screen whose module is imported when it is first shown."""
    return lambda: getattr(import_module(screen.module), screen.kind)()


class MusicrecApp(Remembering, Moving, Theming, TouringApp):
    """The workbench."""

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
            Command(f"app.{screen.mode}", f"show('{screen.mode}')", screen.key, screen.title, screen.help, guest=True)
            for screen in SCREENS
            if screen.key
        ),
        Command("app.back", "back", "escape", "Go back", "Leave the input, the dialog or the screen.", palette=False,
                guest=True),
        *Moving.MOVING,
        *Theming.THEMING,
        Command("app.palette", "command_palette", "ctrl+p", "Commands", "Find any command by its name.",
                footer="commands", palette=False, guest=True),
        Command("app.help", "help", "question_mark", "Help", "The keys of this screen, and what the words mean.",
                footer="help", guest=True),
        Command("app.tour", "tour", KEY, "Tour", "What is on the screen, in five steps.", shown=".", guest=True),
        Command("app.quit", "quit", "q", "Quit", "Leave; asks first while a job runs.", footer="quit", guest=True),
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
        self.tour_wanted = tour
        self.crash_log: Path | None = None
        self._live: set[str] = set()
        self._live_tunings: set[str] = set()
        self.animation_level = "none"
        self.take_themes(themes.checked(home, settings), settings.theme)
        self.moved_keys = keymap.checked(home, settings.keys)
        self.set_keymap(self.moved_keys)
        self.stylesheet.set_variables(self.get_css_variables())
        self._read_styles_for = self.theme

    def on_mount(self) -> None:
        """Be told to end without leaving a broken terminal."""
        self.session.subscribe(self)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, 128 + number)

    async def on_ready(self) -> None:
        """Go on when the first frame is there."""
        start(self, "begin", self._begin)

    async def _begin(self) -> None:
        """What happens by itself: open the log, watch the runs, train a first model."""
        from musicrec_tui.tui.shell import background

        start(self, "warm", background.warm_up)
        self.set_interval(background.SWEEP_SECONDS, background.sweep)
        start(self, "watch", background.watch_runs, self.session, self.draw_title)
        await self.open_log()

    async def open_log(self) -> None:
        """Open the log (again, where the user had stopped the building of its index), and train a first model."""
        from musicrec_tui.tui.shell import first_model, opening

        await opening.open_dataset(self.session)
        self.call_after_refresh(start, self, "host", self._warm_host)
        await first_model.train_first(self.session)
        await self.session.refresh_runs()

    async def _warm_host(self) -> None:
        """Start the host before it is asked; where that fails, the first answer says so."""
        if self.session.host is not None:
            with contextlib.suppress(OSError):
                await self.session.host.start()

    def on_dataset_opened(self) -> None:
        """The title counts; what was shown last comes back; there is something to show."""
        self.draw_title()
        start(self, "take up", self.take_up)
        start(self, "tour", self.offer_tour)

    def on_runs_changed(self) -> None:
        """The title tells what runs; what has ended is told once."""
        self.draw_title()
        live = {run.id for run in self.session.live}
        for run in self.session.runs:
            if run.id in self._live - live and run.status != "cancelled":
                tell(self, ended_line(run), group=run.id, severity=severity_of(run), timeout=8)
        self._live = live

    def on_tunings_changed(self) -> None:
        """The same for tunings."""
        self.draw_title()
        live = {tuning.id for tuning in self.session.live_tunings}
        for tuning in self.session.tunings:
            if tuning.id in self._live_tunings - live and tuning.status != "cancelled":
                tell(self, tuning_ended_line(tuning), group=tuning.id, severity=severity_of(tuning), timeout=8)
        self._live_tunings = live

    def refresh_css(self, animate: bool = True) -> None:
        """Read all styles anew where they are different, which is with another theme.

        Textual asks for it whenever it meets a screen for the first time, and a hundred milliseconds would be lost.
        """
        if self._read_styles_for != self.theme:
            self._read_styles_for = self.theme
            super().refresh_css(animate)
        else:
            self.stylesheet.apply(self)  # the first screen inherits from it before Textual gives it its styles

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
        """What Textual stumbles over is nobody's: a press on a widget that was just taken away, keys while it ends."""
        if isinstance(event, events.InputEvent) and (self.return_code is not None or not self.is_running):
            return
        if isinstance(event, events.InputEvent) and self.screen_stack and not self.screen.is_mounted:
            await AwaitMount(self.screen, [self.screen])  # an answer to a dialog that has no widgets yet
        if isinstance(event, events.MouseDown):
            with contextlib.suppress(NoWidget):
                if not self.get_widget_at(event.x, event.y)[0].is_attached:
                    return
        await super().on_event(event)

    def draw_title(self) -> None:
        """Tell the title line of the screen on top what is open and what runs."""
        if self.screen_stack:
            for bar in self.screen_stack[0].query(TitleBar):
                bar.show(subject_line(self.session), status_line(self.session))

    async def action_show(self, mode: str) -> None:
        """Switch to a screen."""
        await self.switch_mode(mode)

    async def action_back(self) -> None:
        """Escape, where nothing nearer to the focus took it."""
        if self.current_mode != "explore":
            await self.switch_mode("explore")

    async def on_train_form_wanted(self, event: messages.TrainFormWanted) -> None:
        """Show Train with its form filled."""
        await (await self._train_screen()).show_form(event.texts)

    async def on_run_wanted(self, event: messages.RunWanted) -> None:
        """Show a run in Train."""
        await (await self._train_screen()).show_job(event.run)

    async def _train_screen(self) -> "TrainScreen":
        """Switch to the Train screen."""
        from musicrec_tui.tui.train.screen import TrainScreen

        await self.switch_mode("train")
        screen = self.screen_stack[0]  # a dialog may lie on top of it
        assert isinstance(screen, TrainScreen)  # noqa: S101  (it is what "train" stands for)
        return screen

    def action_command_palette(self) -> None:
        """Find any command by its name."""
        from musicrec_tui.tui.keys.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def action_help(self) -> None:
        """Show the keys of this screen, and what the numbers mean."""
        from musicrec_tui.runs.figures import auc_story
        from musicrec_tui.tui.keys.help import HelpScreen

        listed = list(commands.everywhere(self.screen))
        self.push_screen(HelpScreen(self.current_mode or "", listed, auc_story(self.session.usable)))

    async def action_quit(self) -> None:
        """Quit, after a question where a job runs."""
        if not self.session.live_jobs or self.session.restricted:  # a guest's jobs go on
            self.exit(0)
            return
        from musicrec_tui.tui.shell.quit_dialog import QuitDialog

        if not isinstance(self.screen, QuitDialog):
            self.push_screen(QuitDialog(self.session), self._quit_answered)

    def _quit_answered(self, answer: str | None) -> None:
        """What the question was answered with."""
        if answer == "cancel":
            start(self, "quit", self._cancel_and_quit)
        elif answer == "leave":
            self.exit(0)

    async def _cancel_and_quit(self) -> None:
        """Stop the jobs first."""
        from musicrec_tui.jobs import supervisor

        await asyncio.gather(*(supervisor.stop(job) for job in self.session.live_jobs), return_exceptions=True)
        self.exit(0)

    async def on_unmount(self) -> None:
        """Nothing may keep the process alive: interrupt what DuckDB does, end the host."""
        if self.session.dataset is not None:
            self.session.dataset.close()
        if self.session.host is not None:
            with contextlib.suppress(OSError):
                await self.session.host.close()

    def on_crash(self) -> None:
        """The traceback goes to the log, the screen is given back clean."""
        self.crash_log = crash.keep(self.session.home)


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
    if app.crash_log is not None:
        crash.tell(app.crash_log)
        return 1
    return result if result is not None else app.return_code or 0
