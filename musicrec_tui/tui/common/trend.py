"""A metric's course in one line: lower and higher blocks, between its lowest and its highest value."""

import itertools
import math
from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_NO_NUMBER = "·"


def trend_line(values: Sequence[float], width: int) -> str:
    """At most `width` cells; where there are more values, a cell is the mean of some of them.

    It grows from the left with every value. What is not a finite number is a dot.
    """
    if width <= 0:
        return ""
    cells = _means(values, width)
    finite = [value for value in cells if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    return "".join(_block(value, low, high) for value in cells)


def _means(values: Sequence[float], width: int) -> list[float]:
    """As many values as there is room for."""
    if len(values) <= width:
        return list(values)
    edges = [cell * len(values) // width for cell in range(width + 1)]
    return [_mean(values[low:high]) for low, high in itertools.pairwise(edges)]


def _mean(values: Sequence[float]) -> float:
    """Their mean; parts are summed, for the sum of numbers may be none where their mean is."""
    return sum(value / len(values) for value in values)


def _block(value: float, low: float, high: float) -> str:
    """A value as a cell; without any spread, half high."""
    if not math.isfinite(value):
        return _NO_NUMBER
    if not math.isfinite(high - low) or high <= low:
        return _BLOCKS[3]
    return _BLOCKS[round((value - low) / (high - low) * (len(_BLOCKS) - 1))]
