"""From a model's name to its class. A model's libraries are loaded with its class, not before."""

import importlib
from collections.abc import Sequence
from typing import Any, cast

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.base import Recommender
from musicrec_tui.recommenders.params import HybridParams, Params

# Module names as text and not as imports: who only looks at ALS loads nothing of NCF.
_CLASSES = {
    "popularity": ("musicrec_tui.recommenders.popularity", "PopularityRecommender"),
    "item_knn": ("musicrec_tui.recommenders.item_knn", "ItemKnnRecommender"),
    "rp3beta": ("musicrec_tui.recommenders.rp3beta", "Rp3BetaRecommender"),
    "ease": ("musicrec_tui.recommenders.ease", "EaseRecommender"),
    "bpr": ("musicrec_tui.recommenders.bpr", "BprRecommender"),
    "mult_vae": ("musicrec_tui.recommenders.mult_vae.model", "MultVaeRecommender"),
    "hybrid": ("musicrec_tui.recommenders.hybrid", "HybridRecommender"),
    "als": ("musicrec_tui.recommenders.als", "AlsRecommender"),
    "ncf": ("musicrec_tui.recommenders.ncf.model", "NcfRecommender"),
}


def recommender_class(model: str) -> type[Recommender]:
    """The class of a model.

    Raises:
        UserError: no model has that name.
    """
    if model not in _CLASSES:
        raise UserError(f"There is no model named {model!r}; the models are {', '.join(_CLASSES)}.")
    module, name = _CLASSES[model]
    return cast("type[Recommender]", getattr(importlib.import_module(module), name))


def create(params: Params, members: Sequence[tuple[Params, int]] = ()) -> Recommender:
    """A recommender with these parameters, not yet fitted.

    What ALS needs to be fitted is loaded here, so that the seconds of a fit are the fit's; TensorFlow is not.

    Args:
        params: its parameters.
        members: of a hybrid, the parameters and the seed of each member.
    """
    if model_name(params) == "als":
        importlib.import_module("musicrec_tui.recommenders.als_fit")
    kind: Any = recommender_class(model_name(params))
    if isinstance(params, HybridParams):
        return cast("Recommender", kind(params, [(create(own), seed) for own, seed in members]))
    return cast("Recommender", kind(params))


def model_name(params: Params) -> str:
    """The name of the model that the parameters are for."""
    return str(params.__struct_config__.tag)
