"""From parameters to a recommender. A model's libraries are loaded with its class, not before."""

import contextlib
import importlib
from collections.abc import Sequence
from typing import Any, cast

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import neural, registry
from musicrec_tui.recommenders.base import Recommender
from musicrec_tui.recommenders.registry import Params


def recommender_class(model: str) -> type[Recommender]:
    """The class of a model.

    Raises:
        UserError: no model has that name.
    """
    described = registry.named(model)
    module, _, name = described.recommender.partition(":")
    place = module if described.distribution else f"musicrec_tui.recommenders.{module}"
    return cast("type[Recommender]", getattr(importlib.import_module(place), name))


def create(params: Params, members: Sequence[tuple[Params, int]] = ()) -> Recommender:
    """A recommender with these parameters, not yet fitted.

    What fits it is loaded here where it can be, so that the seconds of a fit are the fit's.

    Args:
        params: its parameters.
        members: where it joins others, the parameters and the seed of each.
    """
    model = registry.named(params.model)
    load_fit(params)
    kind: Any = recommender_class(params.model)
    if model.members:
        return cast("Recommender", kind(params, [(create(own), seed) for own, seed in members]))
    return cast("Recommender", kind(params))


def load_fit(params: Params) -> None:
    """Load what fits a model; where that cannot be, `fit` has the sentence for it."""
    if module := registry.named(params.model).fit_module:
        importlib.import_module(module)
    if neural.used(params):
        with contextlib.suppress(UserError):
            neural.load(params)
