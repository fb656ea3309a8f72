"""A curve in braille dots: two dots wide and four high in each cell.

Why not a plotting widget: `textual-plot` takes 0.2 to 0.8 s to import (NumPy), longer than the screen may stand still
while a job trains, and its frame needs four of the eight lines that a 24-line terminal has to spare.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
# The bit of each dot in a braille cell, by column (0, 1) and row (0 is the top).
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
EMPTY = "\u2800"


def curve(points: Sequence[Point], width: int, height: int, x_range: Point, y_range: Point) -> list[str]:
    """Draw straight lines between points.

    Args:
        points: finite (x, y), in the order in which they are joined.
        width: in cells; so is `height`.
        height: see there.
        x_range: the values at the left and right edges; without extent, the curve is put in the middle.
        y_range: the same for the lower and upper edges.

    Returns:
        `height` rows of `width` braille characters, top first.
    """
    cells = [[0] * width for _ in range(height)]
    if width <= 0 or height <= 0:
        return [""] * max(height, 0)
    dots = [
        (_place(x, *x_range, 2 * width - 1), 4 * height - 1 - _place(y, *y_range, 4 * height - 1)) for x, y in points
    ]
    for x, y in _blob(dots, width, height) if len(dots) == 1 else _lines(dots):
        cells[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
    return ["".join(chr(ord(EMPTY) + bits) for bits in row) for row in cells]


def _place(value: float, low: float, high: float, last: int) -> int:
    """Where a value falls on a scale of dots 0 … last."""
    if not high > low:
        return last // 2
    return round(min(1.0, max(0.0, (value - low) / (high - low))) * last)


def _blob(dots: list[tuple[int, int]], width: int, height: int) -> Iterator[tuple[int, int]]:
    """A single point, large enough to be seen."""
    for x, y in dots:
        for across in range(x, min(x + 2, 2 * width)):
            for down in range(y, min(y + 2, 4 * height)):
                yield across, down


def _lines(dots: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots on the lines between successive points."""
    for (x0, y0), (x1, y1) in itertools.pairwise(dots):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            yield x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps)


def nice_end(last: int, of: int) -> int:
    """The right edge of an axis of epochs: the next of 5, 10, 20, 50, … that holds the last one, never beyond `of`.

    A curve that fills its axis says nothing of how far it is; one on an axis of 500 epochs that stops early says
    nothing at all.
    """
    magnitude = 10 ** max(0, math.floor(math.log10(max(last, 1))))
    for step in (0.5, 1, 2, 5, 10):
        end = int(max(5, step * magnitude))
        if end >= last:
            return max(last, min(end, of)) if of > 0 else end
    return last
