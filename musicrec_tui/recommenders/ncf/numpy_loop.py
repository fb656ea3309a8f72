"""The training loop in NumPy, for small networks on a processor: steps of Adam whose gradients are written out.

A small network's step is a few matrix products, some milliseconds in all. TensorFlow has to compile it first, and then
gathers and scatters pair by pair what are sparse products here. The steps are those of `loop.Loop`: lazy Adam, with the
gradients of a row summed before they are squared (a test holds both to Keras). The two halves of NeuMF work at the same
time; each writes only what is its own, so threads do not change results.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from musicrec_tui.recommenders.base import IntArray
from musicrec_tui.recommenders.ncf import NcfParams, layout, numpy_adam
from musicrec_tui.recommenders.ncf.network import Network
from musicrec_tui.recommenders.ncf.numpy_halves import Batch, Gmf, Half, Mlp, named
from musicrec_tui.recommenders.ncf.sampling import PADDING, LabelArray

Result = TypeVar("Result")


def suits(params: NcfParams) -> bool:
    """Whether `NumpyLoop` can train this network, and is faster on a processor: its layers are small.

    Wide layers are TensorFlow's, whose matrix products have threads. An MLP without a layer is not worth a case here.
    """
    dense = sum(math.prod(shape) for shape in layout.shapes(params, users=0, artists=0).values())
    bare = "mlp" in layout.parts(params).names and not layout.hidden(params)
    return params.architecture != "deck" and dense <= layout.WIDE and not bare


class NumpyLoop:
    """Steps of Adam over blocks of batches; see `loop.Loop`, for which it stands in. Not for `deck`."""

    sums = 6

    def __init__(self, params: NcfParams, network: Network) -> None:
        self._network = network
        self._params = params
        kernel, bias = network.head.logit.get_weights()
        gmf = params.factors if "gmf" in network.head.names else 0
        hidden = [weight for layer in network.head.hidden for weight in layer.get_weights()]
        own = {"gmf": [kernel[:gmf, 0]], "mlp": [*hidden, kernel[gmf:, 0]]}
        self._dense = numpy_adam.Dense([*(array for name in network.head.names for array in own[name]), bias])
        *arrays, self._bias = self._dense.arrays
        kinds: dict[str, type[Half]] = {"gmf": Gmf, "mlp": Mlp}
        self._halves: list[Half] = []
        for name, user, artist in zip(network.head.names, network.users, network.artists, strict=True):
            count = len(own[name])
            self._halves.append(kinds[name](user.get_weights()[0], artist.get_weights()[0], arrays[:count]))
            arrays = arrays[count:]
        self._pool = ThreadPoolExecutor(1)
        self._step = 0
        self.spare_user, self.spare_artist = (len(table.weights) for table in self._halves[0].tables)

    @staticmethod
    def given(array: NDArray[np.integer]) -> Any:
        """One array of a block as `run` wants it."""
        return array

    def run(self, users: IntArray, artists: IntArray, labels: LabelArray, start: int, stop: int) -> list[float]:
        """See `loop.Loop.run`; the blocks are arrays, and paddings are at the end of a batch."""
        sums = np.zeros(self.sums)
        for step in range(start, stop):
            pairs = int(np.count_nonzero(labels[step] != PADDING))
            sums += self._one_step(users[step, :pairs], artists[step, :pairs], labels[step, :pairs] == 1)
        return [float(value) for value in sums]

    def store(self) -> None:
        """Write the weights back into the Keras model."""
        for half, user, artist in zip(self._halves, self._network.users, self._network.artists, strict=True):
            for layer, table in zip((user, artist), half.tables, strict=True):
                layer.set_weights([table.weights])
        hidden = self._halves[-1].dense[:-1]
        for layer, *weights in zip(self._network.head.hidden, hidden[::2], hidden[1::2], strict=True):
            layer.set_weights(weights)
        kernel = np.concatenate([half.dense[-1] for half in self._halves])
        self._network.head.logit.set_weights([kernel[:, None], self._bias])

    def _one_step(self, users: IntArray, artists: IntArray, real: NDArray[np.bool_]) -> NDArray[np.float64]:
        """One batch forward, backward and into the weights; `real`: which pairs are heard ones."""
        sides = (users, self.spare_user), (artists, self.spare_artist)
        batch = Batch(*(named(codes, count, self._params.l2) for codes, count in sides))
        logits = sum(self._of_halves(lambda half: half.forward(batch)), self._bias)
        losses = np.logaddexp(0, np.where(real, -logits, logits))
        delta = (expit(logits) - real) / np.float32(len(real))
        self._step += 1
        size = numpy_adam.step_size(layout.learning_rate(self._params), self._step)
        gradients = self._of_halves(lambda half: half.backward(batch, delta, size))
        self._dense.update([*(array for part in gradients for array in part), delta.sum(keepdims=True)], size)
        positive = logits > 0  # a prediction above 0.5
        counted = positive == real, positive & real, positive, real
        return np.array([len(real), losses.sum(dtype=np.float64), *(np.count_nonzero(part) for part in counted)])

    def _of_halves(self, work: Callable[[Half], Result]) -> list[Result]:
        """What `work` gives for each half; two are worked on at the same time."""
        first, *others = self._halves
        pending = [self._pool.submit(work, half) for half in others]
        return [work(first), *(future.result() for future in pending)]
