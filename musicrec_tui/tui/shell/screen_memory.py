"""A screen shows at the next start what it showed when the program ended."""

from collections.abc import Callable

import msgspec

from musicrec_tui.tui.common.screen_state import LogState
from musicrec_tui.tui.shell.base import BaseScreen


class ScreenMemory:
    """Reports to the app's memory what a screen shows, and restores that once, when the log is open.

    Args:
        screen: the one that has it.
        part: which part of `Shown` is this screen's.
        state: what is shown now.
        restore: shows that again, as far as it is still there.
    """

    def __init__(
        self, screen: BaseScreen, part: str, state: Callable[[], msgspec.Struct], restore: Callable[[LogState], None]
    ) -> None:
        self._screen, self._part, self._state, self._restore = screen, part, state, restore
        self._restored = False

    def begin(self) -> None:
        """The screen is mounted. Before it is restored, the next start is to know what the last session showed."""
        self._screen.musicrec.memory.state_getters[self._part] = lambda: self._state() if self._restored else None

    def restore_once(self) -> None:
        """The screen is looked at, or the log is open: whichever is later, restore the state."""
        dataset = self._screen.session.dataset
        if self._restored or dataset is None or not self._screen.is_current:
            return
        self._restored = True
        if (shown := self._screen.musicrec.memory.shown(dataset.info.content)) is not None:
            self._restore(shown)
