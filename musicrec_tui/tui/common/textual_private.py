"""Every use of Textual's private names: what is overridden or read, and why no public way does it.

Textual may change them with any release. `tests/tui/common/test_textual_private.py` holds the source of each as it was
when this file was last checked, with Textual 8.2.8; it also fails where another file of the screen uses one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App, ReturnType
from textual.css.query import NoMatches
from textual.filter import Monochrome, NoColor
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.style import Style
from textual.widget import MountError, Widget

if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object  # styles are inherited along the first base that has any


class Steady(_Base):
    """A screen that is laid out once for each size.

    Textual sends a new screen, and those below it, of a size that they are laid out for already. To lay them out and
    paint them once more is a third of what a dialog costs.
    """

    lays_out_twice = False
    """Whether to do as Textual does: its second layout is what draws the first frame at once."""

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size only; what changes for other reasons asks for it by itself."""
        if self.lays_out_twice or size != self.outer_size:
            super()._screen_resized(size)


class SteadyScreen(Steady, Screen[None]):
    """A screen that is painted once, and no more often than it must be."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus; who gets or loses it paints itself, and Textual would have the whole screen painted."""

    def _compositor_refresh(self) -> None:
        """Paint what is to be painted, all of it at once where all is.

        While the app begins, in a batch, Textual would draw the screen and throw it away, so that the first frame would
        have holes; and it would paint the whole screen a second time.
        """
        if self.app._batch_count:
            return
        if self._repaint_required:
            self._repaint_required = False
            self._compositor.update_widgets({self})
        super()._compositor_refresh()


class GuardedApp(App[ReturnType]):
    """An app that says in its own way that it has crashed."""

    def on_crash(self) -> None:
        """An unexpected exception is being handled: save it. The app ends afterwards."""

    def _handle_exception(self, error: Exception) -> None:
        """Once the program ends, who looks for a widget or adds one is too late: that is no defect."""
        if self.return_code is None or not isinstance(error, NoMatches | MountError):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without a traceback on the terminal, which is how Textual shows an exception."""
        self.on_crash()
        self._close_messages_no_wait()


def drop_colours(app: App[Any]) -> None:
    """Under NO_COLOR: take the terminal's colours away, turn others grey. Textual decides once, before the theme."""
    others = [one for one in app._filters if not isinstance(one, NoColor | Monochrome)]
    app._filters = [*others, NoColor() if app.native_ansi_color else Monochrome()]


def style_parser(widget: Widget) -> Callable[[str | Style], Style]:
    """Turns the name of a style (`$accent`) into the style that it is in a widget, as Textual's own painting does."""
    return widget._get_style
