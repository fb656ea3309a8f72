"""A network of one number is a line with kinks: find them, and 2.6 million weights become a table.

`deck` feeds its dense layers a single number, the dot product. ReLU layers of one number are piecewise linear in
it, so the values at the kinks, with straight lines between, *are* the network. It makes scoring the whole catalogue
a look-up, which it has to be: by matrix products a million scores would cost 5 · 10¹² operations.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Float64Array = NDArray[np.float64]
Dense = tuple[NDArray[np.float32], NDArray[np.float32]]


def tabulate(layers: Sequence[Dense], low: float, high: float) -> tuple[Float64Array, Float64Array]:
    """The kinks of a ReLU network from one number to one number, and its values there.

    Args:
        layers: (kernel, bias) of each dense layer, with ReLU after all but the last; the first kernel is (1, width),
            the last (width, 1).
        low: where the table begins.
        high: where it ends, not below `low`.

    Returns:
        Ascending places from `low` to `high`, and the values; linear interpolation between them is exact up to
        rounding.
    """
    places = np.unique(np.array([low, high], np.float64))
    for depth in range(len(layers) - 1):
        before = _pass(layers[: depth + 1], places)
        places = np.unique(np.concatenate([places, _crossings(places, before)]))
    return places, _pass(layers, places)[:, 0]


def _pass(layers: Sequence[Dense], places: Float64Array) -> Float64Array:
    """What the last of `layers` gives before its ReLU, (places, width)."""
    signal = places[:, None]
    for depth, (kernel, bias) in enumerate(layers):
        signal = signal @ kernel.astype(np.float64) + bias
        if depth < len(layers) - 1:
            np.maximum(signal, 0, out=signal)
    return signal


def _crossings(places: Float64Array, values: Float64Array) -> Float64Array:
    """Where lines that are straight between `places` pass through zero."""
    left, unit = np.nonzero((values[:-1] > 0) != (values[1:] > 0))
    start, end = values[left, unit], values[left + 1, unit]
    crossing: Float64Array = places[left] + (places[left + 1] - places[left]) * start / (start - end)
    return crossing
