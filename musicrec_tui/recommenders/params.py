"""Parameters: one struct for each model. The TUI's form, `--set`, the tuner and the docs are all drawn from these.

A field's `Meta` carries its bounds and its sentence (`description`), its unit in `extra_json_schema["unit"]`.
"""

from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from musicrec_tui.errors import UserError


class PopularityParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="popularity", tag_field="model"):
    """Popularity has nothing to set."""


class AlsParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="als", tag_field="model"):
    """Implicit-feedback ALS (Hu, Koren & Volinsky 2008), by the `implicit` library."""

    factors: Annotated[int, Meta(ge=1, le=1024, description="Length of a user's and an artist's vector.")] = 64
    regularization: Annotated[
        float, Meta(ge=0, le=1000, description="Pull of all factors towards zero (not scaled by activity).")
    ] = 3.0
    iterations: Annotated[
        int, Meta(ge=1, le=500, description="Sweeps over users and artists.", extra_json_schema={"unit": "sweeps"})
    ] = 15
    alpha: Annotated[
        float, Meta(gt=0, le=1000, description="Confidence in a heard pair is alpha × its weight (unheard: 1).")
    ] = 5.0
    weighting: Annotated[
        Literal["binary", "counts", "log", "bm25"],
        Meta(description="A pair's weight: 1, its plays, log(1 + plays), or BM25 of its plays."),
    ] = "binary"


class NcfParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ncf", tag_field="model"):
    """Neural collaborative filtering (He et al. 2017), in Keras."""

    architecture: Annotated[
        Literal["neumf", "gmf", "mlp", "deck"],
        Meta(description="NeuMF joins GMF and MLP; deck is the student project's: dot product into a wide MLP."),
    ] = "neumf"
    factors: Annotated[int, Meta(ge=1, le=512, description="Size of the GMF embedding, and of deck's.")] = 32
    layers: Annotated[
        tuple[int, ...],
        Meta(
            min_length=1,
            max_length=8,
            description="Widths of the MLP's layers; the first is split over user and artist.",
        ),
    ] = (64, 32, 16, 8)
    negatives: Annotated[
        int | Literal["all"],
        Meta(description="Unheard artists sampled for each heard one, anew each epoch; all: the whole grid."),
    ] = 4
    epochs: Annotated[
        int, Meta(ge=1, le=1000, description="Most passes over the data.", extra_json_schema={"unit": "epochs"})
    ] = 20
    patience: Annotated[
        int,
        Meta(
            ge=0,
            le=1000,
            description="Stop after so many epochs without a better validation NDCG@10 (0: never).",
            extra_json_schema={"unit": "epochs"},
        ),
    ] = 3
    batch: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Pairs in one step.", extra_json_schema={"unit": "pairs"})
    ] = 2048
    learning_rate: Annotated[float, Meta(gt=0, le=1, description="Adam's step size.")] = 0.001
    l2: Annotated[float, Meta(ge=0, le=10, description="L2 penalty on the embeddings of a batch.")] = 0.0
    dropout: Annotated[float, Meta(ge=0, lt=1, description="Dropout between the deck's layers.")] = 0.2


Params = PopularityParams | AlsParams | NcfParams
MODELS: dict[str, type[msgspec.Struct]] = {
    str(kind.__struct_config__.tag): kind for kind in (PopularityParams, AlsParams, NcfParams)
}


class Field(msgspec.Struct, frozen=True):
    """One parameter, as forms, `--help` and the docs want it.

    Attributes:
        kind: `int`, `float`, `choice`, `list` (of int) or `int_or_choice`.
        bounds: text such as "1 to 1024", empty where there are none.
    """

    name: str
    kind: str
    default: Any
    description: str
    bounds: str
    unit: str = ""
    choices: tuple[str, ...] = ()


def parameter_class(model: str) -> type[msgspec.Struct]:
    """The parameters' struct of a model.

    Raises:
        UserError: no model has that name.
    """
    try:
        return MODELS[model]
    except KeyError:
        raise UserError(f"There is no model named {model!r}; the models are {', '.join(MODELS)}.") from None


def fields(model: str) -> tuple[Field, ...]:
    """The parameters of a model, in the order of its struct."""
    kind = parameter_class(model)
    return tuple(_describe(field) for field in msgspec.structs.fields(kind))


def parse(model: str, assignments: dict[str, str]) -> Params:
    """Parameters from texts as a person types them; what is not named keeps its default.

    Raises:
        UserError: an unknown name, or a value that does not fit; the message says what would.
    """
    known = {field.name: field for field in fields(model)}
    values: dict[str, Any] = {}
    for name, text in assignments.items():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise UserError(f"{model} has no parameter {name!r}; its parameters are: {listed}.")
        values[name] = text.replace(",", " ").split() if known[name].kind == "list" else text.strip()
    for name, value in values.items():
        _check(model, known[name], value)
    converted: Params = msgspec.convert(values | {"model": model}, parameter_class(model), strict=False)  # type: ignore[assignment]
    return converted


def _check(model: str, field: Field, value: Any) -> None:
    """Convert one value by itself, so that the sentence can name it."""
    try:
        msgspec.convert({field.name: value, "model": model}, parameter_class(model), strict=False)
    except msgspec.ValidationError:
        wanted = {"int": "a whole number", "float": "a number", "list": "whole numbers with commas between"}.get(
            field.kind, ""
        )
        choices = " or ".join(filter(None, [wanted, f"one of {', '.join(field.choices)}" if field.choices else ""]))
        choices = "a whole number or " + choices if field.kind == "int_or_choice" else choices
        bounds = f" from {field.bounds}" if field.bounds else ""
        shown = " ".join(value) if isinstance(value, list) else value
        raise UserError(f"{model}'s {field.name} must be {choices}{bounds}, not {shown!r}.") from None


def _describe(field: msgspec.structs.FieldInfo) -> Field:
    """Read a field's annotation."""
    meta = next((part for part in field.type.__metadata__ if isinstance(part, Meta)), Meta())
    bare = get_args(field.type)[0]
    kind, choices = _kind(bare)
    return Field(
        name=field.name, kind=kind, default=field.default, description=meta.description or "", bounds=_bounds(meta),
        unit=str((meta.extra_json_schema or {}).get("unit", "")), choices=choices,
    )  # fmt: skip


def _kind(bare: Any) -> tuple[str, tuple[str, ...]]:
    """A field's kind and, where it has some, its choices."""
    if bare in (int, float):
        return bare.__name__, ()
    if get_origin(bare) is Literal:
        return "choice", get_args(bare)
    if get_origin(bare) is tuple:
        return "list", ()
    return "int_or_choice", tuple(
        choice for part in get_args(bare) if get_origin(part) is Literal for choice in get_args(part)
    )


def _bounds(meta: Meta) -> str:
    """Bounds in words."""
    low = meta.ge if meta.ge is not None else meta.gt
    high = meta.le if meta.le is not None else meta.lt
    if low is None or high is None or meta.min_length is not None:
        return ""
    return f"{'more than ' if meta.ge is None else ''}{low:g} to {'below ' if meta.le is None else ''}{high:g}"
