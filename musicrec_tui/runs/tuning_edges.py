"""Where the best trial of a tuning lies at the end of what was tried, so that a better one may lie beyond it."""

import math
from typing import NamedTuple

import msgspec

from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid

NEAR = 0.02
"""The share of a searched range (of its logarithm where steps are logarithmic) that counts as its end."""


class Edge(NamedTuple):
    """A parameter of the best trial at the end of its range.

    Attributes:
        name: of the parameter.
        value: of the best trial.
        low, high: the ends of what was tried.
        beyond: values to try next, all of which the parameter may have.
    """

    name: str
    value: float
    low: float
    high: float
    beyond: tuple[float, ...]

    @property
    def sentence(self) -> str:
        """What it means, and what to do."""
        end = "upper" if self.beyond[0] > self.value else "lower"
        values = ", ".join(f"{value:g}" for value in self.beyond)
        return (
            f"The best {self.name} ({self.value:.4g}) is at the {end} end of what was tried "
            f"({self.low:g} to {self.high:g}): a better one may lie beyond it. Try a grid with {self.name} {values}."
        )


def edges_of(tuning: TuningInfo) -> tuple[Edge, ...]:
    """The parameters whose best value lies at an end beyond which the model could go; nothing before a trial ended."""
    spec, best = tuning.spec, tuning.best
    if spec is None or best is None:
        return ()
    if isinstance(spec.plan, Grid):
        axes = [
            param_fields.Axis(name, "float", min(numbers), max(numbers), log=min(numbers) > 0)
            for name, values in spec.plan.axes.items()
            if len(numbers := [value for value in values if isinstance(value, int | float)]) == len(values) > 1
        ]
    else:
        axes = [axis for axis in param_fields.axes(spec.model, spec.plan.over) if axis.kind != "choice"]
    return tuple(edge for axis in axes if (edge := _edge(axis, best.params)) is not None)


def _edge(axis: param_fields.Axis, best: Params) -> Edge | None:
    """The end at which the best value is, if it is at one."""
    value = getattr(best, axis.name)
    place = _share(value, axis)
    if NEAR < place < 1 - NEAR:
        return None
    upwards = place > NEAR
    if axis.log:
        tried = [value * (2.0 if upwards else 0.5) ** step for step in (1, 2, 3)]
    else:
        half = (axis.high - axis.low) / (2 if upwards else -2)
        tried = [value + half * step for step in (1, 2, 3)]
    typed = dict.fromkeys(round(number) if isinstance(value, int) else number for number in tried)
    beyond = tuple(
        float(number)
        for number in typed
        if (number > value if upwards else number < value) and _is_allowed(best, axis.name, number)
    )
    return Edge(axis.name, float(value), axis.low, axis.high, beyond) if beyond else None


def _share(value: float, axis: param_fields.Axis) -> float:
    """Where in a range a value is, from 0 to 1."""
    if axis.log:
        return math.log(value / axis.low) / math.log(axis.high / axis.low)
    return (value - axis.low) / (axis.high - axis.low)


def _is_allowed(params: Params, name: str, value: float) -> bool:
    """Whether a parameter may have a value."""
    try:
        msgspec.convert(msgspec.to_builtins(params) | {name: value}, type(params))
    except msgspec.ValidationError:
        return False
    return True
