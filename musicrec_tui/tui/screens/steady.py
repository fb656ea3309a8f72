"""Screens that are laid out once for each size."""

from textual.geometry import Size
from textual.screen import ModalScreen, Screen, ScreenResultType


class Steady(Screen[ScreenResultType]):
    """Textual tells a new screen, and all below it, of a size that they are laid out for already.

    Laying them out and painting them once more is a third of what a dialog costs.
    """

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size only; what changes for other reasons asks for it by itself."""
        if size != self.outer_size:
            super()._screen_resized(size)


class Dialog(Steady[ScreenResultType], ModalScreen[ScreenResultType]):
    """What is asked or shown on top of a screen; it answers by `dismiss`."""
