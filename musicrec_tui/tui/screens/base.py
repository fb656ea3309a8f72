"""What every screen has: title, tabs, a body of its own, commands at the foot."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from musicrec_tui.tui.session import Session
from musicrec_tui.tui.widgets.command_bar import CommandBar
from musicrec_tui.tui.widgets.title_bar import TabBar, TitleBar

if TYPE_CHECKING:
    from musicrec_tui.tui.app import MusicrecApp


HUGE_WIDTH, TALL_HEIGHT = 180, 50


class Body(Vertical):
    """The part of a screen between the tabs and the foot."""


class BaseScreen(Screen[None]):
    """A screen of the number keys. Subclasses yield their widgets in `compose_body` and subscribe to the session."""

    MODE: ClassVar[str] = ""
    AUTO_FOCUS = ""

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
    def musicrec(self) -> "MusicrecApp":
        """The app, by its own type."""
        from musicrec_tui.tui.app import MusicrecApp

        assert isinstance(self.app, MusicrecApp)  # noqa: S101  (narrows a type)
        return self.app

    @property
    def session(self) -> Session:
        """What the screens share."""
        return self.musicrec.session

    def on_mount(self) -> None:
        """Hear of what the session has to tell."""
        self.session.subscribe(self)
        self.musicrec.draw_title()

    def on_resize(self, event: events.Resize) -> None:
        """Beside the app's breakpoints, of which one holds at a time: `-huge` is wide, too, and `-tall` is high."""
        self.set_class(event.size.width >= HUGE_WIDTH, "-huge")
        self.set_class(event.size.height >= TALL_HEIGHT, "-tall")

    def on_screen_resume(self) -> None:
        """The title may have changed while another screen was shown."""
        self.musicrec.draw_title()
