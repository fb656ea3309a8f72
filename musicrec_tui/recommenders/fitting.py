"""Whether a fit fits into memory: estimated from shapes and parameters, and refused before it starts."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.network_params import MultVaeParams, NcfParams
from musicrec_tui.recommenders.params import (
    AlsParams,
    BprParams,
    EaseParams,
    HybridParams,
    ItemKnnParams,
    Params,
    Rp3BetaParams,
    title,
)

_LESS = {
    "item_knn": "Lower `neighbours`.",
    "rp3beta": "Lower `neighbours`.",
    "ease": "Lower `memory_mb`.",
    "hybrid": "Name fewer members, or smaller ones.",
    "bpr": "Lower `factors`.",
    "als": "Lower `factors`.",
    "mult_vae": "Lower `hidden` or `batch`.",
    "ncf": "Lower `batch`, `factors` or the widths of `layers`; `negatives=all` needs the most.",
}
CACHE_BYTES = 600_000_000
"""Of the members' scores that a hybrid keeps while it tries weights."""
EQUATIONS_BYTES = 32_000_000
"""Of users' equations that ALS holds while it solves them."""
_PAIR = 12
"""Bytes of an entry of a sparse matrix."""
_COPIES = 6
"""Of the train matrix: the whole, the parts, their weights, and transposes."""
_BLOCKS = 256_000_000
"""What is held for a while, whatever the model: batches of scores, blocks of products, blocks of pairs."""


class Size(NamedTuple):
    """How large a train part is."""

    users: int
    artists: int
    pairs: int


def advice(model: str) -> str:
    """How a model's fit needs less memory."""
    return _LESS.get(model, "Use a smaller log.")


def needed_bytes(params: Params, size: Size) -> int:
    """The memory that a fit and its evaluation take at their peak, beside what the libraries do; an estimate."""
    return _BLOCKS + _COPIES * _PAIR * size.pairs + _model_bytes(params, size)


def _model_bytes(params: Params, size: Size) -> int:
    """What the model itself takes."""
    match params:
        case ItemKnnParams() | Rp3BetaParams():
            # Its blocks, and the matrix that they are put together to.
            return 2 * _PAIR * size.artists * min(params.neighbours, size.artists)
        case EaseParams():
            # Beside the table, what is said of an artist is kept as it is saved.
            return min(params.memory_mb * 2**20, 12 * size.artists**2)
        case HybridParams():
            # Beside the members, their scores while weights are tried.
            return min(CACHE_BYTES, 4 * size.users * size.artists * len(params.members))
        case BprParams():
            return 2 * 4 * (params.factors + 1) * (size.users + size.artists)
        case AlsParams():
            # float32 factors of both, the artists' once more in double precision, and the equations that are solved.
            return params.factors * (4 * size.users + 12 * size.artists) + EQUATIONS_BYTES
        case MultVaeParams():
            # Weights, Adam's two moments, gradients and the best epoch's copy; and a batch's logits.
            return 4 * (6 * 2 * params.hidden * size.artists + 4 * params.batch * size.artists)
        case NcfParams():
            width = params.factors + params.layers[0]
            # Weights, Adam's two moments and the gradient's sums; then the best epoch's and this one's copies.
            return 6 * 4 * width * (size.users + size.artists) + _dense_bytes(params)
        case _:
            return 4 * size.artists


def _dense_bytes(params: NcfParams) -> int:
    """A batch's signals in the dense layers, forward and backward."""
    widths = (2048, 1024, 512) if params.architecture == "deck" else params.layers
    return 2 * 4 * params.batch * (params.factors + sum(widths))


def refuse_what_cannot_fit(params: Params, size: Size, available: int, members: Sequence[Params] = ()) -> None:
    """Refuse a fit that needs more memory than there is.

    Args:
        params: of the model.
        size: of what it is to be fitted on.
        available: bytes.
        members: of the models that it joins.

    Raises:
        UserError: it cannot fit; the sentence says what to lower.
    """
    model = str(params.__struct_config__.tag)
    needed = sum(needed_bytes(part, size) for part in (params, *members))
    if needed > available:
        raise UserError(
            f"{title(model)} needs about {_told(needed)} of memory for {size.users:,} users, {size.artists:,} artists "
            f"and {size.pairs:,} pairs, and {_told(available)} is free. {advice(model)}",
            exit_code=1,
        )


def _told(size: int) -> str:
    """Bytes in words."""
    return f"{size / 2**30:,.1f} GB" if size >= 2**30 else f"{size / 2**20:,.0f} MB"
