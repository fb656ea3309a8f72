"""What people have played, in a model's codes: in the index, or in what the model was trained on."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import dislikes
from musicrec_tui.jobs.filtering import UNKNOWN, Counts, History, Instants
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.recommenders.base import IntArray

_PLAYS = "artist_code, plays"
_TIMED_PLAYS = f"{_PLAYS}, coalesce(epoch_us(last_at), {UNKNOWN}) AS last"

_OF_ONE = "SELECT %s FROM play WHERE user_code = $user"
_OF_ALL = "SELECT user_code, %s FROM play"


def of_user(opened: OpenedRun, key: str, *, timed: bool) -> History:
    """A user of the data; `timed`: whether it matters when they played what."""
    columns = _TIMED_PLAYS if timed else _PLAYS
    with opened.dataset.cursor() as cursor:
        found = cursor.execute(_OF_ONE % columns, {"user": opened.index_users.get(key)}).fetchnumpy()
    artists = opened.from_index[found["artist_code"]]
    known = artists >= 0
    plays = np.zeros(len(opened.to_index))
    plays[artists[known]] = found["plays"][known]
    train, user = opened.model.train, opened.user_codes[key]
    then = slice(train.indptr[user], train.indptr[user + 1])
    plays[train.indices[then]] = np.maximum(plays[train.indices[then]], train.data[then])
    if not timed:
        return History(plays, never_known(plays))
    last = np.full(len(plays), UNKNOWN, np.int64)
    last[artists[known]] = found["last"][known]
    return History(plays, last)


def never_known(plays: Counts) -> Instants:
    """No play's time is known."""
    return np.broadcast_to(np.int64(UNKNOWN), plays.shape)


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
        return History(plays, never_known(plays))


def of_everybody(opened: OpenedRun, *, timed: bool) -> Everybody:
    """All users of a model; `timed`: whether it matters when they played what."""
    with opened.dataset.cursor() as cursor:
        found = cursor.execute(_OF_ALL % (_TIMED_PLAYS if timed else _PLAYS)).fetchnumpy()
    codes = np.array([opened.user_codes.get(key, -1) for key in opened.index_users], np.int64)
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
