"""A parameter's value, and all parameters of a run, as text."""

from typing import Any

import msgspec

from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.registry import Params


def text_of(value: Any) -> str:
    """A value as typed text."""
    if isinstance(value, (tuple, list)):
        return ", ".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def described(parameters_of_run: Params, *, only_changed: bool = False) -> str:
    """A run's parameters in one line: changed ones first, then defaults (unless `only_changed`)."""
    values = msgspec.structs.asdict(parameters_of_run)
    fields = param_fields.fields(parameters_of_run.model)
    changed = [field for field in fields if values[field.name] != field.default]
    rest = [] if only_changed else [field for field in fields if field not in changed]
    told = " · ".join(f"{field.name} {text_of(values[field.name])}" for field in (*changed, *rest))
    if only_changed and fields and len(changed) < len(fields):
        return f"{told} · other settings default" if told else "default settings"
    return told or "no parameters"
