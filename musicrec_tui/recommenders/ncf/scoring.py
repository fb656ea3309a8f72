"""Scores of NCF networks in NumPy, equal to Keras's prediction (a test holds them to 1e-5).

Memory stays bounded: beside the result, (users, artists), nothing is larger than a tile of pairs.
"""

import itertools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.ncf import layout, piecewise
from musicrec_tui.recommenders.params import NcfParams

Logits = Callable[[IntArray], FloatArray]

_TILE = 1 << 19
"""Numbers in the widest array of a tile: 2 MB, so that a tile's passes stay near the processor's cache."""
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
            own = result[:, parts[place]]
            own[:] = logits[place](users)
            if not layout.by_softmax(params):
                expit(own, out=own)

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


def pairs(params: NcfParams, arrays: Mapping[str, NDArray[Any]], users: IntArray, artists: IntArray) -> FloatArray:
    """The predictions of some users for some artists, (users, artists): those of a network that has no others."""
    small = {name: array[users] if name.startswith("users_") else array for name, array in arrays.items()}
    return scorer(params, _of_artists(small, artists))(np.arange(len(users), dtype=np.int32))


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

    The first layer of [p, q] is p W_user + q W_artist: both are computed once, and a pair costs an addition. Arrays
    are (width, pairs): a long last axis is what the matrix product and the passes over a tile are fastest at.

    Args:
        arrays: the network's.
        out: the output layer's weights for the MLP's last layer, (width,).
    """
    *layers, _ = _dense(arrays)
    split = arrays["users_mlp"].shape[1]
    first = layers[0][0] if layers else out[:, None]
    users: FloatArray = np.ascontiguousarray((arrays["users_mlp"] @ first[:split]).T)
    artists: FloatArray = np.ascontiguousarray((arrays["artists_mlp"] @ first[split:]).T)
    if not layers:

        def add_line(codes: IntArray, result: FloatArray) -> None:
            result += users[0, codes, None] + artists[0]

        return add_line
    artists += layers[0][1][:, None]
    wide = max(1, min(_TILE // max(len(bias) for _, bias in layers), artists.shape[1]))
    high = max(1, _TILE // max(len(bias) for _, bias in layers) // wide)
    above = [(np.ascontiguousarray(kernel.T), bias[:, None]) for kernel, bias in layers[1:]]

    def add(codes: IntArray, result: FloatArray) -> None:
        room = [np.empty((len(bias), high * wide), np.float32) for _, bias in layers]
        for top in range(0, len(codes), high):
            own = users[:, codes[top : top + high], None]
            for left in range(0, artists.shape[1], wide):
                part = artists[:, None, left : left + wide]
                shape = (own.shape[1], part.shape[2])
                tiles = [_corner(array, shape[0] * shape[1]) for array in room]
                np.add(own, part, out=tiles[0].reshape(-1, *shape))
                result[top : top + high, left : left + wide] += (out @ _climb(tiles, above)).reshape(shape)

    return add


def _corner(room: FloatArray, pairs: int) -> FloatArray:
    """A contiguous (width, pairs) array in memory that is there already."""
    return room.reshape(-1)[: len(room) * pairs].reshape(len(room), pairs)


def _climb(tiles: list[FloatArray], layers: list[piecewise.Dense]) -> FloatArray:
    """From the first layer before its ReLU to the last after it, (width, pairs), each written into its tile."""
    np.maximum(tiles[0], 0, out=tiles[0])
    for below, tile, (kernel, bias) in zip(tiles, tiles[1:], layers, strict=False):
        np.matmul(kernel, below, out=tile)
        np.add(tile, bias, out=tile)
        np.maximum(tile, 0, out=tile)
    return tiles[-1]
