"""Whether a fit fits into memory: estimated from shapes and parameters, and refused before it starts."""

from collections.abc import Sequence

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.params import PAIR_BYTES, Size
from musicrec_tui.recommenders.registry import Params

_COPIES = 6
"""Of the train matrix: the whole, the parts, their weights, and transposes."""
_BLOCKS = 256_000_000
"""What is held for a while, whatever the model: batches of scores, blocks of products, blocks of pairs."""


def advice(model: str) -> str:
    """How a model's fit needs less memory."""
    return registry.named(model).less if registry.is_model(model) else "Use a smaller log."


def needed_bytes(params: Params, size: Size) -> int:
    """The memory that a fit and its evaluation take at their peak, beside what the libraries do; an estimate."""
    return _BLOCKS + _COPIES * PAIR_BYTES * size.pairs + registry.named(params.model).needed_bytes(params, size)


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
    needed = sum(needed_bytes(part, size) for part in (params, *members))
    if needed > available:
        raise UserError(
            f"{registry.named(params.model).title} needs about {_told(needed)} of memory for {size.users:,} users, "
            f"{size.artists:,} artists and {size.pairs:,} pairs, and {_told(available)} is free. "
            f"{advice(params.model)}",
            exit_code=1,
        )


def _told(size: int) -> str:
    """Bytes in words."""
    return f"{size / 2**30:,.1f} GB" if size >= 2**30 else f"{size / 2**20:,.0f} MB"
