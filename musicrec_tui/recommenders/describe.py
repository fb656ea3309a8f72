"""Prints what a model of another package says of itself: `python -m musicrec_tui.recommenders.describe MODULE:NAME`.

The one process that imports an extension to describe it (see `extensions`).
"""

import importlib
import os
import sys
from typing import Any, Literal, get_args, get_origin

import msgspec

from musicrec_tui.recommenders.extensions import Description, Fault, Parameter
from musicrec_tui.recommenders.param_fields import unwrapped
from musicrec_tui.recommenders.params import Model, ModelParams
from musicrec_tui.text import printable

_BOUNDS = ("ge", "gt", "le", "lt")


def described(value: str) -> Description:
    """The description of the model at "module:attribute".

    Raises:
        TypeError: it is no `params.Model`, or a parameter has a type that forms cannot show.
    """
    module, _, name = value.partition(":")
    model = getattr(importlib.import_module(module), name)
    if not isinstance(model, Model) or not issubclass(model.params, ModelParams):
        raise TypeError(f"{value} is no Model of musicrec_tui.recommenders.params")
    place, _, kind = model.recommender.partition(":")
    capabilities = getattr(importlib.import_module(place), kind).capabilities
    return Description(
        name=model.name, title=model.title, sentence=model.sentence, recommender=model.recommender, less=model.less,
        parameters=tuple(_parameter(field) for field in msgspec.structs.fields(model.params)),
        fit_module=model.fit_module, staged_by=model.staged_by,
        abilities=tuple(name for name in getattr(capabilities, "__struct_fields__", ()) if getattr(capabilities, name)),
    )  # fmt: skip


def _parameter(field: msgspec.structs.FieldInfo) -> Parameter:
    """One parameter."""
    meta, bare = unwrapped(field.type)
    choices = get_args(bare) if get_origin(bare) is Literal else ()
    if bare not in (int, float) and not choices:
        raise TypeError(f"its parameter {field.name} is {bare}; parameters are int, float or Literal of texts")
    if field.required:
        raise TypeError(f"its parameter {field.name} has no default")
    extra: dict[str, Any] = dict(meta.extra_json_schema or {})
    bounds = {name: bound for name in _BOUNDS if (bound := getattr(meta, name)) is not None}
    kind: Literal["int", "float", "choice"] = "choice" if choices else "int" if bare is int else "float"
    return Parameter(field.name, kind, field.default, meta.description or "", bounds, extra, choices)


def main() -> int:
    """Print the description, or the fault; nothing else gets into stdout."""
    answers = os.dup(1)
    os.dup2(2, 1)
    answer: Description | Fault
    try:
        answer = described(sys.argv[1])
    except BaseException as error:  # noqa: BLE001  (whatever another package does when it is imported)
        answer = Fault(printable(f"{type(error).__name__}: {error}", 200))
    os.write(answers, msgspec.json.encode(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
