"""Which part of a job's epochs is looked at, on which scale, and which epoch is read: plain state, no widgets."""

from dataclasses import dataclass

_FEWEST = 4
"""Epochs beyond which one does not zoom in."""


@dataclass
class View:
    """How the metrics are looked at.

    Attributes:
        log: whether values are on a logarithmic scale.
        zoom: how many times the span of epochs was halved.
        epoch: the epoch whose values are read; None: none.
    """

    log: bool = False
    zoom: int = 0
    epoch: int | None = None

    def window(self, end: int, last: int) -> tuple[int, int]:
        """The first and the last epoch to draw.

        Args:
            end: the right edge of the whole axis, which begins at 1.
            last: the last epoch that there is; what is nearer than the whole does not go beyond it.
        """
        size = self._size(end)
        if self.zoom == 0 or size >= end:
            return 1, end
        middle = self.epoch if self.epoch is not None else last
        first = max(1, min(last - size + 1, middle - size // 2))
        return first, first + size - 1

    def nearer(self, end: int) -> None:
        """Half as many epochs."""
        if self._size(end) > min(_FEWEST, end):
            self.zoom += 1

    def farther(self) -> None:
        """Twice as many."""
        self.zoom = max(0, self.zoom - 1)

    def move(self, step: int, last: int) -> None:
        """Read the epoch after or before; the first step reads the last epoch."""
        self.epoch = last if self.epoch is None else max(1, min(last, self.epoch + step))

    def _size(self, end: int) -> int:
        """How many epochs are drawn."""
        return max(_FEWEST, end >> self.zoom)
