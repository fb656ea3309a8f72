"""Screens that are laid out once for each size."""

from typing import TYPE_CHECKING, Any

from textual.geometry import Size
from textual.screen import Screen

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
