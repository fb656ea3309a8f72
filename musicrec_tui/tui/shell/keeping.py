"""Screens that show at the next start what they showed when the program ended."""

from abc import abstractmethod
from typing import ClassVar

import msgspec

from musicrec_tui.tui.common.screen_state import Shown
from musicrec_tui.tui.shell.base import BaseScreen


class Keeping(BaseScreen):
    """A screen that tells the app's memory what it shows, and takes that up once, when the log is open."""

    PART: ClassVar[str] = ""
    """Which part of `Shown` is this screen's."""
    _has_taken_up = False

    @abstractmethod
    def kept(self) -> msgspec.Struct:
        """What is shown."""

    @abstractmethod
    def take_up(self, shown: Shown) -> None:
        """Show that again, as far as it is still there."""

    def on_mount(self) -> None:
        """What is shown from now on is what the next start takes up."""
        self.musicrec.memory.tellers[self.PART] = lambda: self.kept() if self._has_taken_up else None

    def on_screen_resume(self) -> None:
        """It is looked at, perhaps for the first time."""
        self._take_up_once()

    def on_dataset_opened(self) -> None:
        """Now it is known of which log."""
        self._take_up_once()

    def _take_up_once(self) -> None:
        """Before that, the next start is to know what is known from the last one."""
        dataset = self.session.dataset
        if self._has_taken_up or dataset is None or not self.is_current:
            return
        self._has_taken_up = True
        if (shown := self.musicrec.memory.shown(dataset.info.content)) is not None:
            self.take_up(shown)
