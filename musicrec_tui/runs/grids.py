"""Grids: `deck` (the original project's 90 fits), one from a TOML file, and all combinations of one."""

import itertools
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import expanded
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.tuning_spec import Grid, Search, Value
from musicrec_tui.text import printable

MOST = 100_000
_LARGEST = 2**24
"""Bytes of a grid's file."""

DECK = Grid(
    {
        "factors": (8, 10, 15),
        "regularization": (0.15, 0.18, 0.2, 0.23, 0.27, 0.3),
        "iterations": (60, 65, 75, 80, 85),
        "alpha": (10.0,),
    }
)
"""The student project's grid search of ALS: 90 fits."""


def read_grid(text: str, model: str) -> Grid:
    """The grid that a person means: `deck`, or a TOML file that gives a list of values for each parameter.

    Raises:
        UserError: there is no such file, it is no grid, or the model has no such parameters.
    """
    if text == "deck":
        if model != "als":
            raise UserError(f"The grid `deck` is for als, not for {model}; give a TOML file.")
        return DECK
    path = expanded(Path(text))
    shown = printable(text, None)
    try:
        read = tomllib.loads(files.read_bytes(path, _LARGEST).decode())
    except OSError as error:
        raise UserError(f"Cannot read the grid {shown}: {error.strerror}. `deck` is the only one built in.") from error
    except RecursionError as error:
        raise UserError(f"The grid {shown} is nested too deeply.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The grid {shown} is not TOML: {printable(str(error), 200)}.") from error
    return check_grid(read, model, shown)


def check_grid(axes: Mapping[str, object], model: str, where: str) -> Grid:
    """A grid from parameters with lists of values.

    Raises:
        UserError: a value is no list, or does not fit its parameter; the sentence names it.
    """
    if not axes:
        raise UserError(f"The grid {where} has no parameters: give lists, such as factors = [32, 64].")
    for name, values in axes.items():
        if not isinstance(values, list | tuple) or not values:
            raise UserError(f"The grid {where} must give a list of values for {printable(name, 60)}.")
    default = registry.named(model).params()
    grid = {}
    for name, values in axes.items():
        fitting = [_with(default, {name: value}, where) for value in cast("Sequence[Any]", values)]
        grid[name] = tuple(dict.fromkeys(cast("Value", getattr(one, name)) for one in fitting))
    return Grid(grid)


def expand(grid: Grid, base: Params) -> list[Params]:
    """All combinations, the last axis fastest; what the grid does not name stays as in `base`.

    Raises:
        UserError: a combination cannot be, or there are too many.
    """
    if (count := math.prod(map(len, grid.axes.values()))) > MOST:
        raise UserError(f"This grid has {count:,} combinations; the maximum is {MOST:,}: give fewer values.")
    combinations = itertools.product(*grid.axes.values())
    return [_with(base, dict(zip(grid.axes, values, strict=True)), "") for values in combinations]


def variants(plan: Grid | Search, base: Params) -> list[Params]:
    """What a plan fits: all combinations of a grid; of a search `base`, since it varies only numbers.

    Raises:
        UserError: a combination cannot be, or there are too many.
    """
    return expand(plan, base) if isinstance(plan, Grid) else [base]


def _with(base: Params, values: Mapping[str, object], where: str) -> Params:
    """Parameters with some changed, checked."""
    told: dict[str, Any] = msgspec.to_builtins(base)
    model = told["model"]
    if unknown := [name for name in values if name not in told or name == "model"]:
        known = ", ".join(name for name in told if name != "model") or "none"
        raise UserError(
            f"{model} has no parameter {printable(unknown[0], 60)!r}; its parameters are: {known}."
            + (f" See the grid {where}." if where else "")
        )
    try:
        return msgspec.convert(told | dict(values), type(base))
    except msgspec.ValidationError as error:
        named = ", ".join(f"{name} {printable(str(value), 60)}" for name, value in values.items())
        raise UserError(f"{model} cannot have {named}: {str(error).partition(' - at ')[0]}.") from None
