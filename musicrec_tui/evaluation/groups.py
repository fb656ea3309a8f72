"""Groups of users: by how many artists they have in train, and by how well known these are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

GROUPS = ("light", "middle", "heavy", "mainstream", "niche")


class Traits(NamedTuple):
    """What users are grouped by.

    Attributes:
        artists: (users,), how many artists each has in train.
        popularity: (users,), the mean number of listeners of these; NaN for users without any.
    """

    artists: NDArray[np.int64]
    popularity: NDArray[np.float64]


def members(traits: Traits) -> dict[str, NDArray[np.bool_]]:
    """Who is in which group, (users,) each; empty groups are left out.

    `light`, `middle` and `heavy` are the thirds by number of artists, `niche` and `mainstream` the halves by
    popularity. Users who are equal are in one group, that of the middle of them, so groups need not be of equal size.
    """
    activity = _shares(traits.artists.astype(np.float64))
    taste = _shares(traits.popularity)
    found = (
        activity < 1 / 3,
        (activity >= 1 / 3) & (activity <= 2 / 3),
        activity > 2 / 3,
        taste > 1 / 2,
        taste <= 1 / 2,
    )
    return {name: inside for name, inside in zip(GROUPS, found, strict=True) if inside.any()}


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each value the share of values below it, with half of those that are equal; NaN stays NaN."""
    shares = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    _, place, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    shares[known] = ((np.cumsum(counts) - counts / 2) / max(1, counts.sum()))[place]
    return shares
