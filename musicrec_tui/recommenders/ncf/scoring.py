"""Scores of NCF networks in NumPy, equal to Keras's prediction (a test holds them to 1e-5).

Memory stays bounded: beside the result, (users, artists), nothing is larger than a tile of pairs.
"""

import itertools
import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.ncf import NcfParams, layout, piecewise

Logits = Callable[[IntArray], FloatArray]

_TILE = 1 << 18
"""Numbers in the widest array of a tile: 1 MB, so that a tile's passes stay near the processor's cache."""
_ACROSS = 1024
"""Artists of a tile: up to a million multiplications OpenBLAS does not copy its matrices first, and twice as fast."""
_FEW = 8
"""Up to so many users tiles have the maximum width: there, what Python does for a tile is most of its time."""
_WORTH_THREADS = 1 << 14
"""Scores below which starting threads costs more than it saves."""


def scorer(params: NcfParams, arrays: Mapping[str, NDArray[Any]]) -> Logits:
    """A function from user codes to the network's predictions, (users, artists) float32.

    They are between 0 and 1, or logits where a softmax was trained (whose logits may be too large for such numbers).
    """
    artists = len(next(array for name, array in arrays.items() if name.startswith("artists_")))
    parts = _parts(artists)
    logits = [_logits(params, _of_artists(arrays, part)) for part in parts]

    def scores(users: IntArray) -> FloatArray:
        result: FloatArray = np.empty((len(users), artists), np.float32)

        def fill(place: int) -> None:
            result[:, parts[place]] = _predicted(params, logits[place](users))

        _in_threads(fill, len(parts), result.size)
        return result

    return scores


def _parts(artists: int) -> list[slice]:
    """The artists in equal parts, one for each processor."""
    count = max(1, min(_processors(), artists))
    bounds = [artists * part // count for part in range(count + 1)]
    return [slice(*pair) for pair in itertools.pairwise(bounds)]


def _of_artists(arrays: Mapping[str, NDArray[Any]], some: slice | IntArray) -> dict[str, NDArray[Any]]:
    """A network that has some of the artists."""
    return {name: array[some] if name.startswith("artists_") else array for name, array in arrays.items()}


def _logits(params: NcfParams, arrays: Mapping[str, NDArray[Any]]) -> Logits:
    """A function from user codes to the output layer's sums, (users, artists)."""
    return _deck(arrays) if params.architecture == "deck" else _joined(params, arrays)


def _predicted(params: NcfParams, logits: FloatArray) -> FloatArray:
    """What the network says where these are its last layer's sums; written in their place."""
    if not layout.by_softmax(params):
        _sigmoid(logits)
    return logits


def pairs(params: NcfParams, arrays: Mapping[str, NDArray[Any]], users: IntArray, artists: IntArray) -> FloatArray:
    """The predictions of some users for some artists, (users, artists): those of a network that has no others."""
    small = {name: array[users] if name.startswith("users_") else array for name, array in arrays.items()}
    logits = _logits(params, _of_artists(small, artists))
    return _predicted(params, logits(np.arange(len(users), dtype=np.int32)))


def _in_threads(fill: Callable[[int], None], parts: int, scores: int) -> None:
    """Do the parts at once, where there is enough to do (NumPy lets go of the GIL)."""
    if parts < 2 or scores < _WORTH_THREADS:
        for part in range(parts):
            fill(part)
        return
    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(fill, range(parts)))


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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

    The first layer of [p, q] is p W_user + q W_artist: both are computed once, and a pair costs a comparison, for
    relu(x + c) = max(x, -c) + c, where what is added is the same for all artists and is sent through the layers above
    once for each user. Arrays are (users, width, artists): a long last axis is what the matrix product and the passes
    over a tile are fastest at.

    Args:
        arrays: the network's.
        out: the output layer's weights for the MLP's last layer, (width,).
    """
    *layers, _ = _dense(arrays)
    split = arrays["users_mlp"].shape[1]
    first, bias = layers[0] if layers else (out[:, None], np.zeros(1, np.float32))
    users: FloatArray = arrays["users_mlp"] @ first[:split] + bias
    artists: FloatArray = np.ascontiguousarray((arrays["artists_mlp"] @ first[split:]).T)
    if not layers:

        def add_line(codes: IntArray, result: FloatArray) -> None:
            result += users[codes] + artists

        return add_line
    widths = [len(bias) for _, bias in layers]
    widest = max(1, min(_TILE // max(widths), artists.shape[1]))
    kernels = [np.ascontiguousarray(kernel.T) for kernel, _ in layers[1:]]

    def add(codes: IntArray, result: FloatArray) -> None:
        wide = widest if len(codes) <= _FEW else min(widest, _ACROSS)
        high = max(1, _TILE // max(widths) // wide)
        room = [np.empty(high * width * wide, np.float32) for width in widths]
        for top in range(0, len(codes), high):
            added = _added(users[codes[top : top + high]], layers[1:])
            constant = (added[-1] @ out)[:, None]
            for left in range(0, artists.shape[1], wide):
                part = artists[:, left : left + wide]
                tiles = [
                    _corner(flat, len(constant), width, part.shape[1]) for flat, width in zip(room, widths, strict=True)
                ]
                np.maximum(part, -added[0][:, :, None], out=tiles[0])
                for below, tile, kernel, shift in zip(tiles, tiles[1:], kernels, added[1:], strict=False):
                    np.matmul(kernel, below, out=tile)
                    np.maximum(tile, -shift[:, :, None], out=tile)
                place = result[top : top + high, left : left + wide]
                place += out @ tiles[-1]
                place += constant

    return add


def _added(first: FloatArray, layers: list[piecewise.Dense]) -> list[FloatArray]:
    """What is added in each layer whatever the artist, (users, width) each: see `_tower`."""
    added = [first]
    for kernel, bias in layers:
        added.append(added[-1] @ kernel + bias)
    return added


def _corner(room: FloatArray, *shape: int) -> FloatArray:
    """A contiguous array of this shape in memory that is there already."""
    return room[: math.prod(shape)].reshape(shape)


def _sigmoid(logits: FloatArray) -> None:
    """The logistic function, in place; `expit` takes three times as long."""
    with np.errstate(over="ignore"):  # exp(-x) is infinite where the result is 0
        np.negative(logits, out=logits)
        np.exp(logits, out=logits)
        logits += 1
        np.reciprocal(logits, out=logits)
