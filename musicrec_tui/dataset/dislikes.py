"""Who dislikes whom: what is never recommended, and no candidate where models are evaluated."""

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset

_DISLIKED = "SELECT user_code, artist_code FROM rating WHERE liking < 0 ORDER BY user_code, artist_code"


def load(dataset: Dataset) -> csr_matrix:
    """The disliked pairs of an index: (users, artists) float32, a one for each, in the codes of the index.

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
