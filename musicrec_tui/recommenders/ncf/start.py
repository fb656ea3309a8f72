"""The weights that training starts from, where it does not start from ALS.

From Keras's own (embeddings up to 0.05, Glorot's kernels) the network ranks by popularity alone for three epochs: GMF's
gradients are products of small numbers, of which each waits for the others to grow.
"""

import math

import keras
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.ncf import layout
from musicrec_tui.recommenders.ncf.network import Network
from musicrec_tui.recommenders.network_params import NcfParams

DEVIATION = 0.01
"""Of the embeddings, as He et al. 2017 have it."""


def start_afresh(params: NcfParams, network: Network, train: csr_matrix) -> None:
    """Start GMF as what it generalises, a dot product, with small embeddings, and the bias at the odds of a heard pair.

    The bias is for classes of which one is rare (Lin et al. 2017, arXiv 1708.02002, section 3.3). The deck starts as it
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
