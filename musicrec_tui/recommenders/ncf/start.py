"""The weights that training starts from, as `layout` names them: small random ones, or those of ALS.

From Keras's own (embeddings up to 0.05, Glorot's kernels) the network ranks by popularity alone for three epochs: GMF's
gradients are products of small numbers, of which each waits for the others to grow.

He et al. 2017 start NeuMF from GMF and MLP networks; ALS is found in a moment, and is the better start. Its vectors
become GMF's embeddings, the output layer sums their product, and the MLP's part in it is 0: before the first epoch the
network ranks as ALS does.
"""

import math

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.base import Fit, FloatArray
from musicrec_tui.recommenders.ncf import NcfParams, layout
from musicrec_tui.recommenders.shared_sink import Quiet

DEVIATION = 0.01
"""Of the embeddings, as He et al. 2017 have it."""
DECK_BOUND = 0.05
"""Of the embeddings of `deck`, which are uniform, as Keras draws them."""
SCALE = 10.0
"""ALS's scores are about 0 to 1, logits want to be larger."""


def first_weights(params: NcfParams, train: csr_matrix, seed: int) -> layout.Arrays:
    """Random weights; kernels as Keras draws them, uniform within Glorot's bound (Glorot & Bengio 2010).

    GMF starts as what it generalises, a dot product, with small embeddings, and the output's bias at the log odds of a
    heard pair, which is for classes of which one is rare (Lin et al. 2017, arXiv 1708.02002, section 3.3). `deck`
    starts as the original project's network did, with Keras's own weights.

    Args:
        params: of the network.
        train: (users, artists).
        seed: equal seeds give equal weights.
    """
    rng = np.random.default_rng(seed).spawn(1)[0]  # the generator itself draws the pairs
    deck = params.architecture == "deck"
    arrays: layout.Arrays = {}
    for name, shape in layout.shapes(params, *train.shape).items():
        if name.startswith("bias"):
            arrays[name] = np.zeros(shape, np.float32)
        elif name.startswith("kernel"):
            arrays[name] = _uniform(rng, math.sqrt(6 / sum(shape)), shape)
        else:
            arrays[name] = _uniform(rng, DECK_BOUND, shape) if deck else _normal(rng, shape)
    if not deck:
        arrays["bias_out"][:] = _log_odds(params, train)
    if "users_gmf" in arrays:
        arrays["kernel_out"][: params.factors] = 1
    return arrays


def _uniform(rng: np.random.Generator, bound: float, shape: tuple[int, ...]) -> FloatArray:
    """Numbers from -bound to bound."""
    drawn: FloatArray = rng.random(shape, np.float32)
    drawn *= np.float32(2 * bound)
    drawn -= np.float32(bound)
    return drawn


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Numbers around 0 with the deviation of embeddings."""
    drawn: FloatArray = rng.standard_normal(shape, np.float32)
    drawn *= np.float32(DEVIATION)
    return drawn


def _log_odds(params: NcfParams, train: csr_matrix) -> float:
    """Of a heard pair among those of an epoch; a softmax has no use for a bias."""
    if layout.by_softmax(params):
        return 0.0
    if params.negatives == "all":
        return math.log(train.nnz / max(1, math.prod(train.shape) - train.nnz))
    return -math.log(params.negatives)


def start_from_als(params: NcfParams, arrays: layout.Arrays, train: csr_matrix, fit: Fit) -> None:
    """Fit ALS of the GMF half's size on the same train part, and start from its factors.

    Its settings are those that the network's own were tuned with, not today's defaults.

    Args:
        params: of the network, which has a GMF half.
        arrays: its first weights, which are changed.
        train: (users, artists).
        fit: its seed and sink are used.
    """
    als = AlsRecommender(AlsParams(factors=params.factors, regularization=3.0, alpha=5.0))
    als.fit(train, Fit(fit.seed, Quiet(fit.sink)))
    vectors = als.arrays()
    for name in ("users", "artists"):
        arrays[f"{name}_gmf"] = vectors[name] * np.float32(SCALE**0.5)
    arrays["kernel_out"][:] = 0
    arrays["kernel_out"][: params.factors] = 1
    arrays["bias_out"][:] = -SCALE / 2  # a score of ½ is neither yes nor no
    fit.sink.log(f"The GMF half starts from ALS with {params.factors} factors.")
