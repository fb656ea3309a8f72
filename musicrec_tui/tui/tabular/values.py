"""A parameter's value, and all parameters of a run, as text."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.text import printable


def text_of(value: Any) -> str:
    """A value as typed text."""
    if isinstance(value, (tuple, list)):
        return ", ".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def values_of(parameters: Params, members: Mapping[str, str]) -> dict[str, str]:
    """Parameters as texts by name, runs that a hybrid joins (ids) by their labels. Without those that are empty."""
    values = msgspec.structs.asdict(parameters)
    if field := registry.named(parameters.model).members:
        values[field] = [printable(members.get(one, one), 60) for one in values[field]]
    return {name: told for name, value in values.items() if (told := text_of(value))}


def described(
    parameters_of_run: Params, members: Mapping[str, str] = MappingProxyType({}), *, only_changed: bool = False
) -> str:
    """A run's parameters in one line: changed ones first, then defaults (unless `only_changed`)."""
    values = msgspec.structs.asdict(parameters_of_run)
    texts = values_of(parameters_of_run, members)
    fields = param_fields.fields(parameters_of_run.model)
    changed = [field for field in fields if values[field.name] != field.default]
    rest = [] if only_changed else [field for field in fields if field not in changed]
    told = " · ".join(f"{field.name} {texts[field.name]}" for field in (*changed, *rest) if field.name in texts)
    if only_changed and fields and len(changed) < len(fields):
        return f"{told} · other settings default" if told else "default settings"
    return told or "no parameters"
