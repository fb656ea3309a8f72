"""The autoencoder in Keras 3, and one step of its training."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from musicrec_tui.recommenders.mult_vae import MultVaeParams, scoring


class Network:
    """Four dense layers: artists → hidden → 2 × latent, latent → hidden → artists.

    Args:
        params: widths, learning rate and penalty.
        artists: how many there are.
        seed: of the fresh weights and of the latent noise.
    """

    def __init__(self, params: MultVaeParams, artists: int, seed: int) -> None:
        self._params, self._artists, self._seed = params, artists, seed
        widths = (params.hidden, 2 * params.latent, params.hidden, artists)
        self.layers = [
            keras.layers.Dense(width, activation=shape, name=name)
            for name, width, shape in zip(scoring.LAYERS, widths, ("tanh", None, "tanh", None), strict=True)
        ]
        for layer, given in zip(self.layers, (artists, params.hidden, params.latent, params.hidden), strict=True):
            layer.build((None, given))
        self._weights = [weight for layer in self.layers for weight in layer.trainable_weights]
        self._adam = keras.optimizers.Adam(params.learning_rate)
        self._adam.build(self._weights)
        self._step = tf.Variable(0, dtype=tf.int32)
        # Sizes differ from batch to batch; without the signature each would be compiled anew.
        pairs = tf.TensorSpec((None, 2), tf.int64)
        number = tf.TensorSpec((), tf.float32)
        signature = [pairs, tf.TensorSpec((None,), tf.float32), pairs, tf.TensorSpec((), tf.int64), number]
        self.learn = tf.function(self._learn, input_signature=signature, autograph=False)

    def logits(self, rows: Any, noise: Any = None) -> tuple[Any, Any, Any]:
        """Logits (rows, artists), and the mean and logarithm of the variance of the latent; without noise its mean.

        Args:
            rows: what the encoder sees, a (rows, artists) sparse or dense tensor.
            noise: standard normal, (rows, latent).
        """
        encode, describe, decode, out = self.layers
        mean, log_variance = tf.split(describe(encode(rows)), 2, axis=1)
        latent = mean if noise is None else mean + noise * tf.exp(0.5 * log_variance)
        return out(decode(latent)), mean, log_variance

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The weights as `scoring.shapes` names them, copied."""
        result: dict[str, NDArray[Any]] = {}
        for layer in self.layers:
            kernel, bias = layer.get_weights()
            result |= {f"kernel_{layer.name}": np.array(kernel), f"bias_{layer.name}": np.array(bias)}
        return result

    def summary(self) -> tuple[list[tuple[str, str, int]], int]:
        """Name, output shape and parameters of each layer, and the parameters in all."""
        layers = [(layer.name, f"(batch, {layer.units})", layer.count_params()) for layer in self.layers]
        return layers, sum(count for _, _, count in layers)

    def _learn(self, seen: Any, values: Any, wanted: Any, rows: Any, beta: Any) -> Any:
        """One batch forward, backward and into the weights.

        Args:
            seen: (row, artist) of what the encoder sees.
            values: of these.
            wanted: (row, artist) of what is to be given back.
            rows: people in the batch.
            beta: the weight of the divergence.

        Returns:
            [loss, negative log likelihood, divergence], means over the people.
        """
        seen = tf.SparseTensor(seen, values, tf.stack([rows, self._artists]))
        self._step.assign_add(1)
        shape = tf.stack([rows, self._params.latent])
        noise = tf.random.stateless_normal(shape, tf.stack([tf.constant(self._seed, tf.int32), self._step]))
        people = tf.cast(rows, tf.float32)
        with tf.GradientTape() as tape:
            logits, mean, log_variance = self.logits(seen, noise)
            likelihood = tf.reduce_sum(tf.gather_nd(tf.nn.log_softmax(logits), wanted)) / people
            divergence = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_variance) - 1 - log_variance) / people
            loss = beta * divergence - likelihood
            if self._params.l2:
                loss += self._params.l2 * tf.add_n([tf.reduce_sum(layer.kernel.value**2) for layer in self.layers])
        values = [weight.value for weight in self._weights]
        self._adam.apply(tape.gradient(loss, values), self._weights)
        return tf.stack([loss, -likelihood, divergence])
