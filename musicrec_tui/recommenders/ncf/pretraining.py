"""The GMF half starts from ALS: what a dot product can say is there before the first epoch.

He et al. 2017 start NeuMF from GMF and MLP networks; ALS is found in a moment, and is the better start. Its vectors
become GMF's embeddings, the output layer sums their product, and the MLP's part in it is 0: before the first epoch the
network ranks as ALS does.
"""

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.als import AlsRecommender
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.ncf.network import Network
from musicrec_tui.recommenders.network_params import NcfParams
from musicrec_tui.recommenders.params import AlsParams
from musicrec_tui.recommenders.shared_sink import Quiet

SCALE = 10.0
"""ALS's scores are about 0 to 1, logits want to be larger."""


def start_from_als(params: NcfParams, network: Network, train: csr_matrix, fit: Fit) -> None:
    """Fit ALS with its defaults, of the GMF half's size, on the same train part, and start from its factors.

    Args:
        params: of the network, which has a GMF half.
        network: fresh; its weights are changed.
        train: (users, artists).
        fit: its seed and sink are used.
    """
    als = AlsRecommender(AlsParams(factors=params.factors))
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
