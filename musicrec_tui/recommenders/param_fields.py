"""Parameters as forms, the command line, tuner and docs see them: described, and read from what a user types."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

import msgspec
from msgspec import Meta

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.text import printable

_NOUNS = {
    "float": "a number",
    "list": "whole numbers with commas between, each",
    "numbers": "numbers with commas between, each",
}


class Axis(NamedTuple):
    """A parameter with its range, or its choices.

    Attributes:
        name: of the parameter.
        kind: `int`, `float` or `choice`.
        low, high: both ends belong to it.
        log: whether steps are equal in the logarithm.
        choices: of a `choice`.
    """

    name: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()


class Field(msgspec.Struct, frozen=True):
    """One parameter, as forms, `--help` and the docs want it.

    Attributes:
        kind: `int`, `float`, `choice`, `list` (of int), `numbers` (a list of float), `names` or `int_or_choice`.
        bounds: text such as "1 to 1024" (for each number of a list; of names, how many), empty where there are none.
    """

    name: str
    kind: str
    default: Any
    description: str
    bounds: str
    unit: str = ""
    choices: tuple[str, ...] = ()


def fields(model: str) -> tuple[Field, ...]:
    """The parameters of a model, in the order of its struct."""
    kind = registry.named(model).params
    return tuple(_describe(field) for field in msgspec.structs.fields(kind))


def axes(model: str, over: tuple[str, ...] = (), *, timed: bool = False) -> tuple[Axis, ...]:
    """The parameters of a model that can be tuned, in the order of its struct.

    Args:
        model: its name.
        over: only these; empty: all, but for those that need timestamps.
        timed: the log has timestamps, and those that need them are wanted too.

    Raises:
        UserError: the model has nothing to tune, or not what `over` names.
    """
    kind = registry.named(model).params
    every = msgspec.structs.fields(kind)
    known = [axis for field in every if (axis := _axis(field, timed=timed or field.name in over)) is not None]
    names = [axis.name for axis in known]
    if not known:
        raise UserError(f"{model} has no parameter that a search can vary.")
    for name in over:
        if name not in names:
            names = [axis.name for field in every if (axis := _axis(field, timed=True)) is not None]
            raise UserError(f"A search cannot vary {printable(name, 60)!r} of {model}; it can vary {', '.join(names)}.")
    return tuple(axis for axis in known if not over or axis.name in over)


def parse(model: str, assignments: Mapping[str, Any]) -> Params:
    """Parameters from texts as a person types them, or from values; what is not named keeps its default.

    Raises:
        UserError: an unknown name, or a value that does not fit; the message says what would.
    """
    kind = registry.named(model).params
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, Any] = {"model": model} | {name: _default(field) for name, field in known.items()}
    for name, given in assignments.items():
        if name not in known:
            raise UserError(
                f"{model} has no parameter {printable(name, 60)!r}; its parameters are: {', '.join(known) or 'none'}."
            )
        values[name] = _convert(model, known[name], given)
    try:
        params: Params = msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise UserError(f"{model}: {str(error).partition(' - at ')[0]}.") from None
    for one in getattr(params, registry.named(model).members or "", ()):
        member(one)  # refuses settings that a member's model does not have
    return params


def member(text: str) -> Params | None:
    """The parameters of a hybrid's member that is named by its model: `als`, or with settings, `als factors=128`.

    Returns:
        None where the text is no model with settings: then it names a run.

    Raises:
        UserError: the model has no such setting.
    """
    model, *settings = text.split() or [""]
    if not registry.is_model(model) or not all("=" in setting for setting in settings):
        return None
    return parse(model, dict(setting.split("=", 1) for setting in settings))


def _convert(model: str, field: msgspec.structs.FieldInfo, given: Any) -> Any:
    """One value from text or another value; the sentence of the error names it and what would fit."""
    described = _describe(field)
    value = _split(described.kind, given) if isinstance(given, str) else _plain(given)
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError:
        shown = printable(str(given), 60)
        raise UserError(f"{model}'s {field.name} must be {_wanted(described)}, not {shown!r}.") from None


def _split(kind: str, given: str) -> str | list[str]:
    """What is typed for a list, cut at commas (and numbers at spaces); all else as it is."""
    if kind == "names":
        return [name.strip() for name in given.split(",") if name.strip()]
    return given.replace(",", " ").split() if kind in ("list", "numbers") else given.strip()


def _plain(value: Any) -> Any:
    """A value of NumPy's as Python's own."""
    return value.tolist() if hasattr(value, "tolist") else value


def _wanted(field: Field) -> str:
    """What fits a field, in words."""
    if field.kind == "names":
        return f"{field.bounds} with commas between"
    if field.kind == "choice":
        return f"one of {', '.join(field.choices)}"
    noun = _NOUNS.get(field.kind, "a whole number")
    bounds = f" from {field.bounds}" if field.bounds[:1].isdigit() else f" {field.bounds}"
    return noun + bounds.rstrip() + "".join(f", or {choice}" for choice in field.choices)


def _describe(field: msgspec.structs.FieldInfo) -> Field:
    """Read a field's annotation."""
    meta, bare = unwrapped(field.type)
    kind, choices, numbers = _kind(bare)
    return Field(
        name=field.name,
        kind=kind,
        default=_default(field),
        description=meta.description or "",
        bounds=f"{meta.min_length} to {meta.max_length} names" if kind == "names" else _bounds(numbers or meta),
        unit=str((meta.extra_json_schema or {}).get("unit", "")),
        choices=choices,
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    """The value of a parameter that a new run does not name."""
    meta, _ = unwrapped(field.type)
    return (meta.extra_json_schema or {}).get("new", field.default)


def unwrapped(annotation: Any) -> tuple[Meta, Any]:
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
        numbers, kind = unwrapped(get_args(bare)[0])
        return ("names", (), None) if kind is str else ("list" if kind is int else "numbers", (), numbers)
    number, literal = get_args(bare)
    return "int_or_choice", get_args(literal), unwrapped(number)[0]


def _bounds(meta: Meta) -> str:
    """Bounds in words: "1 to 10" where both ends belong to it."""
    if meta.ge is not None and meta.le is not None:
        return f"{meta.ge:,} to {meta.le:,}"
    low = f"above {meta.gt:,}" if meta.gt is not None else f"at least {meta.ge:,}" if meta.ge is not None else ""
    high = f"below {meta.lt:,}" if meta.lt is not None else f"at most {meta.le:,}" if meta.le is not None else ""
    return " and ".join(filter(None, [low, high]))


def _axis(field: msgspec.structs.FieldInfo, *, timed: bool) -> Axis | None:
    """The range that a field's annotation gives, if it does; with `timed`, the choices for logs with timestamps too."""
    meta, bare = unwrapped(field.type)
    told: dict[str, Any] = meta.extra_json_schema or {}
    if timed and "timed" in told:
        return Axis(field.name, "choice", choices=told["timed"])
    wanted: Any = told.get("tune")
    if wanted is None:
        return None
    if isinstance(wanted[0], str):
        return Axis(field.name, "choice", choices=tuple(wanted))
    low, high, *scale = wanted
    return Axis(field.name, bare.__name__, low, high, "log" in scale)
