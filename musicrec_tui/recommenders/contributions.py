"""Contributions from arrays of amounts."""

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import Contribution, IntArray


def sorted_by_amount(own: IntArray, amounts: NDArray[np.floating]) -> list[list[Contribution]]:
    """For each row of amounts, (rows, own), what own artists contribute, largest first; of equals the first first."""
    orders = np.argsort(-amounts, axis=1, kind="stable")
    values = np.take_along_axis(amounts, orders, axis=1).tolist()
    return [
        list(map(Contribution._make, zip(codes, row, strict=True)))
        for codes, row in zip(own[orders].tolist(), values, strict=True)
    ]
