"""What every dialog has: it is answered once, whatever lies on top of it at that moment."""

from typing import TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.messages import Prune
from textual.screen import ModalScreen, Screen

from musicrec_tui.tui.common.textual_private import Steady

Answer = TypeVar("Answer")


class AnsweredOnce(Screen[Answer]):
    """A screen that leaves with its own answer only.

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
