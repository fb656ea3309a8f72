"""Scores of NCF networks in NumPy, equal to Keras's prediction (a test holds them to 1e-5).

Memory stays bounded: beside the result, (users, artists), nothing is larger than a tile of pairs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.ncf import layout, piecewise
from musicrec_tui.recommenders.params import NcfParams

Logits = Callable[[IntArray], FloatArray]

_TILE = 1 << 18
"""Numbers in the widest array of a tile: 1 MB, so that a tile's passes stay in the processor's cache."""


def scorer(params: NcfParams, arrays: Mapping[str, NDArray[Any]]) -> Logits:
    """A function from user codes to the network's predictions, (users, artists) float32 between 0 and 1."""
    logits = _deck(arrays) if params.architecture == "deck" else _joined(params, arrays)

    def scores(users: IntArray) -> FloatArray:
        result = logits(users)
        expit(result, out=result)
        return result

    return scores


def _deck(arrays: Mapping[str, NDArray[Any]]) -> Logits:
    """The deck's network: a dot product, looked up in the table of its dense layers."""
    users, artists = arrays["users_dot"], arrays["artists_dot"]
    # No dot product is larger than the product of the longest vectors.
    reach = float(_longest(users) * _longest(artists)) * 1.001 + 1e-6
    places, values = piecewise.tabulate(_dense(arrays), -reach, reach)

    def logits(codes: IntArray) -> FloatArray:
        result: FloatArray = users[codes] @ artists.T
        for row in result:  # row by row, because interp makes float64 arrays
            row[:] = np.interp(row, places, values)
        return result

    return logits


def _longest(vectors: FloatArray) -> float:
    """The Euclidean length of the longest row; 0 where there is none."""
    return float(np.sqrt(np.einsum("ij,ij->i", vectors, vectors).max(initial=0)))


def _dense(arrays: Mapping[str, NDArray[Any]]) -> list[piecewise.Dense]:
    """(kernel, bias) of each dense layer, the output's last."""
    names = [str(number) for number in range(1, len(arrays)) if f"kernel_{number}" in arrays]
    return [(arrays[f"kernel_{name}"], arrays[f"bias_{name}"]) for name in [*names, "out"]]


def _joined(params: NcfParams, arrays: Mapping[str, NDArray[Any]]) -> Logits:
    """GMF, MLP or both: the logit is the sum of what the output layer makes of each part."""
    kernel, bias = arrays["kernel_out"][:, 0], float(arrays["bias_out"][0])
    names = layout.parts(params).names
    gmf = params.factors if "gmf" in names else 0
    tower = _tower(arrays, kernel[gmf:]) if "mlp" in names else None

    def logits(codes: IntArray) -> FloatArray:
        if gmf:
            result: FloatArray = (arrays["users_gmf"][codes] * kernel[:gmf]) @ arrays["artists_gmf"].T
        else:
            result = np.zeros((len(codes), len(arrays["artists_mlp"])), np.float32)
        result += np.float32(bias)
        if tower is not None:
            tower(codes, result)
        return result

    return logits


def _tower(arrays: Mapping[str, NDArray[Any]], out: FloatArray) -> Callable[[IntArray, FloatArray], None]:
    """A function that adds the MLP's part of the logits to a (users, artists) array.

    The first layer of [p, q] is p W_user + q W_artist: both are computed once, and a pair costs an addition.

    Args:
        arrays: the network's.
        out: the output layer's weights for the MLP's last layer, (width,).
    """
    layers = _dense(arrays)[:-1]
    split = arrays["users_mlp"].shape[1]
    first = layers[0][0] if layers else out[:, None]
    user_part: FloatArray = arrays["users_mlp"] @ first[:split]
    artist_part: FloatArray = arrays["artists_mlp"] @ first[split:]
    if not layers:
        return lambda codes, result: np.add(result, user_part[codes] + artist_part.T, out=result) and None
    artist_part += layers[0][1]
    widest = max(len(bias) for _, bias in layers)
    pairs = max(1, _TILE // widest)

    def add(codes: IntArray, result: FloatArray) -> None:
        wide = min(pairs, len(artist_part))
        high = max(1, pairs // max(1, wide))
        for top in range(0, len(codes), high):
            own = user_part[codes[top : top + high], None, :]
            for left in range(0, len(artist_part), wide):
                tile = _climb(own + artist_part[left : left + wide], layers[1:], out)
                result[top : top + high, left : left + wide] += tile.reshape(len(own), -1)

    return add


def _climb(signal: FloatArray, layers: list[piecewise.Dense], out: FloatArray) -> FloatArray:
    """From the first layer before its ReLU, (users, artists, width), to the MLP's part of the logit, (pairs,)."""
    signal = signal.reshape(-1, signal.shape[-1])
    np.maximum(signal, 0, out=signal)
    for kernel, bias in layers:
        signal = signal @ kernel
        signal += bias
        np.maximum(signal, 0, out=signal)
    result: FloatArray = signal @ out
    return result
