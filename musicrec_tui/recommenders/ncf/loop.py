"""The training loop: many steps in one call of a compiled graph.

Two things make Keras's own `fit` slow here. It calls into the graph once for each batch, and its Adam walks all rows
of the embeddings in each step, though a batch touches a few. This loop runs over a block of batches inside the
graph (compiled by XLA on a CPU), and updates only the rows that occur in the batch ("lazy" Adam). The difference to
Adam by the book: the moments of a row that is not in the batch do not decay, and the row does not move.
"""

from typing import Any, NamedTuple

import tensorflow as tf

from musicrec_tui.recommenders.ncf import layout
from musicrec_tui.recommenders.ncf.network import Network
from musicrec_tui.recommenders.params import NcfParams

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
"""Adam's constants as Keras has them (Kingma & Ba 2015)."""

PADDING = -1
"""The label of a pair that fills the last batch up and counts for nothing."""


class _Table(NamedTuple):
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


class Loop:
    """Steps of Adam over blocks of batches.

    Attributes:
        spare_user, spare_artist: the codes of paddings.
    """

    def __init__(self, params: NcfParams, network: Network) -> None:
        embeddings = layout.parts(params)
        self._network = network
        self._params = params
        self._users = _table(network.users, embeddings.user)
        self._artists = _table(network.artists, embeddings.artist)
        self._dense = [
            (weight.value, tf.Variable(tf.zeros_like(weight.value)), tf.Variable(tf.zeros_like(weight.value)))
            for layer in network.head.dense
            for weight in layer.trainable_weights
        ]
        self._step = tf.Variable(0, dtype=tf.int64)
        self.spare_user = self._users.weights.shape[0] - 1
        self.spare_artist = self._artists.weights.shape[0] - 1
        self._run = tf.function(self._steps, jit_compile=_compiles(), autograph=False)

    def run(self, users: Any, artists: Any, labels: Any, start: int, stop: int) -> list[float]:
        """Take steps `start` to `stop` of a block.

        Args:
            users: codes, (steps, batch) int32 tensor.
            artists: codes, likewise.
            labels: 1, 0 or `PADDING`, (steps, batch) int8 tensor.
            start: the first step.
            stop: one after the last.

        Returns:
            Sums over the pairs, without paddings: [pairs, loss, right, true positives, predicted and real positives].
        """
        sums = self._run(users, artists, labels, tf.constant(start), tf.constant(stop))
        return [float(value) for value in sums.numpy()]

    def store(self) -> None:
        """Write the rows back into the Keras model's embeddings."""
        for table, layers in ((self._users, self._network.users), (self._artists, self._network.artists)):
            for layer, part in zip(layers, tf.split(table.weights[:-1], table.widths, axis=1), strict=True):
                layer.embeddings.assign(part)

    def _steps(self, users: Any, artists: Any, labels: Any, start: Any, stop: Any) -> Any:
        """The graph of `run`."""

        def body(step: Any, sums: Any) -> tuple[Any, Any]:
            return step + 1, sums + self._one_step(users[step], artists[step], labels[step])

        _, sums = tf.while_loop(lambda step, _: step < stop, body, (start, tf.zeros(6)))
        return sums

    def _one_step(self, users: Any, artists: Any, labels: Any) -> Any:
        """One batch forward, backward and into the weights."""
        weight = tf.cast(labels != PADDING, tf.float32)
        target = tf.cast(labels == 1, tf.float32)
        user_rows, artist_rows = tf.gather(self._users.weights, users), tf.gather(self._artists.weights, artists)
        with tf.GradientTape() as tape:
            tape.watch([user_rows, artist_rows])
            logits = self._network.head(
                tf.split(user_rows, self._users.widths, axis=1),
                tf.split(artist_rows, self._artists.widths, axis=1),
                training=True,
            )[:, 0]
            losses = weight * tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=logits)
            objective = tf.reduce_sum(losses)
            if self._params.l2:
                squares = tf.reduce_sum(user_rows**2, axis=1) + tf.reduce_sum(artist_rows**2, axis=1)
                objective += self._params.l2 * tf.reduce_sum(weight * squares)
            objective /= tf.reduce_sum(weight)
        gradients = tape.gradient(objective, [user_rows, artist_rows, *(variable for variable, _, _ in self._dense)])
        rate = self._rate()
        _update_rows(self._users, users, gradients[0], rate)
        _update_rows(self._artists, artists, gradients[1], rate)
        for (variable, mean, square), gradient in zip(self._dense, gradients[2:], strict=True):
            new = _adam(variable, mean, square, gradient, rate)
            for stored, value in zip((variable, mean, square), new, strict=True):
                stored.assign(value)
        positive = tf.cast(logits > 0, tf.float32) * weight  # a prediction above 0.5
        right = weight * tf.cast(tf.equal(logits > 0, labels == 1), tf.float32)
        parts = [weight, losses, right, positive * target, positive, target]
        return tf.stack([tf.reduce_sum(part) for part in parts])

    def _rate(self) -> Any:
        """The step size with Adam's correction for moments that start at zero."""
        self._step.assign_add(1)
        step = tf.cast(self._step, tf.float32)
        return self._params.learning_rate * tf.sqrt(1 - tf.pow(_BETA_2, step)) / (1 - tf.pow(_BETA_1, step))


def _compiles() -> bool:
    """Whether to compile with XLA: on a GPU it needs a compiler that may not be there, on a CPU it has all it needs."""
    return not tf.config.list_physical_devices("GPU")


def _table(layers: list[Any], widths: tuple[int, ...]) -> _Table:
    """The rows of Keras embeddings, side by side."""
    rows = tf.concat([layer.embeddings.value for layer in layers], axis=1)
    rows = tf.pad(rows, [[0, 1], [0, 0]])
    mean, square, gradient = (tf.Variable(tf.zeros_like(rows)) for _ in range(3))
    return _Table(tf.Variable(rows), mean, square, gradient, widths)


def _adam(weights: Any, mean: Any, square: Any, gradient: Any, rate: Any) -> tuple[Any, Any, Any]:
    """Adam's new weights and moments."""
    mean = mean + (gradient - mean) * (1 - _BETA_1)
    square = square + (tf.square(gradient) - square) * (1 - _BETA_2)
    return weights - rate * mean / (tf.sqrt(square) + _EPSILON), mean, square


def _update_rows(table: _Table, rows: Any, gradient: Any, rate: Any) -> None:
    """Adam on the rows of a batch.

    A row may occur more than once, and its gradients must be added up before they are squared. They are added into
    `table.gradient` and read back: each occurrence then computes, and writes, the same new row.
    """
    table.gradient.scatter_add(tf.IndexedSlices(gradient, rows))
    summed = tf.gather(table.gradient, rows)
    variables = (table.weights, table.mean, table.square)
    weights, mean, square = (tf.gather(variable, rows) for variable in variables)
    for variable, value in zip(variables, _adam(weights, mean, square, summed, rate), strict=True):
        variable.scatter_update(tf.IndexedSlices(value, rows))
    table.gradient.scatter_update(tf.IndexedSlices(tf.zeros_like(summed), rows))
