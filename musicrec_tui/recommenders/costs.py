"""What training a model will cost on a log, roughly: seconds and memory, for the list of models. Light.

Seconds are those of `python -m benchmarks.models` (946 users, 11,401 artists, 37,162 pairs in train), scaled by what
the model's work grows with. An idle machine is faster, other parameters cost more or less: front ends mark it as an
estimate.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from musicrec_tui.recommenders import memory, registry
from musicrec_tui.recommenders.params import Size

_MEASURED = Size(946, 11_401, 37_162)
_START_SECONDS = 3.0
"""Of a worker: its libraries and the matrix."""
_LIBRARY_BYTES = 170_000_000
_TENSORFLOW_BYTES = 580_000_000
_TENSORFLOW_SECONDS = 8.0
_LARGEST_CUBE = 16_000
"""Artists that EASE keeps with its default memory."""


def _pairs(size: Size) -> float:
    return float(size.pairs)


def _cells(size: Size) -> float:
    return float(size.users) * size.artists


def _cube(size: Size) -> float:
    return float(min(size.artists, _LARGEST_CUBE)) ** 3


_FITS: dict[str, tuple[float, Callable[[Size], float]]] = {
    "popularity": (0.003, _pairs), "item_knn": (0.178, _pairs), "rp3beta": (0.07, _pairs), "ease": (1.82, _cube),
    "bpr": (4.31, _pairs), "als": (1.55, _pairs), "mult_vae": (48.9, _cells), "ncf": (21.2, _pairs),
    "hybrid": (4.93, _cube),
}  # fmt: skip
"""Seconds of a fit with default parameters, and what they grow with."""


class Cost(NamedTuple):
    """An estimate of what training with default parameters takes."""

    seconds: float
    memory_bytes: int


def estimated(model: str, size: Size) -> Cost:
    """The cost of training a model on a train part of this size; a hybrid's is that of its default members."""
    seconds, growth = _FITS[model]
    described = registry.named(model)
    params = described.params()
    tensorflow = described.neural is not None and described.neural.need(params) is not None
    start = _START_SECONDS + tensorflow * _TENSORFLOW_SECONDS
    fit = seconds * growth(size) / growth(_MEASURED)
    needed = memory.needed_bytes(params, size) + _LIBRARY_BYTES + tensorflow * _TENSORFLOW_BYTES
    return Cost(start + fit, needed)


class Abilities(NamedTuple):
    """What a model can do (a test holds this to `Recommender.capabilities`), without loading it.

    Attributes:
        reasons: "exact", "estimated" or "none".
        new_users: "yes", "estimated" (from similar users) or "no".
        similar: whether it knows similar artists.
        times: whether it needs the times of listens.
    """

    reasons: str
    new_users: str
    similar: bool
    times: bool = False


ABILITIES = {
    "als": Abilities("exact", "yes", similar=True),
    "ncf": Abilities("estimated", "estimated", similar=True),
    "ease": Abilities("exact", "yes", similar=True),
    "rp3beta": Abilities("exact", "yes", similar=True),
    "item_knn": Abilities("exact", "yes", similar=True),
    "bpr": Abilities("estimated", "estimated", similar=True),
    "mult_vae": Abilities("estimated", "yes", similar=True),
    "hybrid": Abilities("estimated", "yes", similar=True),
    "popularity": Abilities("none", "yes", similar=False),
}


def _of_extension(able: Collection[str]) -> Abilities:
    """What a model of another package can do, from the names of its capabilities."""
    reasons = "estimated" if "explain_estimate" in able else "exact" if "explain" in able else "none"
    newcomers = "estimated" if "fold_in_estimate" in able else "yes" if "fold_in" in able else "no"
    return Abilities(reasons, newcomers, similar="similar" in able)


def abilities_sentence(model: str) -> str:
    """What a model can do, in one line."""
    one = ABILITIES.get(model) or _of_extension(registry.of_extensions()[model].described.abilities)
    reasons = {"exact": "exact reasons", "estimated": "estimated reasons", "none": "no reasons"}[one.reasons]
    newcomers = {"yes": "new users", "estimated": "new users by similar ones", "no": "no new users"}[one.new_users]
    similar = "similar artists" if one.similar else "no similar artists"
    return " · ".join([reasons, newcomers, similar, "needs timestamps" if one.times else "works without timestamps"])


def cost_sentence(model: str, size: Size) -> str:
    """What a model costs on a log, in one line that says that it is an estimate."""
    if model not in registry.OWN:
        return f"of {registry.of_extensions()[model].installed.label}; what it costs on this log is not known"
    cost = estimated(model, size)
    seconds = f"{cost.seconds:.0f} s" if cost.seconds < 90 else f"{cost.seconds / 60:,.0f} min"
    mebibytes = cost.memory_bytes / 2**20
    told = f"{mebibytes:,.0f} MB" if mebibytes < 1024 else f"{mebibytes / 1024:,.1f} GB"
    return f"≈ {seconds} and ≈ {told} on this log, with defaults (estimated)"
