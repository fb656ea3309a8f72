"""When each pair of user and artist was last heard within the training part: what recency is calculated from."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import splits
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.split_spec import SplitSpec

_LAST = "SELECT epoch_us(last_at) / 86400e6 AS days FROM play ORDER BY user_code, artist_code"

_LAST_BY_TIME = """
SELECT user_code, artist_code,
    epoch_us(max(listened_at) FILTER (listened_at < $validation_from)) / 86400e6 AS until_validation,
    epoch_us(max(listened_at) FILTER (listened_at < $test_from)) / 86400e6 AS until_test
FROM listen GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""


class LastListens(NamedTuple):
    """When each pair was last heard within a part, (pairs,) float64 days in the order of the matrix; NaN: unknown.

    Attributes:
        train: within train.
        both: within train and validation together.
    """

    train: NDArray[np.float64]
    both: NDArray[np.float64]


def last_listens(dataset: Dataset, spec: SplitSpec) -> LastListens | None:
    """The last listen of each pair in the parts that `splits.split` makes; None where the log has no timestamps."""
    if not dataset.info.has_times:
        return None
    with dataset.cursor() as cursor:
        if spec.kind != "time":
            days = _filled(cursor.execute(_LAST).fetchnumpy()["days"])
            return LastListens(days, days)
        columns = cursor.execute(_LAST_BY_TIME, splits.instants(dataset, spec)).fetchnumpy()
    return LastListens(_filled(columns["until_validation"]), _filled(columns["until_test"]))


def ages(plays: csr_matrix, train: csr_matrix, last: NDArray[np.float64]) -> NDArray[np.float32]:
    """Days from the last listen of each pair of train to its user's last one there, in the order of `train.data`.

    Args:
        plays: the whole matrix.
        train: a part of it.
        last: of `last_listens`, in the order of `plays.data`.
    """
    artists = plays.shape[1]
    known, wanted = (
        np.repeat(np.arange(part.shape[0], dtype=np.int64), np.diff(part.indptr)) * artists + part.indices
        for part in (plays, train)
    )
    found = last[np.searchsorted(known, wanted)]
    users = np.repeat(np.arange(train.shape[0]), np.diff(train.indptr))
    latest = np.full(train.shape[0], -np.inf)
    np.fmax.at(latest, users, found)
    days: NDArray[np.float32] = (latest[users] - found).astype(np.float32)
    return days


def _filled(column: Any) -> NDArray[np.float64]:
    """A column of days with NaN for nulls."""
    return np.asarray(np.ma.filled(column.astype(np.float64), np.nan), dtype=np.float64)
