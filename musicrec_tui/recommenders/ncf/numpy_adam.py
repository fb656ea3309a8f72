"""Adam (Kingma & Ba 2015, arXiv 1412.6980) in NumPy, for dense layers and, row by row ("lazy"), for embeddings.

The moments are kept without their factors 1 - β, which go into the step size: a pass less over each. And temporaries
are written into memory that is there already: fresh pages cost several times what is computed in them.
"""

import math

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import FloatArray

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""The constants as Keras has them."""

_TILE = 1 << 17
"""Numbers that are updated at once: few calls for each step, and six arrays of 512 KB at most."""


class Room:
    """Memory for temporaries, kept from step to step."""

    def __init__(self) -> None:
        self._kept: dict[str, FloatArray] = {}

    def __call__(self, name: str, *shape: int) -> FloatArray:
        """A float32 array of this shape with any values in it; the next of this name is in the same place."""
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = self._kept[name] = np.empty(size, np.float32)
        return kept[:size].reshape(shape)


def step_size(learning_rate: float, step: int) -> np.float32:
    """The step size, counted from step 1, with what the moments lack: see the top of this file."""
    corrected = learning_rate * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
    return np.float32(corrected * (1 - BETA_1) / np.sqrt(1 - BETA_2))


def _move(mean: FloatArray, square: FloatArray, gradient: FloatArray, size: np.float32, move: FloatArray) -> None:
    """Take the gradient into the moments, and write what is to be subtracted from the weights into `move`."""
    mean *= np.float32(BETA_1)
    mean += gradient
    np.multiply(gradient, gradient, out=move)
    square *= np.float32(BETA_2)
    square += move
    np.sqrt(square, out=move)
    move += np.float32(EPSILON / np.sqrt(1 - BETA_2))
    np.divide(mean, move, out=move)
    move *= size


class Dense:
    """Arrays that every step updates, end to end in memory: one pass for all.

    Attributes:
        arrays: the weights, each in its shape; they change in place.
    """

    def __init__(self, arrays: list[FloatArray]) -> None:
        self._flat = np.concatenate([array.ravel() for array in arrays]).astype(np.float32)
        self._moments = np.zeros_like(self._flat), np.zeros_like(self._flat)
        ends = np.cumsum([array.size for array in arrays])[:-1]
        parts = np.split(self._flat, ends)
        self.arrays = [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]

    def update(self, gradients: list[FloatArray], size: np.float32) -> None:
        """One step down these gradients, in the order and of the shapes of `arrays`."""
        move = np.empty_like(self._flat)
        _move(*self._moments, np.concatenate([gradient.ravel() for gradient in gradients]), size, move)
        self._flat -= move


class Table:
    """Embeddings, of which each step updates some rows; the others, and their moments, stay as they are.

    Attributes:
        weights: (rows, width) float32.
    """

    def __init__(self, weights: FloatArray) -> None:
        self.weights = np.array(weights, np.float32)
        self._mean, self._square = np.zeros_like(self.weights), np.zeros_like(self.weights)
        self._room = Room()

    def update(
        self, rows: NDArray[np.intp], before: FloatArray, gradient: FloatArray, penalty: FloatArray, size: np.float32
    ) -> None:  # fmt: skip
        """One step for some rows.

        Args:
            rows: which, each once.
            before: their weights now, (rows, width).
            gradient: likewise, without the penalty's.
            penalty: what times the weights is the penalty's gradient, (rows, 1).
            size: see `step_size`.
        """
        width = self.weights.shape[1]
        tile = max(1, _TILE // width)
        for start in range(0, len(rows), tile):
            part = slice(start, start + tile)
            some = rows[part]
            names = ("slope", "mean", "square", "move")
            slope, mean, square, move = (self._room(name, len(some), width) for name in names)
            np.multiply(before[part], penalty[part], out=slope)
            slope += gradient[part]
            np.take(self._mean, some, axis=0, out=mean, mode="clip")  # "raise" would copy once more
            np.take(self._square, some, axis=0, out=square, mode="clip")
            _move(mean, square, slope, size, move)
            np.subtract(before[part], move, out=move)
            for table, fresh in ((self._mean, mean), (self._square, square), (self.weights, move)):
                _items(table)[some] = _items(fresh)


def _items(rows: FloatArray) -> NDArray[np.void]:
    """Contiguous rows as single items: assigning them copies each whole, in two thirds of the time."""
    return rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize)))[:, 0]
