"""The halves of NeuMF in NumPy, forward and backward: GMF, and the MLP below the output layer.

A batch names an artist or user many times. What can be computed once for each is: the MLP's first layer is a product
for the distinct rows, and its gradients are summed by row before they are multiplied.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.ncf.numpy_adam import Room, Table

_TILE = 1 << 20
"""Numbers of an array of GMF's products: 4 MB, however large the batch is."""


class Named(NamedTuple):
    """The rows of a table that a batch names.

    Attributes:
        rows: each once, ascending.
        place: where in `rows` that of each pair is, (pairs,).
        penalty: what times a row's weights is the gradient of the L2 penalty on them, (rows, 1) float32.
    """

    rows: NDArray[np.intp]
    place: IntArray
    penalty: FloatArray


def named(codes: IntArray, count: int, l2: float) -> Named:
    """What a batch names of a table of `count` rows; `l2` is the penalty on a pair's embedding, averaged over pairs."""
    found = np.zeros(count, bool)
    found[codes] = True
    rows = np.flatnonzero(found)
    places = np.empty(count, np.int32)
    places[rows] = np.arange(len(rows), dtype=np.int32)
    place = places[codes]
    often = np.bincount(place, minlength=len(rows))[:, None]
    return Named(rows, place, (2 * l2 / len(codes) * often).astype(np.float32))


class Batch(NamedTuple):
    """What a batch names of both sides."""

    users: Named
    artists: Named


class Half(ABC):
    """The embeddings of one half, its dense weights, and what the last batch made of them.

    Attributes:
        tables: of users and of artists.
        dense: kernel and bias of each layer, then the output layer's weights for this half, (width,); the caller
            updates them, in place.
    """

    def __init__(self, users: FloatArray, artists: FloatArray, dense: list[FloatArray]) -> None:
        self.tables = Table(users), Table(artists)
        self.dense = dense
        self._room = Room()
        self._vectors = users[:0], artists[:0]

    @abstractmethod
    def forward(self, batch: Batch) -> FloatArray:
        """This half's part of the logits, (pairs,)."""

    @abstractmethod
    def backward(self, batch: Batch, delta: FloatArray, size: np.float32) -> list[FloatArray]:
        """Update the rows of the batch that `forward` was given last.

        Args:
            batch: that batch.
            delta: the objective's gradient of the logits, (pairs,).
            size: of Adam's step.

        Returns:
            The gradients of `dense`.
        """

    def _take(self, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """The vectors of the rows of a batch; `_update` needs them too."""
        users, artists = (table.weights for table in self.tables)
        self._vectors = self._rows("users", users, batch.users.rows), self._rows("artists", artists, batch.artists.rows)
        return self._vectors

    def _rows(self, name: str, table: FloatArray, rows: NDArray[np.integer]) -> FloatArray:
        """Rows of a table, in the room of this name."""
        taken = self._room(name, len(rows), table.shape[1])
        np.take(table, rows, axis=0, out=taken, mode="clip")  # "raise" would copy once more
        return taken

    def _update(self, batch: Batch, gradients: tuple[FloatArray, FloatArray], size: np.float32) -> None:
        """A step of Adam down these gradients of the vectors and the penalty's."""
        for table, side, vectors, gradient in zip(self.tables, batch, self._vectors, gradients, strict=True):
            table.update(side.rows, vectors, gradient, side.penalty, size)


class Gmf(Half):
    """The weighted sum of the element-wise product."""

    def __init__(self, users: FloatArray, artists: FloatArray, dense: list[FloatArray]) -> None:
        super().__init__(users, artists, dense)
        self._weighted = users[:0]

    def forward(self, batch: Batch) -> FloatArray:
        """See `Half.forward`."""
        users, artists = self._take(batch)
        self._weighted = users * self.dense[0]
        logits = np.empty(len(batch.users.place), np.float32)
        tile = max(1, _TILE // users.shape[1])
        for start in range(0, len(logits), tile):
            part = slice(start, start + tile)
            left = self._rows("left", self._weighted, batch.users.place[part])
            right = self._rows("right", artists, batch.artists.place[part])
            np.einsum("ij,ij->i", left, right, out=logits[part])
        return logits

    def backward(self, batch: Batch, delta: FloatArray, size: np.float32) -> list[FloatArray]:
        """See `Half.backward`: sums over pairs of delta times the other's vector are sparse products."""
        users, artists = self._vectors
        places = batch.users.place, batch.artists.place
        deltas = coo_matrix((delta, places), shape=(len(users), len(artists))).tocsr()
        sums = deltas @ artists
        self._update(batch, (sums * self.dense[0], deltas.T @ self._weighted), size)
        return [np.einsum("ij,ij->j", sums, users)]


class Mlp(Half):
    """Both vectors end to end, through ReLU layers, of which there is one at least."""

    def __init__(self, users: FloatArray, artists: FloatArray, dense: list[FloatArray]) -> None:
        super().__init__(users, artists, dense)
        self._layers = list(zip(dense[:-1:2], dense[1:-1:2], strict=True))
        self._signals: list[FloatArray] = []

    def forward(self, batch: Batch) -> FloatArray:
        """See `Half.forward`."""
        users, artists = self._take(batch)
        (kernel, bias), *above = self._layers
        split = users.shape[1]
        signal = self._rows("signal", users @ kernel[:split] + bias, batch.users.place)
        signal += self._rows("added", artists @ kernel[split:], batch.artists.place)
        self._signals = [np.maximum(signal, 0, out=signal)]
        for number, (kernel, bias) in enumerate(above, start=1):
            signal = np.matmul(signal, kernel, out=self._room(f"signal {number}", len(signal), len(bias)))
            signal += bias
            self._signals.append(np.maximum(signal, 0, out=signal))
        logits: FloatArray = signal @ self.dense[-1]
        return logits

    def backward(self, batch: Batch, delta: FloatArray, size: np.float32) -> list[FloatArray]:
        """See `Half.backward`."""
        of_out = delta @ self._signals[-1]
        back = np.multiply(delta[:, None], self.dense[-1], out=self._room("back", *self._signals[-1].shape))
        above: list[FloatArray] = []
        for number in range(len(self._layers) - 1, 0, -1):
            below, (kernel, _) = self._signals[number - 1], self._layers[number]
            back *= self._signals[number] > 0
            above = [below.T @ back, _sum(back), *above]
            back = np.matmul(back, kernel.T, out=self._room(f"back {number}", *below.shape))
        back *= self._signals[0] > 0
        users, artists = self._vectors
        of_users, of_artists = (_by_row(side, back) for side in batch)
        first = np.concatenate([users.T @ of_users, artists.T @ of_artists])
        (kernel, _), split = self._layers[0], users.shape[1]
        self._update(batch, (of_users @ kernel[:split].T, of_artists @ kernel[split:].T), size)
        return [first, of_users.sum(axis=0), *above, of_out]


class BareMlp(Half):
    """Both vectors end to end, without a layer before the output's: each side adds its own part to the logit."""

    def forward(self, batch: Batch) -> FloatArray:
        """See `Half.forward`."""
        users, artists = self._take(batch)
        split = users.shape[1]
        own, other = users @ self.dense[0][:split], artists @ self.dense[0][split:]
        logits: FloatArray = own[batch.users.place] + other[batch.artists.place]
        return logits

    def backward(self, batch: Batch, delta: FloatArray, size: np.float32) -> list[FloatArray]:
        """See `Half.backward`."""
        users, artists = self._vectors
        split = users.shape[1]
        of_users, of_artists = (_by_row(side, delta[:, None]) for side in batch)
        gradient = np.concatenate([users.T @ of_users[:, 0], artists.T @ of_artists[:, 0]])
        self._update(batch, (of_users * self.dense[0][:split], of_artists * self.dense[0][split:]), size)
        return [gradient]


def _sum(rows: FloatArray) -> FloatArray:
    """The sum of the rows; as a product it takes a third of the time."""
    total: FloatArray = np.ones(len(rows), np.float32) @ rows
    return total


def _by_row(side: Named, values: FloatArray) -> FloatArray:
    """Values of pairs, (pairs, width), summed for each row that the batch names."""
    pairs = len(values)
    ones, bounds = np.ones(pairs, np.float32), np.arange(pairs + 1, dtype=np.int32)
    summed: FloatArray = csc_matrix((ones, side.place, bounds), shape=(len(side.rows), pairs)) @ values
    return summed
