"""A forest plot as text: for each row a mean difference, its interval as a line, and zero as the axis."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from musicrec_tui.tui.common.cells import DIM, fit

_NAME, _NUMBER, _LEAST = 11, 8, 9
_TWO_DIGITS = 0.01


class Line(NamedTuple):
    """A row of the plot.

    Attributes:
        name: what differs, or among whom.
        difference, low, high: the mean, and the ends of its interval.
        after: what stands behind the plot.
        scale: rows with the same scale share their axis.
        style: of the whole row.
    """

    name: str
    difference: float
    low: float
    high: float
    after: str = ""
    scale: str = ""
    style: str = ""


def drawn(lines: Sequence[Line], after: str, width: int) -> list[Content]:
    """The rows under their headings, in at most `width` cells; where it is narrow the ends are drawn and not told.

    Args:
        lines: at least one.
        after: the heading of what stands behind the plot.
        width: of a row.
    """
    tail = max(len(line.after) for line in lines)
    tail = max(tail, len(after))
    room = width - _NAME - _NUMBER - tail - 3
    told = room - 2 * _NUMBER >= _LEAST
    cells = max(_LEAST, room - 2 * _NUMBER if told else room)
    cells -= 1 - cells % 2  # an axis in the middle
    reach = {line.scale: max(_reach(other) for other in lines if other.scale == line.scale) for line in lines}
    head = f"{'':<{_NAME}}{'mean':>{_NUMBER}}" + (f"{'low':>{_NUMBER}}{'high':>{_NUMBER}}" if told else "")
    rows = [Content(f"{head}  {_axis(reach[lines[0].scale], cells)} {after}").stylize(DIM)]
    for line in lines:
        numbers = (line.difference, line.low, line.high) if told else (line.difference,)
        text = fit(line.name, _NAME) + "".join(f"{_signed(number):>{_NUMBER}}" for number in numbers)
        plot = _plot(line, reach[line.scale], cells)
        rows.append(Content(f"{text}  {plot} {line.after}").stylize(line.style))
    return rows


def _reach(line: Line) -> float:
    """How far a row goes from zero."""
    return max(abs(line.low), abs(line.high))


def _signed(number: float) -> str:
    """A difference in at most seven cells."""
    return f"{number:+.4f}" if abs(number) < 10 else f"{number:+.1f}"


def _axis(reach: float, cells: int) -> str:
    """The ends of the axis, and its zero."""
    told = f"{reach:.2f}" if reach >= _TWO_DIGITS else f"{reach:.1g}"  # 0.00 would be no end
    left, right = (f"-{told}", f"+{told}") if reach else ("", "")
    middle = cells // 2
    return f"{left:<{middle}}0{right:>{cells - middle - 1}}" if cells >= 2 * len(right) + 3 else " " * cells


def _plot(line: Line, reach: float, cells: int) -> str:
    """An interval as a line with its mean, and zero where that does not cover it."""
    middle = cells // 2

    def place(value: float) -> int:
        return middle + round(value / reach * middle) if reach else middle

    marks = [" "] * cells
    marks[middle] = "│"
    for cell in range(place(line.low), place(line.high) + 1):
        marks[cell] = "┼" if cell == middle else "─"
    marks[place(line.difference)] = "●"
    return "".join(marks)
