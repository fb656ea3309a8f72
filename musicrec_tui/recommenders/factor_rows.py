"""The vectors of all users or of all artists, in one array or in several, which may be mapped files."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import FloatArray, IntArray

_NUMBERS = 2**21
"""Numbers that are worked on at a time, where something as large as they are is made: 16 MiB in double precision."""


class FactorRows:
    """(rows, factors) float32, of which no copy is made.

    Args:
        parts: arrays of rows in order, all of the same width; at least one.
    """

    def __init__(self, parts: Sequence[FloatArray]) -> None:
        self._parts = list(parts)
        ends = np.cumsum([len(part) for part in parts])
        self._ends = ends
        self.shape = (int(ends[-1]), parts[0].shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def whole(self) -> FloatArray:
        """All of them as one array; parts are copied."""
        return self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)

    def take(self, codes: IntArray) -> FloatArray:
        """The rows of these codes, (codes, factors), a copy."""
        if len(self._parts) == 1:
            return self._parts[0][codes]
        places = np.searchsorted(self._ends, codes, side="right")
        found = np.empty((len(codes), self.shape[1]), np.float32)
        for number in np.unique(places).tolist():
            part = self._parts[number]
            own = places == number
            found[own] = part[np.asarray(codes)[own] - (self._ends[number] - len(part))]
        return found

    def products(self, vectors: FloatArray) -> FloatArray:
        """Dot products with each row, (vectors, rows) float32."""
        if len(self._parts) == 1:
            return vectors @ self._parts[0].T
        products = np.empty((len(vectors), len(self)), np.float32)
        for end, part in zip(self._ends.tolist(), self._parts, strict=True):
            np.matmul(vectors, part.T, out=products[:, end - len(part) : end])
        return products

    @cached_property
    def gram(self) -> NDArray[np.float64]:
        """RᵀR, (factors, factors), in double precision."""
        total = np.zeros((self.shape[1], self.shape[1]))
        for block in self._blocks():
            exact = block.astype(np.float64)
            total += exact.T @ exact
        return total

    @cached_property
    def lengths(self) -> FloatArray:
        """(rows,): of each vector."""
        return np.concatenate([np.linalg.norm(block, axis=1) for block in self._blocks()])

    def _blocks(self) -> Iterator[FloatArray]:
        """Blocks of rows, in order."""
        rows = max(1, _NUMBERS // max(1, self.shape[1]))
        for part in self._parts:
            for start in range(0, max(1, len(part)), rows):
                yield part[start : start + rows]
