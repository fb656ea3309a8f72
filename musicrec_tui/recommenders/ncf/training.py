"""Training an NCF network: epochs, their metrics, and when to stop. TensorFlow is loaded where it takes the steps.

The same seed gives the same pairs, the same fresh weights and the same dropout. What threads may change is the order in
which a matrix product adds numbers up, so weights agree to rounding between machines, and in our tests exactly on one.
"""

import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import gpu
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import neural
from musicrec_tui.recommenders.base import Fit, ProgressSink
from musicrec_tui.recommenders.ncf import NcfParams, layout, sampling, scoring
from musicrec_tui.recommenders.ncf.numpy_loop import NumpyLoop
from musicrec_tui.recommenders.ncf.start import first_weights, start_from_als

_BLOCK = 4_000_000
"""Pairs that are made, and held, at once: 36 MB."""
_CLEARLY = 1.01
"""How much better than ALS an epoch must be on validation, which is noisy, to be kept instead of it."""
_BETWEEN_REPORTS = 0.25
"""Seconds of work between two calls of the sink, about."""


class Trained(NamedTuple):
    """What training gives: the weights as `layout` names them, and the epoch (from 1) that they are of."""

    arrays: layout.Arrays
    best_epoch: int


def train(params: NcfParams, matrix: csr_matrix, fit: Fit) -> Trained:
    """Train on a (users, artists) matrix, whose entries count as heard whatever their plays.

    Raises:
        UserError: the matrix is empty, there is no epoch to train, TensorFlow is needed and not there, or the loss is
            not a finite number.
        Cancelled: the sink said so.
    """
    if matrix.nnz == 0:
        raise UserError("NCF has nothing to learn from: the train part holds no listens.", exit_code=1)
    if not params.epochs and not layout.pretrained(params):
        raise UserError(
            "NCF without an epoch is its ALS initialisation: use pretrain=als, or epochs above 0.", exit_code=1
        )
    tensorflow = _tensorflow(params, fit.sink)
    fit.sink.device(*(tensorflow.describe() if tensorflow else ("no GPU", None)))
    weights = first_weights(params, matrix, fit.seed)
    fit.sink.summary(*layout.summary(params, *matrix.shape))
    best, best_value = Trained({}, 0), -np.inf
    if layout.pretrained(params):
        start_from_als(params, weights, matrix, fit)
        best = Trained(weights, 0)
        best_value = _CLEARLY * fit.validate(scoring.scorer(params, weights)) if fit.validate else best_value
    loop = _loop(params, weights, fit.seed, tensorflow)
    epochs = (_SoftmaxEpochs if layout.by_softmax(params) else _Epochs)(params, matrix, fit, loop)
    for epoch in range(1, params.epochs + 1):
        started = time.monotonic()
        metrics = epochs.run(epoch)
        if fit.validate is not None:
            weights = loop.weights()
            value = metrics["val_ndcg@10"] = fit.validate(scoring.scorer(params, weights))
            if value > best_value:
                best, best_value = Trained(weights, epoch), value
        fit.sink.epoch(epoch, params.epochs, metrics, time.monotonic() - started)
        if fit.validate and params.patience and epoch - best.best_epoch >= params.patience:
            break
    if fit.validate is None:
        best = Trained(loop.weights(), params.epochs)
    return best


def _tensorflow(params: NcfParams, sink: ProgressSink) -> ModuleType | None:
    """TensorFlow's side of the training, where it is needed, or is there and may find a GPU."""
    if not neural.used(params):
        if gpu.devices():
            sink.log(f"The GPU is not used: that needs TensorFlow (the extra `gpu`). {neural.how_to_install('gpu')}")
        return None
    try:
        return neural.load(params)
    except UserError as error:
        if not layout.is_small(params):
            raise
        sink.log(str(error))
        return None


def _loop(params: NcfParams, weights: layout.Arrays, seed: int, tensorflow: ModuleType | None) -> Any:
    """What takes the steps from these weights: TensorFlow for large networks and on a GPU, else NumPy."""
    if tensorflow is not None and (not layout.is_small(params) or tensorflow.has_gpu()):
        return tensorflow.loop_of(params, weights, seed)
    return NumpyLoop(params, weights)


class _Epochs:
    """Runs epochs over the pairs of a matrix."""

    def __init__(self, params: NcfParams, matrix: csr_matrix, fit: Fit, loop: Any) -> None:
        self._loop = loop
        self._params = params
        self._sink = fit.sink
        self._rng = np.random.default_rng(fit.seed)
        self._heard = sampling.Heard(matrix)
        pairs = self._pairs()
        self._batch = min(params.batch, pairs)
        self._block_steps = -(-min(pairs, max(_BLOCK, self._batch)) // self._batch)
        self._epoch_steps = -(-pairs // self._batch)
        self._chunk = 1  # steps in one call: grows until a call takes `_BETWEEN_REPORTS`

    def _pairs(self) -> int:
        """How many pairs an epoch has."""
        if self._params.negatives == "all":
            return self._heard.cells
        return self._heard.epoch_pairs(int(self._params.negatives))

    def run(self, epoch: int) -> dict[str, float]:
        """One pass over the data; the metrics of the pairs as they were met."""
        sums = np.zeros(self._loop.sums)
        done = (epoch - 1) * self._epoch_steps
        for users, artists, labels, steps in self._blocks():
            start = 0
            while start < steps:
                stop = min(steps, start + self._chunk)
                began = time.monotonic()
                sums += self._loop.run(users, artists, labels, start, stop)
                self._pace(stop - start, time.monotonic() - began)
                done += stop - start
                start = stop
                self._sink.progress(min(done, epoch * self._epoch_steps), self._params.epochs * self._epoch_steps)
        if not np.isfinite(sums).all():
            raise UserError(
                f"NCF's loss is not a finite number after {epoch} epochs; train it with a smaller learning_rate.",
                exit_code=1,
            )
        return self._metrics(sums)

    def _pace(self, steps: int, seconds: float) -> None:
        """Choose how many steps the next call takes; at most four times as many, as the first call compiles."""
        wanted = int(steps * _BETWEEN_REPORTS / max(seconds, 1e-6))
        self._chunk = max(1, min(wanted, 4 * self._chunk))

    def _blocks(self) -> Iterator[tuple[Any, Any, Any, int]]:
        """The pairs of an epoch as the loop's (steps, batch), all of one shape so that a graph is made once."""
        most = self._block_steps * self._batch
        if self._params.negatives == "all":
            source = sampling.grid_epoch(self._heard, self._rng, most)
        else:
            source = sampling.sampled_epoch(self._heard, int(self._params.negatives), self._rng, most)
        for pairs in source:
            missing = most - len(pairs.labels)
            yield (
                self._batches(pairs.users, missing, self._loop.spare_user),
                self._batches(pairs.artists, missing, self._loop.spare_artist),
                self._batches(pairs.labels, missing, sampling.PADDING),
                -(-len(pairs.labels) // self._batch),
            )

    def _batches(self, part: NDArray[Any], missing: int, fill: int) -> Any:
        """One array of a block as the loop's (steps, batch), with `missing` paddings at its end."""
        return self._loop.given(np.pad(part, (0, missing), constant_values=fill).reshape(-1, self._batch))

    def _metrics(self, sums: NDArray[np.float64]) -> dict[str, float]:
        """Loss, accuracy, precision and recall at the threshold 0.5, as Keras computes them (0 without a base)."""
        pairs, loss, right, hits, predicted, real = sums
        return {
            "loss": float(loss / pairs),
            "accuracy": float(right / pairs),
            "precision": float(hits / predicted) if predicted else 0.0,
            "recall": float(hits / real) if real else 0.0,
        }


class _SoftmaxEpochs(_Epochs):
    """Runs epochs over the heard pairs; the negatives are drawn for each batch."""

    def _pairs(self) -> int:
        """The heard pairs."""
        return self._heard.pairs

    def _blocks(self) -> Iterator[tuple[Any, Any, Any, int]]:
        """The heard pairs in random order, with artists drawn for each step."""
        order = self._rng.permutation(self._heard.pairs)
        shape = (self._epoch_steps, self._params.drawn)
        drawn = self._rng.integers(0, self._heard.artists, shape, dtype=np.int32)
        spare = self._loop.spare_user, self._loop.spare_artist
        pairs = self._heard.heard(order)
        for *arrays, steps in sampling.softmax_blocks(pairs, self._block_steps, self._batch, drawn, spare):
            users, artists, others = map(self._loop.given, arrays)
            yield users, artists, others, steps

    def _metrics(self, sums: NDArray[np.float64]) -> dict[str, float]:
        """Loss, and how often the heard artist was put before all drawn ones."""
        pairs, loss, first = sums
        return {"loss": float(loss / pairs), "first": float(first / pairs)}
