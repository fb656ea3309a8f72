"""The fit of SLIM: one ElasticNet for each artist."""

import warnings

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet

from musicrec_tui.recommenders.base import Fit

_REPORTED = 20
"""Artists between two reports of progress, at each of which a cancellation ends the fit."""


def learn(heard: csr_matrix, params, fit: Fit) -> csr_matrix:
    """S, (artists, artists) float32: S(j, i) is what j says about i.

    Args:
        heard: (users, artists), a one for each pair.
        params: `SlimParams`.
        fit: the seed and the sink.
    """
    artists = heard.shape[1]
    columns = heard.tocsc()
    together = (heard.T @ heard).tocsr()
    strength = params.l1 + params.l2
    net = ElasticNet(
        alpha=strength, l1_ratio=params.l1 / strength, fit_intercept=False, positive=True, max_iter=100, tol=1e-3,
        selection="random", random_state=fit.seed % 2**32,
    )  # fmt: skip
    rows, places, values = [], [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for artist in range(artists):
            if artist % _REPORTED == 0:
                fit.sink.progress(artist, artists)
            near = _nearest(together, artist, params.neighbours)
            if not len(near):
                continue
            net.fit(columns[:, near], columns[:, artist].toarray().ravel())
            said = np.flatnonzero(net.coef_)
            rows.append(near[said])
            places.append(np.full(len(said), artist, np.int32))
            values.append(net.coef_[said].astype(np.float32))
    fit.sink.progress(artists, artists)
    if not rows:
        return csr_matrix((artists, artists), dtype=np.float32)
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(places))), (artists, artists))


def _nearest(together: csr_matrix, artist: int, most: int) -> np.ndarray:
    """The artists with most listeners in common, ascending by code; itself is none of them."""
    own = slice(together.indptr[artist], together.indptr[artist + 1])
    others, common = together.indices[own], together.data[own]
    known = others != artist
    others, common = others[known], common[known]
    return np.sort(others[np.argsort(-common, kind="stable")[:most]]).astype(np.int32)
