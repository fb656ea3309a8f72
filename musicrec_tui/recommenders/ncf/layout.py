"""The networks' weights and layers by name and size: one page for NumPy, Keras, the files and the summary.

A network is tables (`users_*`, `artists_*`: an embedding for each row) and dense layers (`kernel_1`, `bias_1`, …,
`kernel_out`, `bias_out`, the last giving the logit).
"""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from musicrec_tui.recommenders.ncf.params import DECK_LAYERS, NcfParams

if TYPE_CHECKING:
    from numpy.typing import NDArray  # front ends ask `is_small`, and must not load NumPy for it

WIDE = 32_000
"""Weights of dense layers from which matrix products are most of a step."""

_CAREFUL = 0.1
"""Of the step size: what starts from ALS is near its place."""

Shapes = dict[str, tuple[int, ...]]
Arrays = dict[str, "NDArray[Any]"]
"""The weights of a network, float32, by the names of `shapes`."""


def is_small(params: NcfParams) -> bool:
    """Whether NumPy trains it, and faster on a processor than TensorFlow, whose wide matrix products have threads."""
    dense = sum(math.prod(shape) for shape in shapes(params, users=0, artists=0).values())
    return params.architecture != "deck" and not by_softmax(params) and dense <= WIDE


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


def copied(arrays: Arrays) -> Arrays:
    """The weights as they are now: training changes its own in place."""
    return {name: array.astype("float32") for name, array in arrays.items()}


def summary(params: NcfParams, users: int, artists: int) -> tuple[list[tuple[str, str, int]], int]:
    """Name, output shape and number of weights of each layer, and the number of all weights.

    They are the layers of the Keras model (`network.build`), by the same names (a test compares them).
    """
    embeddings, weights = (
        parts(params),
        {name: math.prod(shape) for name, shape in shapes(params, users, artists).items()},
    )
    layers: list[tuple[str, tuple[int, ...], int]] = [("user", (), 0), ("artist", (), 0)]
    for name, user, artist in zip(*embeddings, strict=True):
        layers += [(f"user_{name}", (user,), weights[f"users_{name}"])]
        layers += [(f"artist_{name}", (artist,), weights[f"artists_{name}"])]
    layers += [_joint(*part) for part in zip(*embeddings, strict=True)]
    for number, width in enumerate(hidden(params), start=1):
        layers.append((f"dense_{number}", (width,), weights[f"kernel_{number}"] + weights[f"bias_{number}"]))
        if params.architecture == "deck" and params.dropout:
            layers.append((f"dropout_{number}", (width,), 0))
    if params.architecture == "neumf":
        layers.append(("gmf_and_mlp", (shapes(params, users, artists)["kernel_out"][0],), 0))
    layers += [("logit", (1,), weights["kernel_out"] + weights["bias_out"]), ("score", (1,), 0)]
    shown = [
        (name, f"({', '.join(['batch', *map(str, shape)])}{'' if shape else ','})", count)
        for name, shape, count in layers
    ]
    return shown, sum(weights.values())


def _joint(name: str, user: int, artist: int) -> tuple[str, tuple[int, ...], int]:
    """What joins the embeddings of user and artist: their product, dot product, or both end to end."""
    joints = {"gmf": ("product", user), "dot": ("dot_product", 1), "mlp": ("user_and_artist", user + artist)}
    layer, width = joints[name]
    return layer, (width,), 0
