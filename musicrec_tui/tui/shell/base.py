"""What every screen has: title, tabs, a body of its own, commands at the foot."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Protocol, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import AwaitMount

from musicrec_tui.tui.common.frame import CommandBar, TabBar, TitleBar
from musicrec_tui.tui.common.parts import Parts
from musicrec_tui.tui.common.textual_private import SteadyScreen
from musicrec_tui.tui.shell import background
from musicrec_tui.tui.shell.memory import Memory
from musicrec_tui.tui.shell.session import Session

_STANDS_SECONDS = 1.0
"""After so long a screen has drawn what it shows at first."""


HUGE_WIDTH, TALL_HEIGHT = 180, 50


class Program(Protocol):
    """What a screen asks of the app, which is above it."""

    session: Session
    memory: Memory

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """The screens that are open, the topmost last."""

    def draw_title(self) -> None:
        """Draw the title of the screen on top anew."""

    def read_styles(self) -> None:
        """Read the styles that the first frame does not wait for."""

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show another screen."""

    async def open_log(self) -> None:
        """Open the log again."""


class Body(Vertical):
    """The part of a screen between the tabs and the foot."""


class BaseScreen(SteadyScreen):
    """A screen of the number keys. Subclasses yield their widgets in `compose_body` and subscribe to the session."""

    MODE: ClassVar[str] = ""
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.parts = Parts(self)
        self._styled_for = self.app.theme
        # Textual would set them after the first layout, and give every widget its styles a second time.
        width, height = self.app.size
        self.add_class(_breakpoint(self.app.HORIZONTAL_BREAKPOINTS, width), update=False)
        self.add_class(_breakpoint(self.app.VERTICAL_BREAKPOINTS, height), update=False)
        self.add_class(*_beyond(width, height), update=False)

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TitleBar()
        yield TabBar(self.MODE)
        with Body():
            yield from self.compose_body()
        yield CommandBar()

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    @property
    def musicrec(self) -> "Program":
        """The app, as screens know it."""
        return cast("Program", self.app)

    @property
    def session(self) -> Session:
        """What the screens share."""
        return self.musicrec.session

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A part says of its actions whether they can be run now."""
        can = self.parts.can(action)
        return super().check_action(action, parameters) if can is None else can

    def on_mount(self) -> None:
        """Receive the session's messages."""
        self.session.subscribe(self)
        self.musicrec.draw_title()
        background.hold()
        self.set_timer(_STANDS_SECONDS, background.settle)

    def on_resize(self, event: events.Resize) -> None:
        """Beside the app's breakpoints, of which one holds at a time: `-huge` is wide, too, and `-tall` is high."""
        for name in ("-huge", "-tall"):
            self.set_class(name in _beyond(*event.size), name)
        self.call_after_refresh(self.refresh_bindings)  # some commands are for what is on the screen

    @on(events.ScreenResume)
    def _shown_again(self, event: events.ScreenResume) -> None:
        """The title and the theme may have changed while another screen was shown.

        Without another theme every widget has its styles already, and looking them up again is most of a switch's cost.
        """
        event.refresh_styles = self._styled_for != self.app.theme
        self._styled_for = self.app.theme
        self.musicrec.draw_title()


def _breakpoint(breakpoints: Iterable[tuple[int, str]] | None, cells: int) -> str:
    """The class of the largest size that a screen of so many cells has."""
    return max(point for point in breakpoints or () if point[0] <= cells)[1]


def _beyond(width: int, height: int) -> list[str]:
    """The classes of screens that are larger than the app's breakpoints know."""
    return ["-huge"] * (width >= HUGE_WIDTH) + ["-tall"] * (height >= TALL_HEIGHT)
