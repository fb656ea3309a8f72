"""What every dialog has: it is answered once, whatever lies on top of it at that moment."""

from typing import TYPE_CHECKING, Any, TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.geometry import Size
from textual.messages import Prune
from textual.screen import ModalScreen, Screen

Answer = TypeVar("Answer")


if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object  # styles are inherited along the first base that has any


class Steady(_Base):
    """Textual tells a new screen, and those below it, of a size that they are laid out for already.

    To lay them out and paint them once more is a third of what a dialog costs.
    """

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size only; what changes for other reasons asks for it by itself."""
        if size != self.outer_size:
            super()._screen_resized(size)


class AnsweredOnce(Screen[Answer]):
    """A screen that leaves with its answer, and with nobody else's.

    Textual takes away the topmost screen, whichever has answered. So what comes once a dialog is gone (the second of
    two quick answers) is dropped, and what comes while another screen lies on top (from work that took long) waits.
    """

    _waiting: tuple[Answer | None] | None = None

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with this answer, at once or as soon as it can be seen."""
        if self.is_active:
            return super().dismiss(result)
        self._waiting = (result,)
        return AwaitComplete()

    @on(Prune)
    def _taken_away(self) -> None:
        """Nobody waits any more for what goes on, whose widgets go before Textual ends it."""
        self.workers.cancel_node(self)

    @on(events.ScreenResume)
    def _seen_again(self) -> None:
        """What lay on top is gone."""
        if self._waiting is not None and self.is_active:
            self.dismiss(*self._waiting)


class Dialog(Steady, ModalScreen[Answer], AnsweredOnce[Answer]):
    """A question on top of a screen."""
