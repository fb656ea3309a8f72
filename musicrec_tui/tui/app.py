"""The app: the four screens behind the number keys, the commands that are always there, and how it starts and ends."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.screen import Screen

from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.commands import Command, CommandProvider, bindings
from musicrec_tui.tui.session import Session
from musicrec_tui.tui.widgets.title_bar import TitleBar


def _lazily(module: str, name: str) -> Callable[[], Screen[Any]]:
    """A screen whose module is imported when it is first shown."""
    return lambda: getattr(import_module(f"musicrec_tui.tui.screens.{module}"), name)()


class MusicrecApp(App[int]):
    """The workbench."""

    TITLE = "musicrec"
    CSS_PATH = [  # noqa: RUF012
        "styles/app.tcss",
        "styles/explore.tcss",
        "styles/data.tcss",
        "styles/train.tcss",
        "styles/compare.tcss",
    ]
    MODES = {  # noqa: RUF012  (declared mutable by Textual)
        "explore": _lazily("explore", "ExploreScreen"),
        "train": _lazily("train", "TrainScreen"),
        "compare": _lazily("compare", "CompareScreen"),
        "data": _lazily("data", "DataScreen"),
    }
    DEFAULT_MODE = "explore"
    COMMANDS = {CommandProvider}  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("app.explore", "show('explore')", "1", "Explore", "Look up artists and users; see recommendations."),
        Command("app.train", "show('train')", "2", "Train", "Train a model and watch it learn."),
        Command("app.compare", "show('compare')", "4", "Compare", "Runs and their metrics, side by side."),
        Command("app.data", "show('data')", "5", "Data", "What was read, and what it looks like."),
        Command("app.back", "back", "escape", "Go back", "Leave the input, the dialog or the screen.", palette=False),
        Command("app.palette", "command_palette", "ctrl+p", "Commands", "Find any command by its name.",
                footer="commands", palette=False),
        Command("app.help", "help", "question_mark", "Help", "The keys of this screen, and what the words mean.",
                footer="help"),
        Command("app.quit", "quit", "q", "Quit", "Leave; asks first while a job runs.", footer="quit"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, home: Home, data: Sequence[Path], settings: Settings) -> None:
        super().__init__()
        self.session = Session(home, data, settings)
        self.animation_level = "none"
        self.theme = settings.theme if settings.theme in self.available_themes else "textual-dark"

    async def action_show(self, mode: str) -> None:
        """Switch to a screen."""
        await self.switch_mode(mode)

    async def action_back(self) -> None:
        """Escape, where nothing nearer to the focus took it."""
        if self.current_mode != "explore":
            await self.switch_mode("explore")

    def draw_title(self) -> None:
        """Tell the title line of the screen on top what is open and what runs."""
        for bar in self.screen.query(TitleBar):
            bar.show(", ".join(path.name for path in self.session.data), "")


def run(home: Home, data: list[Path], settings: Settings) -> int:
    """Open the TUI and return its exit code when it is over."""
    app = MusicrecApp(home, data, settings)
    result = app.run()
    return result if result is not None else app.return_code or 0
