"""What an epoch shows the network: pairs of user and artist with 1 (heard) or 0 (not heard), in random order."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import IntArray

LabelArray = NDArray[np.int8]

PADDING = -1
"""The label of a pair that fills the last batch up and counts for nothing."""
_ROUNDS = 4


class Pairs(NamedTuple):
    """Pairs to learn from.

    Attributes:
        users, artists: codes, (pairs,).
        labels: 1 where the user has heard the artist, else 0.
    """

    users: IntArray
    artists: IntArray
    labels: LabelArray


class Heard:
    """Which artists each user has in train, arranged for drawing artists that a user has not heard.

    The artists that a user has not heard are numbered 0, 1, …: before the user's k-th artist h_k there are h_k - k of
    them. So number j is artist j + (how many k have h_k - k <= j): one binary search for each draw, uniform, never
    a second try, however many artists a user has heard.
    """

    def __init__(self, train: csr_matrix) -> None:
        self.users, self.artists = (int(size) for size in train.shape)
        counts = np.diff(train.indptr)
        self._row = np.repeat(np.arange(self.users, dtype=np.int64), counts)
        self._artist = train.indices.astype(np.int64)
        self._start = train.indptr.astype(np.int64)
        self._unheard = self.artists - counts.astype(np.int64)
        rank = np.arange(len(self._artist)) - np.repeat(self._start[:-1], counts)
        # One more than the number of artists apart, so that rows cannot touch.
        self._missing_before = self._row * (self.artists + 1) + self._artist - rank
        self._codes = self._row * self.artists + self._artist

    @property
    def pairs(self) -> int:
        """Heard pairs."""
        return len(self._codes)

    @property
    def cells(self) -> int:
        """Pairs in all, heard or not."""
        return self.users * self.artists

    def epoch_pairs(self, negatives: int) -> int:
        """How many pairs an epoch has with so many negatives for each heard pair."""
        return self.pairs + negatives * int(np.count_nonzero(self._unheard[self._row]))

    def draw(self, users: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """An artist for each of `users` that they have not heard, uniformly; each must have one left."""
        number = (rng.random(len(users)) * self._unheard[users]).astype(np.int64)
        found = np.searchsorted(self._missing_before, users * (self.artists + 1) + number, side="right")
        drawn: NDArray[np.int64] = number + found - self._start[users]
        return drawn

    def is_heard(self, cells: NDArray[np.int64]) -> LabelArray:
        """Labels of cells, numbered user by user."""
        first, after = (np.searchsorted(self._codes, cells, side=side) for side in ("left", "right"))
        labels: LabelArray = (after > first).astype(np.int8)
        return labels

    def heard(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """User and artist of the heard pairs at these places."""
        return self._row[places], self._artist[places]

    def with_unheard(self, users: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of `users` who have not heard everything."""
        remaining: NDArray[np.int64] = users[self._unheard[users] > 0]
        return remaining


def sampled_epoch(heard: Heard, negatives: int, rng: np.random.Generator, most: int) -> Iterator[Pairs]:
    """Every heard pair once, each with `negatives` unheard artists of the same user, drawn anew.

    Heard pairs are shuffled as a whole, and each block once more with its negatives, so memory beside the block is
    one number for each heard pair.

    Args:
        heard: the train part.
        negatives: for each heard pair; users who have heard everything get none.
        rng: the source of randomness.
        most: the pairs in a block.
    """
    order = rng.permutation(heard.pairs)
    positives = max(1, most // (1 + negatives))
    for start in range(0, len(order), positives):
        users, artists = heard.heard(order[start : start + positives])
        others = np.repeat(heard.with_unheard(users), negatives)
        labels = np.zeros(len(users) + len(others), np.int8)
        labels[: len(users)] = 1
        mixed = rng.permutation(len(labels))
        yield Pairs(
            np.concatenate([users, others])[mixed].astype(np.int32),
            np.concatenate([artists, heard.draw(others, rng)])[mixed].astype(np.int32),
            labels[mixed],
        )


def grid_epoch(heard: Heard, rng: np.random.Generator, most: int) -> Iterator[Pairs]:
    """Every cell of users × artists once, in random order, a block at a time (the training set of `deck`).

    Args:
        heard: the train part.
        rng: the source of randomness.
        most: the pairs in a block.
    """
    shuffled = Permutation(heard.cells, rng)
    for start in range(0, heard.cells, most):
        cells = shuffled(np.arange(start, min(start + most, heard.cells)))
        users, artists = np.divmod(cells, heard.artists)
        yield Pairs(users.astype(np.int32), artists.astype(np.int32), heard.is_heard(cells))


class Permutation:
    """A pseudo-random permutation of range(n) in constant memory.

    A Feistel network permutes the numbers of 2b bits whatever its round function is; numbers that land at n or above
    are sent through it again until they do not ("cycle walking"; Black & Rogaway 2002, doi 10.1007/3-540-45760-7_9).
    2b is the fewest bits that n fits, so a number needs less than four rounds of it on average.
    """

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self._n = n
        bits = max(2, (n - 1).bit_length())
        self._half = np.uint64((bits + 1) // 2)
        self._mask = np.uint64((1 << int(self._half)) - 1)
        self._keys = rng.integers(0, 2**63, size=_ROUNDS, dtype=np.uint64)

    def __call__(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """What stands at these places of the shuffled order."""
        numbers = self._encrypt(places.astype(np.uint64))
        while len(outside := np.flatnonzero(numbers >= self._n)):
            numbers[outside] = self._encrypt(numbers[outside])
        return numbers.astype(np.int64)

    def _encrypt(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The Feistel network: (left, right) becomes (right, left xor mixed(right))."""
        left, right = numbers >> self._half, numbers & self._mask
        for key in self._keys:
            left, right = right, left ^ (_mixed(right ^ key) & self._mask)
        return (left << self._half) | right


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter the bits of numbers (the finaliser of splitmix64); products are meant to overflow."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def softmax_blocks(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]], steps: int, batch: int, drawn: NDArray[np.int32],
    spare: tuple[int, int],
) -> Iterator[tuple[IntArray, IntArray, IntArray, int]]:  # fmt: skip
    """Pairs, in their order, as (steps, batch) arrays with the drawn artists of each step; all of one shape.

    Args:
        pairs: users and artists.
        steps: of a block.
        batch: pairs of a step.
        drawn: (steps of all blocks or more, drawn).
        spare: the codes that the last batch is filled up with.
    """
    users, artists = pairs
    for start in range(0, len(users), steps * batch):
        part = slice(start, start + steps * batch)
        missing = steps * batch - len(users[part])
        first = start // batch
        fresh = drawn[first : first + steps]
        yield (
            _table(users[part], missing, spare[0], batch),
            _table(artists[part], missing, spare[1], batch),
            np.pad(fresh, ((0, steps - len(fresh)), (0, 0))),
            -(-len(users[part]) // batch),
        )


def _table(codes: NDArray[np.int64], missing: int, fill: int, batch: int) -> IntArray:
    """Codes as a (steps, batch) array."""
    return np.pad(codes.astype(np.int32), (0, missing), constant_values=fill).reshape(-1, batch)
