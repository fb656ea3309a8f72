"""Who played what, and when, in a model's codes: in the index, or in what the model was trained on."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.dataset import interactions
from musicrec_tui.dataset.recipients import Recipient
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.recommenders.base import IntArray

Counts = NDArray[np.float64]
Instants = NDArray[np.int64]

UNKNOWN = -1
"""In the place of an instant: the time is not known, or there was no play."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PLAYS = "artist_code, plays"
_TIMED_PLAYS = f"{_PLAYS}, coalesce(epoch_us(last_at), {UNKNOWN}) AS last"

_OF_ONE = "SELECT %s FROM play WHERE user_code = $user"
_OF_ALL = "SELECT user_code, %s FROM play"


class Plays(NamedTuple):
    """What some users have played, over all artists of a model.

    Attributes:
        counts: (users, artists); 0: not heard.
        last: (users, artists) of the last play, in microseconds since 1970 UTC, or `UNKNOWN`.
    """

    counts: Counts
    last: Instants


def instant(moment: datetime | None) -> int:
    """A moment (UTC) in microseconds since 1970; `UNKNOWN` where there is none."""
    return (moment - _EPOCH) // timedelta(microseconds=1) if moment else UNKNOWN


def user_plays(opened: OpenedRun, key: str, *, timed: bool) -> Plays:
    """The plays of one user of the model or the index; `timed`: whether it matters when an artist was played."""
    columns = _TIMED_PLAYS if timed else _PLAYS
    with opened.dataset.cursor() as cursor:
        found = cursor.execute(_OF_ONE % columns, {"user": opened.index_user(key)}).fetchnumpy()
    artists = opened.from_index[found["artist_code"]]
    known = artists >= 0
    counts = np.zeros((1, len(opened.to_index)))
    counts[0, artists[known]] = found["plays"][known]
    if (user := opened.model.user_keys.code(key)) is not None:
        train = opened.model.train
        then = slice(train.indptr[user], train.indptr[user + 1])
        trained = train.indices[then]
        counts[0, trained] = np.maximum(counts[0, trained], train.data[then])
    if not timed:
        return Plays(counts, _timeless(counts))
    last = np.full(counts.shape, UNKNOWN, np.int64)
    last[0, artists[known]] = found["last"][known]
    return Plays(counts, last)


def newcomer_plays(opened: OpenedRun, recipient: Recipient) -> Plays:
    """The plays of a profile or of typed artists; typed ones have no time."""
    counts = np.zeros((1, len(opened.to_index)))
    last = np.full(counts.shape, UNKNOWN, np.int64)
    codes = opened.model.artist_keys.codes(list(recipient.plays))
    for code, (key, count) in zip(codes.tolist(), recipient.plays.items(), strict=True):
        if code >= 0:
            counts[0, code] = count
            last[0, code] = instant(recipient.last_at.get(key))
    return Plays(counts, last)


class PlayMatrix:
    """The plays of all users of a model, which gives those of some of them.

    Args:
        opened: the run on an index.
        timed: whether it matters when an artist was played.
    """

    def __init__(self, opened: OpenedRun, *, timed: bool) -> None:
        with opened.dataset.cursor() as cursor:
            found = cursor.execute(_OF_ALL % (_TIMED_PLAYS if timed else _PLAYS)).fetchnumpy()
        users, artists = opened.model_users()[found["user_code"]], found["artist_code"]
        plays = _matrix(opened, users, artists, found["plays"].astype(np.float64))
        self._counts = plays.maximum(opened.model.train.astype(np.float64))
        # Plus 1, so that none is 0: a sparse matrix leaves zeros out.
        self._last = _matrix(opened, users, artists, found["last"] + 1) if timed else None

    def profiles(self, users: IntArray) -> csr_matrix:
        """The plays of some users, to fold them in: (users, artists) float32."""
        return self._counts[users].astype(np.float32)

    def of(self, users: IntArray) -> Plays:
        """The plays of some users."""
        counts = self._counts[users].toarray()
        return Plays(counts, _timeless(counts) if self._last is None else self._last[users].toarray() - 1)


def disliked_pairs(opened: OpenedRun) -> csr_matrix:
    """(users, artists) of a model: a one for each pair that is disliked."""
    pairs = interactions.load_dislikes(opened.dataset).tocoo()
    return _matrix(opened, opened.model_users()[pairs.row], pairs.col, pairs.data)


def _timeless(counts: Counts) -> Instants:
    """No play's time is known."""
    return np.broadcast_to(np.int64(UNKNOWN), counts.shape)


def _matrix(opened: OpenedRun, users: IntArray, artists: IntArray, data: np.ndarray) -> csr_matrix:
    """Pairs of a model's users and an index's artists as a matrix of the model; what it does not know is left out."""
    items = opened.from_index[artists]
    known = (users >= 0) & (items >= 0)
    placed = csr_matrix((data[known], (users[known], items[known])), shape=opened.model.train.shape)
    placed.eliminate_zeros()
    return placed
