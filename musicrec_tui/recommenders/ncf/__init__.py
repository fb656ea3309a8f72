"""Neural collaborative filtering: what it says of itself."""

from musicrec_tui.recommenders.ncf import layout
from musicrec_tui.recommenders.ncf.params import DECK_LAYERS, NcfParams
from musicrec_tui.recommenders.params import Model, Need, Neural, Size

__all__ = ["MODEL", "NcfParams"]


def _needed_bytes(params: NcfParams, size: Size) -> int:
    """Weights, Adam's two moments, the gradient's sums, two copies; and a batch's signals, forward and backward."""
    tables = 6 * 4 * (params.factors + params.layers[0]) * (size.users + size.artists)
    widths = DECK_LAYERS if params.architecture == "deck" else params.layers
    return tables + 2 * 4 * params.batch * (params.factors + sum(widths))


def _need(params: NcfParams) -> Need | None:
    """What makes a network too large for NumPy, or is trained by TensorFlow alone."""
    if params.architecture == "deck":
        return Need("architecture", "NCF with architecture=deck")
    if params.loss == "softmax":
        return Need("loss", "NCF with loss=softmax")
    if not layout.is_small(params):
        widths = ",".join(map(str, params.layers))
        return Need("layers", f"NCF with layers={widths} (more than {layout.WIDE:,} weights)")
    return None


MODEL = Model(
    params=NcfParams,
    title="NCF",
    recommender="ncf.model:NcfRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `batch`, `factors` or the widths of `layers`; `negatives=all` needs the most.",
    fit_module="musicrec_tui.recommenders.ncf.training",
    neural=Neural(
        "musicrec_tui.recommenders.ncf.neural_training",
        "architecture=deck, loss=softmax, layers of more than 32,000 weights, training on a GPU",
        _need,
    ),
)
