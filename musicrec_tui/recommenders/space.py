"""What may be tried of a model: the ranges that a tuner draws its parameters from, read from their annotations."""

from typing import Any, NamedTuple

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.text import printable


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
    choices: tuple[str, ...] = ()


def axes(model: str, over: tuple[str, ...] = ()) -> tuple[Axis, ...]:
    """The parameters of a model that can be tuned, in the order of its struct.

    Args:
        model: its name.
        over: only these; empty: all.

    Raises:
        UserError: the model has nothing to tune, or not what `over` names.
    """
    kind = param_fields.parameter_class(model)
    known = [axis for field in msgspec.structs.fields(kind) if (axis := _axis(field)) is not None]
    names = [axis.name for axis in known]
    if not known:
        raise UserError(f"{model} has no parameter that a search can vary.")
    for name in over:
        if name not in names:
            raise UserError(f"A search cannot vary {printable(name, 60)!r} of {model}; it can vary {', '.join(names)}.")
    return tuple(axis for axis in known if not over or axis.name in over)


def _axis(field: msgspec.structs.FieldInfo) -> Axis | None:
    """The range that a field's annotation gives, if it does."""
    meta, bare = param_fields.unwrap(field.type)
    wanted: Any = (meta.extra_json_schema or {}).get("tune")
    if wanted is None:
        return None
    if isinstance(wanted[0], str):
        return Axis(field.name, "choice", choices=tuple(wanted))
    low, high, *scale = wanted
    return Axis(field.name, bare.__name__, low, high, "log" in scale)
