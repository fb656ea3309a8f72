"""The training loop in TensorFlow: many steps in one call of a graph. Small networks have one in NumPy, `numpy_loop`.

Two things make Keras's own `fit` slow here. It calls into the graph once for each batch, and its Adam walks all rows
of the embeddings in each step, though a batch touches a few. This loop runs over a block of batches inside the
graph (compiled by XLA where that is faster), and updates only the rows that occur in the batch ("lazy" Adam). The
differences: by the book the moments of a row that is not in the batch decay and move the row; here it stays as it is.
And where a batch holds a row more than once, its gradients are added up and then squared, as the book has it, while
Keras 3.15 squares them one by one.
"""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the user's Keras is set to: the loop is TensorFlow's

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from musicrec_tui.recommenders.ncf import NcfParams, adam, device, layout
from musicrec_tui.recommenders.ncf.network import arrays, assign, build
from musicrec_tui.recommenders.ncf.sampling import PADDING


class Loop:
    """Steps of Adam over blocks of batches.

    Args:
        params: of the network.
        weights: what it starts from, as `layout` names them.
        seed: of the dropout.

    Attributes:
        sums: how many sums over the pairs `run` gives.
        spare_user, spare_artist: the codes of paddings.
    """

    sums = 6

    def __init__(self, params: NcfParams, weights: layout.Arrays, seed: int) -> None:
        keras.utils.set_random_seed(seed)  # of the dropout
        embeddings = layout.parts(params)
        users, artists = (len(weights[f"{side}_{embeddings.names[0]}"]) for side in ("users", "artists"))
        network = self._network = build(params, users, artists)
        assign(network, weights)
        self._params = params
        self._rate = layout.learning_rate(params)
        self._users = adam.table(network.users, embeddings.user)
        self._artists = adam.table(network.artists, embeddings.artist)
        dense = network.head.dense
        self._dense = adam.DenseAdam([weight.value for layer in dense for weight in layer.trainable_weights])
        self._step = tf.Variable(0, dtype=tf.int64)
        self.spare_user = self._users.spare
        self.spare_artist = self._artists.spare
        compiles = _compiles(sum(layer.count_params() for layer in dense))
        self._run = tf.function(self._steps, jit_compile=compiles, autograph=False)

    @staticmethod
    def given(array: NDArray[np.integer]) -> Any:
        """One array of a block as `run` wants it."""
        return tf.constant(array)

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

    def weights(self) -> layout.Arrays:
        """The weights as they are now, copied."""
        for table, layers in ((self._users, self._network.users), (self._artists, self._network.artists)):
            for layer, part in zip(layers, tf.split(table.weights[:-1], table.widths, axis=1), strict=True):
                layer.embeddings.assign(part)
        return arrays(self._network)

    def _steps(self, users: Any, artists: Any, labels: Any, start: Any, stop: Any) -> Any:
        """The graph of `run`."""

        def body(step: Any, sums: Any) -> tuple[Any, Any]:
            return step + 1, sums + self._one_step(users[step], artists[step], labels[step])

        _, sums = tf.while_loop(lambda step, _: step < stop, body, (start, tf.zeros(self.sums)))
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
        gradients = tape.gradient(objective, [user_rows, artist_rows, *self._dense.variables])
        self._step.assign_add(1)
        rate = adam.rate(self._rate, self._step)
        self._users.update(users, gradients[0], rate)
        self._artists.update(artists, gradients[1], rate)
        self._dense.update(gradients[2:], rate)
        positive = tf.cast(logits > 0, tf.float32) * weight  # a prediction above 0.5
        right = weight * tf.cast(tf.equal(logits > 0, labels == 1), tf.float32)
        parts = [weight, losses, right, positive * target, positive, target]
        return tf.stack([tf.reduce_sum(part) for part in parts])


def _compiles(dense_weights: int) -> bool:
    """Whether to compile with XLA.

    On a GPU it needs a compiler that may not be there. On a CPU it comes with TensorFlow and makes small layers
    several times as fast, but its matrix products stay on one thread, which the deck's wide ones would feel.
    """
    return dense_weights <= layout.WIDE and not device.has_gpu()
