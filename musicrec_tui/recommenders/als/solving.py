"""The equations of ALS: a user's vector is the exact solution for the artists' vectors as they are.

A user's vector x minimises Σ c (p - x · y)² + λ |x|² over all artists, where c_j is the confidence of each of their
artists j. So A x = b with A = YᵀY + Σ (c_j - 1) y_j y_jᵀ + λ I and b = Σ c_j y_j. λ is `regularization`; by an
objective that is scaled (Spark's) it is that times the number of the user's artists.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import EQUATIONS_BYTES
from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.factor_rows import FactorRows

Float64Array = NDArray[np.float64]
SCALED = "lambda_scaling"
"""The saved array, (1,): 1 where λ is scaled; 0 or no such array where it is not."""
_SYSTEMS = EQUATIONS_BYTES // 64
"""Numbers in the equations that a thread solves at once: four copies of four bytes each, on up to four processors."""


def solve_users(
    artists: FloatArray, confidence: csr_matrix, regularization: float, *, scaled: bool = False
) -> FloatArray:
    """Exact user factors, (users, factors) float32, for these artist factors.

    By matrix products, which take a third of the time of `implicit`'s exact solver. A user without artists has zeros.

    Args:
        artists: (artists, factors).
        confidence: (users, artists) float32, alpha × weight.
        regularization: λ.
        scaled: whether λ is multiplied by the number of a user's artists.

    Raises:
        LinAlgError: a user's equations have no single solution.
    """
    factors = artists.shape[1]
    identity = np.eye(factors, dtype=np.float32)
    shared = artists.T @ artists
    if not scaled:
        shared += np.float32(regularization) * identity
    counts = np.diff(confidence.indptr).astype(np.float32)
    users: FloatArray = np.empty((confidence.shape[0], factors), np.float32)
    batch = max(1, _SYSTEMS // factors**2)

    def solve(start: int) -> None:
        stop = min(start + batch, len(users))
        systems = np.empty((stop - start, factors, factors), np.float32)
        sides = np.empty((stop - start, factors, 1), np.float32)
        for place, row in enumerate(range(start, stop)):
            part = slice(confidence.indptr[row], confidence.indptr[row + 1])
            own, weights = artists[confidence.indices[part]], confidence.data[part]
            np.matmul(weights, own, out=sides[place, :, 0])
            np.matmul(own.T, own * (weights - 1)[:, None], out=systems[place])
        systems += shared
        if scaled:  # a user without artists has zeros by any regularization
            scales = np.float32(regularization) * np.maximum(1, counts[start:stop])
            systems += scales[:, None, None] * identity
        np.linalg.cholesky(systems)  # refuses what has no single solution, where rounding lets `solve` find one
        users[start:stop] = np.linalg.solve(systems, sides)[:, :, 0]

    with ThreadPoolExecutor(4) as pool:  # NumPy lets go of the GIL
        list(pool.map(solve, range(0, len(users), batch)))
    return users


def is_scaled(arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Whether a saved model was trained on the objective that is scaled.

    Raises:
        UserError: the array says neither.
    """
    if (told := arrays.get(SCALED)) is None:
        return False
    if told.shape != (1,) or told.dtype.kind != "i" or told[0] not in (0, 1):
        raise UserError(f"The saved model's array {SCALED!r} is neither 0 nor 1; train the model again.")
    return bool(told[0])


class Equations:
    """The equations of single users, in double precision.

    Args:
        artists: (artists, factors), as they are.
        regularization: λ.
        scaled: see `solve_users`.
    """

    def __init__(self, artists: FactorRows, regularization: float, *, scaled: bool) -> None:
        self._artists, self._regularization, self._scaled = artists, regularization, scaled

    def solve(self, codes: IntArray, confidences: Float64Array) -> tuple[Float64Array, Float64Array]:
        """A user's vector and the matrix of their equations, A.

        Args:
            codes: their artists.
            confidences: of these.

        Raises:
            UserError: there is no single solution.
        """
        own = self._artists.take(codes).astype(np.float64)
        scale = self._regularization * (max(1, len(codes)) if self._scaled else 1)
        system: Float64Array = (
            self._artists.gram + scale * np.eye(self._artists.shape[1]) + (own.T * (confidences - 1)) @ own
        )
        try:
            vector = np.linalg.solve(system, own.T @ confidences)
        except np.linalg.LinAlgError:
            raise UserError(
                "This ALS model's equations have no single solution; train it with more regularization.", exit_code=1
            ) from None
        return vector.astype(np.float64), system
