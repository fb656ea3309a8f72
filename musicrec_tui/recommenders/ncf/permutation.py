"""A shuffled order of 0 … n - 1 that is computed and not stored."""

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 4


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
