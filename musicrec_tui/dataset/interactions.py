"""The users × artists matrices of an index: plays, with the keys of rows and columns, and dislikes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset

USER_KEYS = 'SELECT key FROM "user" ORDER BY code'
ARTIST_KEYS = "SELECT key FROM artist ORDER BY code"
_PLAYS = "SELECT user_code, artist_code, CAST(plays AS FLOAT) AS plays FROM play"
"""In the order of the table, which DuckDB keeps (`preserve_insertion_order`): by user, then by artist."""

_BATCH = 1_000_000


_DISLIKED = "SELECT user_code, artist_code FROM rating WHERE liking < 0 ORDER BY user_code, artist_code"


class Interactions(NamedTuple):
    """Who played what, how often.

    Attributes:
        plays: (users, artists) float32 CSR, sorted indices, no explicit zeros.
        user_keys, artist_keys: the text keys of rows and columns, which outlive the index.
    """

    plays: csr_matrix
    user_keys: list[str]
    artist_keys: list[str]


def load_interactions(dataset: Dataset) -> Interactions:
    """Read the matrix of an index.

    `play` is stored in the matrix's own order, so its columns are CSR's arrays already; they are filled batch by batch.

    Raises:
        UserError: the index is damaged.
    """
    user_keys = [str(key) for (key,) in dataset.query(USER_KEYS)]
    artist_keys = [str(key) for (key,) in dataset.query(ARTIST_KEYS)]
    shape, pairs = (len(user_keys), len(artist_keys)), dataset.info.plays
    # SciPy wants both index arrays of one type; int32 is half the memory and holds 2^31 pairs.
    kind = np.int32 if pairs < np.iinfo(np.int32).max else np.int64
    counts, indices, data = np.zeros(shape[0], np.int64), np.empty(pairs, kind), np.empty(pairs, np.float32)
    done = 0
    with dataset.relations() as cursor:
        for batch in cursor.sql(_PLAYS).to_arrow_reader(_BATCH):
            part = slice(done, done + batch.num_rows)
            users, indices[part], data[part] = (column.to_numpy() for column in batch.columns)
            counts += np.bincount(users, minlength=shape[0])
            done = part.stop
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(kind)
    plays = csr_matrix((data, indices, indptr), shape=shape)
    plays.has_canonical_format = True
    return Interactions(plays, user_keys, artist_keys)


def load_dislikes(dataset: Dataset) -> csr_matrix:
    """The disliked pairs: (users, artists) float32, a one for each, in the codes of the index.

    They are never recommended, and no candidates where models are evaluated.

    Raises:
        UserError: the index is damaged.
    """
    shape = (dataset.info.users, dataset.info.artists)
    if not dataset.info.disliked:
        return csr_matrix(shape, dtype=np.float32)
    with dataset.cursor() as cursor:
        columns = cursor.execute(_DISLIKED).fetchnumpy()
    ones = np.ones(len(columns["user_code"]), np.float32)
    return csr_matrix((ones, (columns["user_code"], columns["artist_code"])), shape=shape)


def dislikes_in_batches(dataset: Dataset) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """The disliked pairs as user and artist codes, by user and then by artist, some at a time.

    Raises:
        UserError: the index is damaged.
    """
    with dataset.relations() as cursor:
        for batch in cursor.sql(_DISLIKED).to_arrow_reader(_BATCH):
            users, artists = (column.to_numpy().astype(np.int32) for column in batch.columns)
            yield users, artists
