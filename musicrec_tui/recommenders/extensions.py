"""Models of other packages: those that are installed beside this one and name a model as an entry point.

    [project.entry-points."musicrec_tui.recommenders"]
    slim = "musicrec_slim:MODEL"

A process of its own (`recommenders.describe`) reads what a model says of itself. Its parameters are made anew from that
here, so that a program which shows or stores them never imports the other package: only what fits, scores or explains
does (`factory`). A package that cannot be used costs a sentence.
"""

import importlib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, cast

import msgspec

from musicrec_tui.describing import Fault, describe_all, in_a_line
from musicrec_tui.entry_points import MODELS, Installed, installed
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.params import Model, ModelParams
from musicrec_tui.text import printable

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: `kind` is int, float or choice; `bounds` and `extra` are those of its `msgspec.Meta`."""

    name: str
    kind: Literal["int", "float", "choice"]
    default: float | int | str
    description: str
    bounds: dict[str, float | int] = {}
    extra: dict[str, Any] = {}
    choices: tuple[str, ...] = ()


class Description(msgspec.Struct, frozen=True, tag=True):
    """What a model of another package says of itself; `abilities` are those of `base.Capabilities` that it has."""

    name: str
    title: str
    sentence: str
    recommender: str
    less: str
    parameters: tuple[Parameter, ...]
    fit_module: str = ""
    staged_by: str = ""
    abilities: tuple[str, ...] = ()


class Extension(NamedTuple):
    """A model of another package."""

    installed: Installed
    described: Description
    model: Model


def find_extensions(own: Sequence[str]) -> tuple[dict[str, Extension], tuple[str, ...]]:
    """The models of other packages by name, and a sentence for each that cannot be used.

    Args:
        own: the names that are taken.
    """
    found: dict[str, Extension] = {}
    faults = []
    packages = installed(MODELS)
    for one, described in zip(packages, describe_all(packages, f"{__package__}.describe", Description), strict=False):
        fault = described.fault if isinstance(described, Fault) else _clash(described, [*own, *found])
        if not fault and isinstance(described, Description):
            try:
                found[described.name] = Extension(one, described, _model_of(one, described))
            except Exception as error:  # noqa: BLE001  (whatever msgspec refuses of parameters that it was given)
                fault = in_a_line(error)
        if fault:
            faults.append(f"{one.label} cannot be used: {printable(fault, 300)}")
    return found, tuple(faults)


def _clash(described: Description, taken: Sequence[str]) -> str:
    """Why a model cannot have its name; empty: it can."""
    if described.name in taken:
        return f"there is a model named {described.name} already."
    return "" if _NAME.fullmatch(described.name) else "a model's name is small letters, digits and underscores."


def _model_of(one: Installed, described: Description) -> Model:
    """The model, with parameters of its own that are made from the description."""
    return Model(
        params=params_of(described),
        title=printable(described.title, 40),
        recommender=described.recommender,
        needed_bytes=lambda params, size: int(_asked(one, "needed_bytes", params, size)),
        less=printable(described.less, 200),
        fit_module=described.fit_module,
        staged_by=described.staged_by,
        effort=lambda params: float(_asked(one, "effort", params)),
        distribution=f"{one.distribution} {one.version}",
    )


def _asked(one: Installed, name: str, *arguments: Any) -> Any:
    """What the package's own model answers, for processes that fit.

    Raises:
        UserError: it fails.
    """
    module, _, attribute = one.value.partition(":")
    try:
        return getattr(getattr(importlib.import_module(module), attribute), name)(*arguments)
    except Exception as error:
        raise UserError(f"{one.label} failed in {name}: {in_a_line(error)}", exit_code=1) from error


def params_of(described: Description) -> type[ModelParams]:
    """The struct of a model's parameters, whose defaults are held to their bounds."""
    made = msgspec.defstruct(
        f"{described.name.title().replace('_', '')}Params",
        [(one.name, _annotation(one), one.default) for one in described.parameters],
        bases=(ModelParams,), frozen=True, forbid_unknown_fields=True, tag_field="model", tag=described.name,
        namespace={"__doc__": printable(described.sentence, 300)}, module=__name__,
    )  # fmt: skip
    msgspec.convert(msgspec.to_builtins(made()), made)
    return cast("type[ModelParams]", made)


def _annotation(one: Parameter) -> Any:
    """A parameter's type, as `params.about` would have described it."""
    kinds: Mapping[str, Any] = {"int": int, "float": float}
    bare = kinds[one.kind] if one.kind in kinds else Literal[one.choices]  # a tuple is as many choices
    bounds: dict[str, Any] = dict(one.bounds)
    description = printable(one.description, 300)
    return Annotated[bare, msgspec.Meta(description=description, extra_json_schema=one.extra or None, **bounds)]
