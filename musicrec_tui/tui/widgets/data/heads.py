"""The names above a table's columns; the mouse drags the end of a column."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.tui.widgets.data.table import GAP

_LEFT = 1
"""The rows are one cell in."""


class Heads(Static):
    """One line. It knows how wide the columns below are, and says when one of them is dragged."""

    @dataclass
    class Dragged(Message):
        """A column, by its place among those that are seen, is to have so many cells."""

        place: int
        cells: int

    def __init__(self) -> None:
        super().__init__(classes="table-heads", markup=False)
        self.widths: Sequence[int] = ()
        self._held: tuple[int, int] | None = None
        """The place of the column that is dragged, and what its width and the mouse's place differ by."""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the end of a column, which is the gap behind it."""
        place = _end_at(self.widths, event.x)
        if place is not None:
            self._held = place, self.widths[place] - event.x
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The end follows the mouse."""
        if self._held is not None:
            place, differ = self._held
            self.post_message(self.Dragged(place, event.x + differ))

    def on_mouse_up(self) -> None:
        """Let go."""
        self._held = None
        self.release_mouse()


def _end_at(widths: Sequence[int], x: int) -> int | None:
    """The column whose end is at a place of the line."""
    end = _LEFT
    for place, width in enumerate(widths):
        end += width
        if end <= x < end + GAP:
            return place
        end += GAP
    return None
