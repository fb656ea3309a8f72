"""Parameters: one struct for each model. The TUI's form, `--set`, the tuner and the docs are all drawn from these.

A field's `Meta` carries its bounds and its sentence (`description`), its unit in `extra_json_schema["unit"]`.
"""

from typing import Annotated, Any, Literal, cast, get_args, get_origin

import msgspec
from msgspec import Meta

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable


class PopularityParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="popularity", tag_field="model"):
    """Popularity has nothing to set."""


class AlsParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="als", tag_field="model"):
    """Implicit-feedback ALS (Hu, Koren & Volinsky 2008), by the `implicit` library."""

    factors: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            description="Length of a user's and an artist's vector.",
            extra_json_schema={"tune": (8, 256, "log")},
        ),
    ] = 64
    regularization: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            description="Pull of all factors towards zero (not scaled by activity).",
            extra_json_schema={"tune": (0.01, 30.0, "log")},
        ),
    ] = 3.0
    iterations: Annotated[
        int,
        Meta(
            ge=1,
            le=500,
            description="Sweeps over users and artists.",
            extra_json_schema={"unit": "sweeps", "tune": (5, 60, "log")},
        ),
    ] = 15
    alpha: Annotated[
        float,
        Meta(
            gt=0,
            le=1000,
            description="Confidence in a heard pair is alpha × its weight (unheard: 1).",
            extra_json_schema={"tune": (1.0, 60.0, "log")},
        ),
    ] = 5.0
    weighting: Annotated[
        Literal["binary", "counts", "log", "bm25"],
        Meta(
            description="A pair's weight: 1, its plays, log(1 + plays), or BM25 of its plays.",
            extra_json_schema={"tune": ("binary", "log", "bm25")},
        ),
    ] = "binary"


class NcfParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ncf", tag_field="model"):
    """Neural collaborative filtering (He et al. 2017), in Keras."""

    architecture: Annotated[
        Literal["neumf", "gmf", "mlp", "deck"],
        Meta(description="NeuMF joins GMF and MLP; deck is the student project's: dot product into a wide MLP."),
    ] = "neumf"
    factors: Annotated[int, Meta(ge=1, le=512, description="Size of the GMF embedding, and of deck's.")] = 64
    layers: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=8192)], ...],
        Meta(
            min_length=1,
            max_length=8,
            description="Widths of the MLP's layers, the first split over user and artist; deck has its own.",
        ),
    ] = (64, 32, 16, 8)
    negatives: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | Literal["all"],
        Meta(description="Unheard artists sampled for each heard one, anew each epoch; all: the whole grid."),
    ] = 8
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
    ] = 4096
    learning_rate: Annotated[float, Meta(gt=0, le=1, description="Adam's step size.")] = 0.003
    l2: Annotated[float, Meta(ge=0, le=10, description="L2 penalty on the embeddings of a batch.")] = 0.005
    dropout: Annotated[float, Meta(ge=0, lt=1, description="Dropout between the deck's layers.")] = 0.2

    def __post_init__(self) -> None:
        """Check what one value alone cannot tell."""
        if self.architecture in ("neumf", "mlp") and self.layers[0] % 2:
            raise ValueError("the first of layers must be even, for half of it is the user's and half the artist's")


Params = PopularityParams | AlsParams | NcfParams
MODELS: dict[str, type[msgspec.Struct]] = {
    str(kind.__struct_config__.tag): kind for kind in (PopularityParams, AlsParams, NcfParams)
}


class Field(msgspec.Struct, frozen=True):
    """One parameter, as forms, `--help` and the docs want it.

    Attributes:
        kind: `int`, `float`, `choice`, `list` (of int) or `int_or_choice`.
        bounds: text such as "1 to 1024" (for each number of a list), empty where there are none.
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
    kind = parameter_class(model)
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, Any] = {"model": model}
    for name, given in assignments.items():
        if name not in known:
            raise UserError(
                f"{model} has no parameter {printable(name, 60)!r}; its parameters are: {', '.join(known) or 'none'}."
            )
        values[name] = _convert(model, known[name], given)
    try:
        return cast("Params", msgspec.convert(values, kind))
    except msgspec.ValidationError as error:
        raise UserError(f"{model}: {str(error).partition(' - at ')[0]}.") from None


def _convert(model: str, field: msgspec.structs.FieldInfo, given: str) -> Any:
    """One value from text; the sentence of the error names it and what would fit."""
    described = _describe(field)
    value = given.replace(",", " ").split() if described.kind == "list" else given.strip()
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError:
        shown = printable(given, 60)
        raise UserError(f"{model}'s {field.name} must be {_wanted(described)}, not {shown!r}.") from None


def _wanted(field: Field) -> str:
    """What fits a field, in words."""
    if field.kind == "choice":
        return f"one of {', '.join(field.choices)}"
    noun = {"float": "a number", "list": "whole numbers with commas between, each"}.get(field.kind, "a whole number")
    bounds = f" from {field.bounds}" if field.bounds[:1].isdigit() else f" {field.bounds}"
    return noun + bounds.rstrip() + "".join(f", or {choice}" for choice in field.choices)


def _describe(field: msgspec.structs.FieldInfo) -> Field:
    """Read a field's annotation."""
    meta, bare = unwrap(field.type)
    kind, choices, numbers = _kind(bare)
    return Field(
        name=field.name,
        kind=kind,
        default=field.default,
        description=meta.description or "",
        bounds=_bounds(numbers or meta),
        unit=str((meta.extra_json_schema or {}).get("unit", "")),
        choices=choices,
    )


def unwrap(annotation: Any) -> tuple[Meta, Any]:
    """The `Meta` of a parameter's annotation, and the type that it is about."""
    if get_origin(annotation) is not Annotated:
        return Meta(), annotation
    bare, *metas = get_args(annotation)
    return next((meta for meta in metas if isinstance(meta, Meta)), Meta()), bare


def _kind(bare: Any) -> tuple[str, tuple[str, ...], Meta | None]:
    """A field's kind, its choices, and the bounds of its numbers where they are nested."""
    if bare in (int, float):
        return bare.__name__, (), None
    if get_origin(bare) is Literal:
        return "choice", get_args(bare), None
    if get_origin(bare) is tuple:
        return "list", (), unwrap(get_args(bare)[0])[0]
    number, literal = get_args(bare)
    return "int_or_choice", get_args(literal), unwrap(number)[0]


def _bounds(meta: Meta) -> str:
    """Bounds in words: "1 to 10" where both ends belong to it."""
    if meta.ge is not None and meta.le is not None:
        return f"{meta.ge:,} to {meta.le:,}"
    low = f"above {meta.gt:,}" if meta.gt is not None else f"at least {meta.ge:,}" if meta.ge is not None else ""
    high = f"below {meta.lt:,}" if meta.lt is not None else f"at most {meta.le:,}" if meta.le is not None else ""
    return " and ".join(filter(None, [low, high]))
