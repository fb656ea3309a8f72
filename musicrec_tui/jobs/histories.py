"""What people have played, in a model's codes: in the index, or in what the model was trained on."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import dislikes
from musicrec_tui.jobs.filtering import UNKNOWN, History
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.recommenders.base import IntArray

_COLUMNS = f"artist_code, plays, coalesce(epoch_us(last_at), {UNKNOWN}) AS last"

_OF_ONE = f"""
SELECT {_COLUMNS} FROM play WHERE user_code = (SELECT code FROM "user" WHERE key = $key)
"""  # noqa: S608

_OF_ALL = f"SELECT user_code, {_COLUMNS} FROM play"  # noqa: S608


def of_user(opened: OpenedRun, key: str) -> History:
    """A user of the data."""
    with opened.dataset.cursor() as cursor:
        found = cursor.execute(_OF_ONE, {"key": key}).fetchnumpy()
    artists = opened.from_index[found["artist_code"]]
    known = artists >= 0
    plays = np.zeros(len(opened.to_index))
    last = np.full(len(opened.to_index), UNKNOWN, np.int64)
    plays[artists[known]] = found["plays"][known]
    last[artists[known]] = found["last"][known]
    then = opened.model.train[opened.user_codes[key]]
    plays[then.indices] = np.maximum(plays[then.indices], then.data)
    return History(plays, last)


class Everybody(NamedTuple):
    """All users of a model: (users, artists), in its codes.

    Attributes:
        plays: float64.
        last: int64 as in `History`, plus 1, so that none is 0; empty where times do not matter.
        disliked: a one for each pair.
    """

    plays: csr_matrix
    last: csr_matrix
    disliked: csr_matrix

    def of(self, users: IntArray) -> History:
        """Some of them, (users, artists)."""
        plays = self.plays[users].toarray()
        if self.last.nnz:
            return History(plays, self.last[users].toarray() - 1)
        return History(plays, np.broadcast_to(np.int64(UNKNOWN), plays.shape))


def of_everybody(opened: OpenedRun, *, timed: bool) -> Everybody:
    """All users of a model; `timed`: whether it matters when they played what."""
    with opened.dataset.cursor() as cursor:
        keys = cursor.execute('SELECT key FROM "user" ORDER BY code').fetchall()
        found = cursor.execute(_OF_ALL).fetchnumpy()
    codes = np.array([opened.user_codes.get(key, -1) for (key,) in keys], np.int64)
    hated = dislikes.load(opened.dataset).tocoo()
    users, artists = codes[found["user_code"]], found["artist_code"]
    plays = _placed(opened, users, artists, found["plays"].astype(np.float64))
    return Everybody(
        plays.maximum(opened.model.train.astype(np.float64)),
        _placed(opened, users, artists, found["last"] + 1) if timed else csr_matrix(plays.shape, dtype=np.int64),
        _placed(opened, codes[hated.row], hated.col, hated.data),
    )


def _placed(opened: OpenedRun, users: IntArray, artists: IntArray, data: np.ndarray) -> csr_matrix:
    """Pairs of a model's users and an index's artists as a matrix of the model; what it does not know is left out."""
    items = opened.from_index[artists]
    known = (users >= 0) & (items >= 0)
    placed = csr_matrix((data[known], (users[known], items[known])), shape=opened.model.train.shape)
    placed.eliminate_zeros()
    return placed
