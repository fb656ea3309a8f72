"""The weights that training starts from: small random ones, or those of ALS.

From Keras's own (embeddings up to 0.05, Glorot's kernels) the network ranks by popularity alone for three epochs: GMF's
gradients are products of small numbers, of which each waits for the others to grow.

He et al. 2017 start NeuMF from GMF and MLP networks; ALS is found in a moment, and is the better start. Its vectors
become GMF's embeddings, the output layer sums their product, and the MLP's part in it is 0: before the first epoch the
network ranks as ALS does.
"""

import math

import keras
import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.ncf import NcfParams, layout
from musicrec_tui.recommenders.ncf.network import Network
from musicrec_tui.recommenders.shared_sink import Quiet

DEVIATION = 0.01
"""Of the embeddings, as He et al. 2017 have it."""
SCALE = 10.0
"""ALS's scores are about 0 to 1, logits want to be larger."""


def start_afresh(params: NcfParams, network: Network, train: csr_matrix) -> None:
    """Start GMF as what it generalises, a dot product, with small embeddings, and the bias at the odds of a heard pair.

    The bias is for classes of which one is rare (Lin et al. 2017, arXiv 1708.02002, section 3.3). `deck` starts as it
    did.

    Args:
        params: of the network.
        network: fresh; its weights are changed.
        train: (users, artists).
    """
    if params.architecture == "deck":
        return
    for layer in [*network.users, *network.artists]:
        layer.embeddings.assign(keras.initializers.RandomNormal(stddev=DEVIATION)(layer.embeddings.shape))
    kernel, bias = network.head.logit.get_weights()
    if "gmf" in network.head.names:
        kernel[: params.factors] = 1
    bias[:] = _log_odds(params, train)
    network.head.logit.set_weights([kernel, bias])


def _log_odds(params: NcfParams, train: csr_matrix) -> float:
    """Of a heard pair among those of an epoch; a softmax has no use for a bias."""
    if layout.by_softmax(params):
        return 0.0
    if params.negatives == "all":
        return math.log(train.nnz / max(1, math.prod(train.shape) - train.nnz))
    return -math.log(params.negatives)


def start_from_als(params: NcfParams, network: Network, train: csr_matrix, fit: Fit) -> None:
    """Fit ALS of the GMF half's size on the same train part, and start from its factors.

    Its settings are those that the network's own were tuned with, not today's defaults.

    Args:
        params: of the network, which has a GMF half.
        network: fresh; its weights are changed.
        train: (users, artists).
        fit: its seed and sink are used.
    """
    als = AlsRecommender(AlsParams(factors=params.factors, regularization=3.0, alpha=5.0))
    als.fit(train, Fit(fit.seed, Quiet(fit.sink)))
    place = network.head.names.index("gmf")
    vectors = als.arrays()
    for layers, name in ((network.users, "users"), (network.artists, "artists")):
        layers[place].set_weights([vectors[name] * np.float32(SCALE**0.5)])
    kernel, bias = network.head.logit.get_weights()
    kernel[:] = 0
    kernel[: params.factors] = 1
    bias[:] = -SCALE / 2  # a score of ½ is neither yes nor no
    network.head.logit.set_weights([kernel, bias])
    fit.sink.log(f"The GMF half starts from ALS with {params.factors} factors.")
