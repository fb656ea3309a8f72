"""A tuning's trials as they are drawn: the best so far, and a map of two parameters."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from musicrec_tui.runs.trials import Trial

_MOST_BANDS = 12


class Heat(NamedTuple):
    """The best objective for each pair of values of two parameters.

    Attributes:
        x, y: the parameters' names.
        columns, rows: their values as text, ascending; where there are many, spans of them.
        cells: by row, then column; None where nothing was tried.
        counts: how many trials each cell stands for.
    """

    x: str
    y: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    counts: tuple[tuple[int, ...], ...]


def values_by_end(trials: Sequence[Trial]) -> list[tuple[int, float]]:
    """(trials that ended until then, the objective of the last of them), in the order in which they ended."""
    return [
        (place, trial.value)
        for place, trial in enumerate(sorted(trials, key=lambda one: (one.at, one.number)), 1)
        if trial.state == "finished" and trial.value is not None
    ]


def best_so_far(trials: Sequence[Trial]) -> list[tuple[int, float]]:
    """(trials that ended until then, the best objective until then), in the order in which they ended."""
    curve: list[tuple[int, float]] = []
    for place, trial in enumerate(sorted(trials, key=lambda one: (one.at, one.number)), 1):
        best = curve[-1][1] if curve else None
        value = trial.value if trial.state == "finished" else None
        if value is not None and (best is None or value > best):
            best = value
        if best is not None:
            curve.append((place, best))
    return curve


def heat(
    trials: Sequence[Trial], x: str, y: str, *, most: tuple[int, int] = (_MOST_BANDS, _MOST_BANDS),
    planned: Mapping[str, Sequence[object]] = MappingProxyType({}),
) -> Heat:  # fmt: skip
    """The map of two parameters.

    Args:
        trials: in any order.
        x: the parameter across.
        y: the parameter down.
        most: columns and rows at most.
        planned: values that a grid is to try, by parameter: they have their place from the start.

    Raises:
        AttributeError: the model has no such parameter.
    """
    used = [one for one in trials if one.state == "finished"]
    columns, place_x = _bands([*planned.get(x, ()), *(getattr(one.params, x) for one in used)], most[0])
    rows, place_y = _bands([*planned.get(y, ()), *(getattr(one.params, y) for one in used)], most[1])
    best: dict[tuple[int, int], list[float]] = {}
    for one in used:
        if one.value is not None:
            place = place_y[_sortable(getattr(one.params, y))], place_x[_sortable(getattr(one.params, x))]
            best.setdefault(place, []).append(one.value)
    grid = [[best.get((row, column), []) for column in range(len(columns))] for row in range(len(rows))]
    return Heat(
        x, y, columns, rows,
        tuple(tuple(max(values, default=None) for values in line) for line in grid),
        tuple(tuple(len(values) for values in line) for line in grid),
    )  # fmt: skip


_Sortable = tuple[int, float, str]


def _bands(values: Sequence[object], most: int) -> tuple[tuple[str, ...], dict[_Sortable, int]]:
    """The names of the distinct values, or of spans of equally many of them, and the place of each value."""
    ordered = sorted(set(map(_sortable, values)))
    size = -(-len(ordered) // most) or 1
    bands = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    place = {value: number for number, band in enumerate(bands) for value in band}
    names = tuple(_text(band[0]) if len(band) == 1 else f"{_text(band[0])}–{_text(band[-1])}" for band in bands)
    return names, place


def _sortable(value: object) -> _Sortable:
    """Numbers before texts."""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value)


def _text(value: _Sortable) -> str:
    """A value for people."""
    return value[2] if value[0] else f"{value[1]:.4g}"
