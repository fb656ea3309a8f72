"""Prints what a model of another package says of itself: `python -m musicrec_tui.recommenders.describe MODULE:NAME`.

The one process that imports an extension to describe it (see `extensions` and `describing`).
"""

import importlib
import math
from typing import Any, Literal, get_args, get_origin

import msgspec

from musicrec_tui.describing import answer
from musicrec_tui.recommenders.base import Capabilities
from musicrec_tui.recommenders.extensions import Description, Parameter, params_of
from musicrec_tui.recommenders.param_fields import unwrapped
from musicrec_tui.recommenders.params import Model, ModelParams, Size

_BOUNDS = ("ge", "gt", "le", "lt")
_METHODS = ("fit", "scores", "fold_in", "similar", "explain", "explain_profile", "arrays", "restore")
_TAKEN = ("model",)
_SIZE = Size(100, 100, 1000)


def described(value: str) -> Description:
    """The description of the model at "module:attribute".

    Raises:
        TypeError: it is no `params.Model`, has no class that fits it, or a parameter that forms cannot show.
    """
    module, _, name = value.partition(":")
    model = getattr(importlib.import_module(module), name)
    if not isinstance(model, Model) or not isinstance(model.params, type) or not issubclass(model.params, ModelParams):
        raise TypeError(f"{value} is no Model of musicrec_tui.recommenders.params")
    place, _, kind = model.recommender.partition(":")
    recommender = getattr(importlib.import_module(place), kind)
    if missing := [name for name in _METHODS if not callable(getattr(recommender, name, None))]:
        raise TypeError(f"{model.recommender} is no Recommender: it lacks {', '.join(missing)}")
    capabilities = recommender.capabilities
    if not isinstance(capabilities, Capabilities):
        raise TypeError(f"the capabilities of {model.recommender} are no Capabilities")
    found = Description(
        name=model.name, title=model.title, sentence=model.sentence, recommender=model.recommender, less=model.less,
        parameters=tuple(_parameter(field) for field in msgspec.structs.fields(model.params)),
        fit_module=model.fit_module, staged_by=model.staged_by,
        abilities=tuple(name for name in capabilities.__struct_fields__ if getattr(capabilities, name)),
    )  # fmt: skip
    found = msgspec.convert(msgspec.to_builtins(found), Description)  # a title that is no text, and the like
    params = params_of(found)
    if found.staged_by and found.staged_by not in params.__struct_fields__:
        raise TypeError(f"staged_by is {found.staged_by}, which is no parameter")
    needed = model.needed_bytes(params(), _SIZE), model.effort(params())
    if not all(isinstance(one, int | float) and math.isfinite(one) and one >= 0 for one in needed):
        raise TypeError(f"needed_bytes and effort must give numbers, 0 or more, not {needed}")
    return found


def _parameter(field: msgspec.structs.FieldInfo) -> Parameter:
    """One parameter."""
    meta, bare = unwrapped(field.type)
    choices = get_args(bare) if get_origin(bare) is Literal else ()
    if (bare not in (int, float) and not choices) or not all(isinstance(one, str) for one in choices):
        raise TypeError(f"its parameter {field.name} is {bare}; parameters are int, float or Literal of texts")
    if field.required or not isinstance(field.default, int | float | str):
        raise TypeError(f"its parameter {field.name} has no default that a form can show")
    if isinstance(field.default, float) and not math.isfinite(field.default):
        raise TypeError(f"its parameter {field.name} has the default {field.default}")
    if field.name in _TAKEN:
        raise TypeError(f"a parameter cannot be named {field.name}")
    extra: dict[str, Any] = dict(meta.extra_json_schema or {})
    _check_range(field.name, bare, extra.get("tune"))
    bounds = {name: bound for name in _BOUNDS if (bound := getattr(meta, name)) is not None}
    kind: Literal["int", "float", "choice"] = "choice" if choices else "int" if bare is int else "float"
    return Parameter(field.name, kind, field.default, meta.description or "", bounds, extra, choices)


def _check_range(name: str, bare: Any, tune: Any) -> None:
    """Refuse what a search cannot try."""
    if tune is None:
        return
    if bare in (int, float):
        fits = len(tune) in (2, 3) and all(isinstance(one, int | float) for one in tune[:2]) and tune[0] < tune[1]
        fits = fits and (len(tune) == 2 or (tune[2] == "log" and tune[0] > 0))
    else:
        fits = bool(tune) and set(tune) <= set(get_args(bare))
    if not fits:
        raise TypeError(f"its parameter {name} has a range that a search cannot try: {tune}")


if __name__ == "__main__":
    answer(described)
