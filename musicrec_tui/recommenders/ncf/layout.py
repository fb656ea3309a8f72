"""What the networks' weights are called and how large they are: one page for Keras, NumPy and the files.

A network is tables (`users_*`, `artists_*`: an embedding for each row) and dense layers (`kernel_1`, `bias_1`, …,
`kernel_out`, `bias_out`, the last giving the logit).
"""

from typing import NamedTuple

from musicrec_tui.recommenders.ncf import DECK_LAYERS, NcfParams

WIDE = 32_000
"""Weights of dense layers from which matrix products are most of a step."""

_CAREFUL = 0.1
"""Of the step size: what starts from ALS is near its place."""

Shapes = dict[str, tuple[int, ...]]


def by_softmax(params: NcfParams) -> bool:
    """Whether it is trained by the sampled softmax; `deck` never is."""
    return params.loss == "softmax" and params.architecture != "deck"


def pretrained(params: NcfParams) -> bool:
    """Whether it starts from ALS, for which it needs a GMF half."""
    return params.pretrain == "als" and "gmf" in parts(params).names


def learning_rate(params: NcfParams) -> float:
    """Adam's step size: where it starts from ALS, a tenth of what is asked."""
    return params.learning_rate * (_CAREFUL if pretrained(params) else 1.0)


class Parts(NamedTuple):
    """The embeddings of an architecture, in the order in which they are joined.

    Attributes:
        names: `gmf` (or `dot` of `deck`: multiplied) and `mlp` (joined end to end).
        user, artist: the widths of each.
    """

    names: tuple[str, ...]
    user: tuple[int, ...]
    artist: tuple[int, ...]


def parts(params: NcfParams) -> Parts:
    """The embeddings; the MLP's first width is split over user and artist (at least 1 for each)."""
    if params.architecture == "deck":
        return Parts(("dot",), (params.factors,), (params.factors,))
    user = max(1, params.layers[0] // 2)
    widths = {"gmf": (params.factors, params.factors), "mlp": (user, max(1, params.layers[0] - user))}
    names = tuple(name for name in widths if params.architecture in (name, "neumf"))
    return Parts(names, tuple(widths[name][0] for name in names), tuple(widths[name][1] for name in names))


def hidden(params: NcfParams) -> tuple[int, ...]:
    """The widths of the dense layers before the last."""
    if params.architecture == "gmf":
        return ()
    return DECK_LAYERS if params.architecture == "deck" else params.layers[1:]


def shapes(params: NcfParams, users: int, artists: int) -> Shapes:
    """The name and shape of every array, in a fixed order."""
    embeddings = parts(params)
    result: Shapes = {}
    for name, user, artist in zip(*embeddings, strict=True):
        result |= {f"users_{name}": (users, user), f"artists_{name}": (artists, artist)}
    widths = dict(zip(embeddings.names, zip(embeddings.user, embeddings.artist, strict=True), strict=True))
    width = 1 if "dot" in widths else sum(widths.get("mlp", (0, 0)))
    for number, wide in enumerate(hidden(params), start=1):
        result |= {f"kernel_{number}": (width, wide), f"bias_{number}": (wide,)}
        width = wide
    joined = width + (params.factors if "gmf" in widths else 0)
    return result | {"kernel_out": (joined, 1), "bias_out": (1,)}
