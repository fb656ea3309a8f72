"""Mult-VAE's arrays, and its scores in NumPy, equal to Keras's (a test holds them to 1e-5)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import softmax

from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.recommenders.mult_vae import MultVaeParams

Arrays = Mapping[str, NDArray[Any]]
LAYERS = ("encoder", "latent", "decoder", "out")
"""The dense layers, in order; each has a `kernel_` and a `bias_`."""


def shapes(params: MultVaeParams, artists: int) -> dict[str, tuple[int, ...]]:
    """The name and shape of every array; the latent layer gives means and, behind them, logarithms of variances."""
    widths = (artists, params.hidden, 2 * params.latent, params.hidden, artists)
    given = (artists, params.hidden, params.latent, params.hidden)
    result: dict[str, tuple[int, ...]] = {}
    for name, low, high in zip(LAYERS, given, widths[1:], strict=True):
        result |= {f"kernel_{name}": (low, high), f"bias_{name}": (high,)}
    return result


def unit_rows(plays: csr_matrix) -> csr_matrix:
    """What the encoder sees: ones for a person's artists, divided so that the row has length 1."""
    counts = np.diff(plays.indptr)
    data = np.repeat(1 / np.sqrt(np.maximum(1, counts)), counts).astype(np.float32)
    return csr_matrix((data, plays.indices, plays.indptr), shape=plays.shape)


def scores(arrays: Arrays, plays: csr_matrix) -> FloatArray:
    """The probability that the next artist is this one, (rows, artists) float32; the mean of the latent is taken."""
    latent = len(arrays["kernel_decoder"])
    signal = np.tanh(unit_rows(plays) @ arrays["kernel_encoder"] + arrays["bias_encoder"])
    signal = signal @ arrays["kernel_latent"][:, :latent] + arrays["bias_latent"][:latent]
    signal = np.tanh(signal @ arrays["kernel_decoder"] + arrays["bias_decoder"])
    logits: FloatArray = signal @ arrays["kernel_out"]
    logits += arrays["bias_out"]
    probabilities: FloatArray = softmax(logits, axis=1)
    return probabilities
