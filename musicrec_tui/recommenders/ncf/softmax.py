"""Training by a sampled softmax: the heard artist against many that are drawn for the whole batch.

Each pair of a batch asks which artist it was: the heard one, or one of `params.drawn` artists that are drawn uniformly
and shared by the batch (Wu et al. 2024, arXiv 2201.02327, on why this ranks well). Sharing makes many negatives cheap:
the layers meet a grid of users × artists.
"""

from typing import Any

import tensorflow as tf

from musicrec_tui.recommenders.ncf import adam
from musicrec_tui.recommenders.ncf.loop import Loop

_NEVER = -1e9
"""The logit of an artist that is no negative."""


class SoftmaxLoop(Loop):
    """Steps of Adam over blocks of batches; the third array of a block holds the drawn artists, (steps, drawn)."""

    sums = 3

    def _one_step(self, users: Any, artists: Any, drawn: Any) -> Any:
        """One batch forward, backward and into the weights: sums of [pairs, loss, heard artists that came first]."""
        weight = tf.cast(users != self.spare_user, tf.float32)
        rows = [tf.gather(self._users.weights, users)]
        rows += [tf.gather(self._artists.weights, codes) for codes in (artists, drawn)]
        with tf.GradientTape() as tape:
            tape.watch(rows)
            own, heard, others = (
                tf.split(part, table.widths, axis=1)
                for part, table in zip(rows, (self._users, self._artists, self._artists), strict=True)
            )
            right = self._network.head(own, heard, training=True)[:, 0]
            wrong = self._network.head.grid(own, others)
            wrong = tf.where(drawn[None, :] == artists[:, None], _NEVER, wrong)
            losses = weight * (tf.reduce_logsumexp(tf.concat([right[:, None], wrong], axis=1), axis=1) - right)
            objective = tf.reduce_sum(losses) / tf.reduce_sum(weight)
            if self._params.l2:
                objective += self._params.l2 * self._squares(rows, weight)
        gradients = tape.gradient(objective, [*rows, *self._dense.variables])
        self._step.assign_add(1)
        rate = adam.rate(self._rate, self._step)
        self._users.update(users, gradients[0], rate)
        self._artists.update(tf.concat([artists, drawn], 0), tf.concat(gradients[1:3], 0), rate)
        self._dense.update(gradients[3:], rate)
        first = weight * tf.cast(right > tf.reduce_max(wrong, axis=1), tf.float32)
        return tf.stack([tf.reduce_sum(part) for part in (weight, losses, first)])

    def _squares(self, rows: list[Any], weight: Any) -> Any:
        """The mean squared length of the pairs' embeddings, and that of the drawn artists'."""
        own, heard, others = (tf.reduce_sum(part**2, axis=1) for part in rows)
        return tf.reduce_sum(weight * (own + heard)) / tf.reduce_sum(weight) + tf.reduce_mean(others)
