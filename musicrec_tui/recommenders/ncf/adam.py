"""Adam (Kingma & Ba 2015, arXiv 1412.6980), for dense layers and, row by row, for embeddings.

"Lazy": only rows that occur in the batch are updated. By the book the moments of the other rows decay and move them;
here they stay as they are.
"""

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from musicrec_tui.recommenders.ncf.numpy_adam import BETA_1, BETA_2, EPSILON

_MANY = 4
"""Rows for each pair of a batch up to which it is faster to pass over a whole table."""


def rate(learning_rate: float, step: Any) -> Any:
    """The step size with the correction for moments that start at zero; `step` counts from 1."""
    count = tf.cast(step, tf.float32)
    return learning_rate * tf.sqrt(1 - tf.pow(BETA_2, count)) / (1 - tf.pow(BETA_1, count))


def _adam(state: list[Any], gradient: Any, size: Any) -> tuple[Any, Any, Any]:
    """New weights and moments from the old ones."""
    weights, mean, square = state
    mean = mean + (gradient - mean) * (1 - BETA_1)
    square = square + (tf.square(gradient) - square) * (1 - BETA_2)
    return weights - size * mean / (tf.sqrt(square) + EPSILON), mean, square


class DenseAdam:
    """Adam for some variables, with their moments end to end: one update for all compiles faster than one for each."""

    def __init__(self, variables: list[Any]) -> None:
        self.variables = variables
        self._sizes = [int(np.prod(variable.shape)) for variable in variables]
        self._mean, self._square = (tf.Variable(tf.zeros(sum(self._sizes))) for _ in range(2))

    def update(self, gradients: list[Any], size: Any) -> None:
        """One step of this size."""
        flat, gradient = (
            tf.concat([tf.reshape(part, [-1]) for part in parts], 0) for parts in (self.variables, gradients)
        )
        weights, mean, square = _adam([flat, self._mean.read_value(), self._square.read_value()], gradient, size)
        self._mean.assign(mean)
        self._square.assign(square)
        for variable, part in zip(self.variables, tf.split(weights, self._sizes), strict=True):
            variable.assign(tf.reshape(part, variable.shape))


class Table(NamedTuple):
    """All embeddings of one side end to end, with a spare last row that paddings point at.

    Attributes:
        weights, mean, square: the rows and Adam's two moments, (rows + 1, width).
        gradient: zeros between steps; within one it sums the gradients of a row that occurs more than once.
        widths: of the embeddings.
    """

    weights: Any
    mean: Any
    square: Any
    gradient: Any
    widths: tuple[int, ...]

    @property
    def spare(self) -> int:
        """The code of paddings."""
        return int(self.weights.shape[0]) - 1

    def update(self, rows: Any, gradient: Any, size: Any) -> None:
        """One step of this size for the rows of a batch: `rows` (pairs,), `gradient` (pairs, width)."""
        if self.weights.shape[0] <= _MANY * rows.shape[0]:
            self._update_by_mask(rows, gradient, size)
        else:
            self._update_by_row(rows, gradient, size)

    def _update_by_mask(self, rows: Any, gradient: Any, size: Any) -> None:
        """For small tables: pass over the whole table, and keep what is not in the batch.

        Reading memory in order is so much faster than jumping that it wins up to several rows for each pair.
        """
        count = self.weights.shape[0]
        summed = tf.math.unsorted_segment_sum(gradient, rows, count)
        hit = tf.math.unsorted_segment_sum(tf.ones_like(rows, tf.float32), rows, count)[:, None] > 0
        variables = (self.weights, self.mean, self.square)
        old = [variable.read_value() for variable in variables]
        for variable, before, after in zip(variables, old, _adam(old, summed, size), strict=True):
            variable.assign(tf.where(hit, after, before))

    def _update_by_row(self, rows: Any, gradient: Any, size: Any) -> None:
        """For large tables: touch the rows of the batch alone.

        A row may occur more than once, and its gradients must be added up before they are squared. They are added
        into `gradient` and read back: each occurrence then computes, and writes, the same new row.
        """
        self.gradient.scatter_add(tf.IndexedSlices(gradient, rows))
        summed = tf.gather(self.gradient, rows)
        variables = (self.weights, self.mean, self.square)
        old = [tf.gather(variable, rows) for variable in variables]
        for variable, value in zip(variables, _adam(old, summed, size), strict=True):
            variable.scatter_update(tf.IndexedSlices(value, rows))
        self.gradient.scatter_update(tf.IndexedSlices(tf.zeros_like(summed), rows))


def table(layers: list[Any], widths: tuple[int, ...]) -> Table:
    """The rows of Keras embeddings, side by side."""
    rows = tf.pad(tf.concat([layer.embeddings.value for layer in layers], axis=1), [[0, 1], [0, 0]])
    mean, square, gradient = (tf.Variable(tf.zeros_like(rows)) for _ in range(3))
    return Table(tf.Variable(rows), mean, square, gradient, widths)
