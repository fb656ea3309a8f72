"""Training Mult-VAE: epochs, their loss, and when to stop. The one module of it through which TensorFlow comes.

The same seed gives the same fresh weights, batches, dropout and noise. Threads may change the order in which a matrix
product adds numbers up, so weights agree to rounding between machines, and in our tests exactly on one.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the user's Keras is set to: the steps are TensorFlow's

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.mult_vae import MultVaeParams, scoring
from musicrec_tui.recommenders.mult_vae.network import Network
from musicrec_tui.recommenders.ncf import device


class Trained(NamedTuple):
    """What training gives: the weights as `scoring` names them, and the epoch (from 1) that they are of."""

    arrays: dict[str, NDArray[Any]]
    best_epoch: int


def train(params: MultVaeParams, matrix: csr_matrix, fit: Fit) -> Trained:
    """Train on a (users, artists) matrix, whose entries count as one whatever their plays.

    Raises:
        UserError: the matrix is empty, or the loss is not a finite number.
        Cancelled: the sink said so.
    """
    if matrix.nnz == 0:
        raise UserError("Mult-VAE has nothing to learn from: the train part holds no listens.", exit_code=1)
    fit.sink.device(*device.describe())
    keras.utils.set_random_seed(fit.seed)
    network = Network(params, matrix.shape[1], fit.seed % 2**31)
    fit.sink.summary(*network.summary())
    epochs = _Epochs(params, matrix, fit, network)
    best, best_value = Trained({}, 0), -np.inf
    for epoch in range(1, params.epochs + 1):
        started = time.monotonic()
        metrics = epochs.run(epoch)
        if fit.validate is not None:
            arrays = network.arrays()
            value = metrics["val_ndcg@10"] = fit.validate(_scorer(arrays, matrix))
            if value > best_value:
                best, best_value = Trained(arrays, epoch), value
        fit.sink.epoch(epoch, params.epochs, metrics, time.monotonic() - started)
        if fit.validate and params.patience and epoch - best.best_epoch >= params.patience:
            break
    return best if fit.validate else Trained(network.arrays(), params.epochs)


def _scorer(arrays: dict[str, NDArray[Any]], matrix: csr_matrix) -> Callable[[IntArray], FloatArray]:
    """Scores of users with the weights as they are."""

    def scores(users: IntArray) -> FloatArray:
        return scoring.scores(arrays, matrix[users])

    return scores


class _Epochs:
    """Runs epochs over the people of a matrix."""

    def __init__(self, params: MultVaeParams, matrix: csr_matrix, fit: Fit, network: Network) -> None:
        self._params, self._network, self._sink = params, network, fit.sink
        self._matrix = matrix
        self._people = np.flatnonzero(np.diff(matrix.indptr)).astype(np.int32)
        self._rng = np.random.default_rng(fit.seed)
        self._steps = -(-len(self._people) // params.batch)

    def run(self, epoch: int) -> dict[str, float]:
        """One pass over the people."""
        sums = np.zeros(3)
        for step, people in enumerate(self._batches(), (epoch - 1) * self._steps):
            own = self._matrix[people]
            seen, values = _dropped(scoring.unit_rows(own), self._params.dropout, self._rng)
            beta = self._params.beta * min(1.0, step / max(1, self._params.anneal * self._steps))
            told = self._network.learn(
                tf.constant(seen), tf.constant(values), tf.constant(_places(own)),
                tf.constant(len(people), tf.int64), tf.constant(beta, tf.float32),
            )  # fmt: skip
            sums += told.numpy() * len(people)
            self._sink.progress(step + 1, self._params.epochs * self._steps)
        if not np.isfinite(sums).all():
            raise UserError(
                f"Mult-VAE's loss is not a finite number after {epoch} epochs; train it with a smaller learning_rate.",
                exit_code=1,
            )
        return dict(zip(("loss", "likelihood", "divergence"), map(float, sums / len(self._people)), strict=True))

    def _batches(self) -> Iterator[IntArray]:
        """The people in random order, some at a time."""
        order = self._rng.permutation(self._people)
        for start in range(0, len(order), self._params.batch):
            yield order[start : start + self._params.batch]


def _places(rows: csr_matrix) -> NDArray[np.int64]:
    """(row, artist) of the entries."""
    numbers = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    return np.stack([numbers, rows.indices], axis=1).astype(np.int64)


def _dropped(rows: csr_matrix, share: float, rng: np.random.Generator) -> tuple[NDArray[np.int64], FloatArray]:
    """Places and values of the entries without a random share of them; the others make up for it."""
    kept = rng.random(rows.nnz) >= share
    return _places(rows)[kept], (rows.data[kept] / (1 - share)).astype(np.float32)
