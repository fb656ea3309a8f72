"""The users × artists matrix of plays, with the keys of its rows and columns."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset

_PLAYS = "SELECT user_code, artist_code, CAST(plays AS FLOAT) AS plays FROM play ORDER BY user_code, artist_code"


class Interactions(NamedTuple):
    """Who played what, how often.

    Attributes:
        plays: (users, artists) float32 CSR, sorted indices, no explicit zeros.
        user_keys, artist_keys: the text keys of rows and columns, which outlive the index.
    """

    plays: csr_matrix
    user_keys: list[str]
    artist_keys: list[str]


def load(dataset: Dataset) -> Interactions:
    """Read the matrix of an index.

    `play` is stored in the matrix's own order, so its columns are CSR's arrays already.

    Raises:
        UserError: the index is damaged.
    """
    with dataset.cursor() as cursor:
        columns = cursor.execute(_PLAYS).fetchnumpy()
    user_keys = [str(key) for (key,) in dataset.query('SELECT key FROM "user" ORDER BY code')]
    artist_keys = [str(key) for (key,) in dataset.query("SELECT key FROM artist ORDER BY code")]
    shape = (len(user_keys), len(artist_keys))
    indptr = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(columns["user_code"], minlength=shape[0]), out=indptr[1:])
    # SciPy wants both index arrays of one type; int32 is half the memory and holds 2^31 pairs.
    kind = np.int32 if indptr[-1] < np.iinfo(np.int32).max else np.int64
    plays = csr_matrix(
        (
            np.asarray(columns["plays"], dtype=np.float32),
            np.asarray(columns["artist_code"], dtype=kind),
            indptr.astype(kind),
        ),
        shape=shape,
    )
    plays.has_canonical_format = True
    return Interactions(plays, user_keys, artist_keys)
