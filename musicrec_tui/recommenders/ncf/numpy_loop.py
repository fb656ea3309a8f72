"""The training loop in NumPy, for small networks on a processor: steps of Adam whose gradients are written out.

A small network's step is a few matrix products, some milliseconds in all. TensorFlow has to compile it first, and then
gathers and scatters pair by pair what are sparse products here. The steps are those of `loop.Loop`: lazy Adam, with the
gradients of a row summed before they are squared (a test holds both to Keras). The two halves of NeuMF work at the same
time; each writes only what is its own, so threads do not change results.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from musicrec_tui.recommenders.base import IntArray
from musicrec_tui.recommenders.ncf import NcfParams, layout, numpy_adam
from musicrec_tui.recommenders.ncf.numpy_halves import BareMlp, Batch, Gmf, Half, Mlp, named
from musicrec_tui.recommenders.ncf.sampling import PADDING, LabelArray

Result = TypeVar("Result")


class NumpyLoop:
    """Steps of Adam over blocks of batches; see `loop.Loop`, for which it stands in where `layout.is_small`."""

    sums = 6

    def __init__(self, params: NcfParams, weights: layout.Arrays) -> None:
        self._params = params
        self._names = layout.parts(params).names
        kernel, bias = weights["kernel_out"], weights["bias_out"]
        gmf = params.factors if "gmf" in self._names else 0
        hidden = [weights[name] for name in self._hidden]
        own = {"gmf": [kernel[:gmf, 0]], "mlp": [*hidden, kernel[gmf:, 0]]}
        self._dense = numpy_adam.Dense([*(array for name in self._names for array in own[name]), bias])
        *arrays, self._bias = self._dense.arrays
        kinds: dict[str, type[Half]] = {"gmf": Gmf, "mlp": Mlp if hidden else BareMlp}
        self._halves: list[Half] = []
        for name in self._names:
            count = len(own[name])
            self._halves.append(kinds[name](weights[f"users_{name}"], weights[f"artists_{name}"], arrays[:count]))
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

    def weights(self) -> layout.Arrays:
        """The weights as they are now, copied."""
        arrays: layout.Arrays = {}
        for name, half in zip(self._names, self._halves, strict=True):
            users, artists = half.tables
            arrays |= {f"users_{name}": users.weights, f"artists_{name}": artists.weights}
        arrays |= dict(zip(self._hidden, self._halves[-1].dense[:-1], strict=True))
        arrays["kernel_out"] = np.concatenate([half.dense[-1] for half in self._halves])[:, None]
        return layout.copied(arrays | {"bias_out": self._bias})

    @property
    def _hidden(self) -> list[str]:
        """The names of the weights of the layers before the last."""
        count = len(layout.hidden(self._params))
        return [f"{kind}_{number}" for number in range(1, count + 1) for kind in ("kernel", "bias")]

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
