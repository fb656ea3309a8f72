"""The vectors of all users or of all artists, in one array or in several, which may be mapped files."""

import itertools
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import FloatArray, IntArray

_ROWS = 2**17
"""Rows that are worked on at a time, where something as large as they are is made."""


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
        return sum((block.T @ block for block in self._blocks()), np.zeros((self.shape[1], self.shape[1])))

    @cached_property
    def lengths(self) -> FloatArray:
        """(rows,): of each vector."""
        return np.concatenate([np.linalg.norm(part[start : start + _ROWS], axis=1) for part, start in self._starts()])

    def _starts(self) -> list[tuple[FloatArray, int]]:
        """Each part with where its blocks begin."""
        return [(part, start) for part in self._parts for start in range(0, max(1, len(part)), _ROWS)]

    def _blocks(self) -> "itertools.chain[NDArray[np.float64]]":
        """Blocks of rows in double precision."""
        return itertools.chain(part[start : start + _ROWS].astype(np.float64) for part, start in self._starts())
