"""A curve in a frame: the values at its edges on the left, what it runs over below."""

import math
from collections.abc import Sequence

from textual.content import Content

from musicrec_tui.tui.common.braille import EMPTY, Point, curve
from musicrec_tui.tui.common.cells import DIM, fit

LABELS = 7


def plot_lines(
    points: Sequence[Point], end: int, word: str, width: int, height: int, *,
    start: int = 1, log: bool = False, mark: int | None = None,
) -> list[Content]:  # fmt: skip
    """Draw points.

    Args:
        points: finite (x, y), by x; those outside of `start` … `end` are left out.
        end: the x at the right edge.
        word: what x counts, for the line below.
        width: in cells.
        height: in lines, that line included; at least two.
        start: the x at the left edge.
        log: whether y is on a logarithmic scale, where values that are not above 0 have no place.
        mark: an x to draw an upright line at.

    Returns:
        So many lines of so many cells.
    """
    rows = max(1, height - 1)
    across = columns(width)
    shown = [(x, y) for x, y in points if start <= x <= end and (y > 0 or not log)]
    values = [y for _, y in shown] or [1.0]
    scaled = [(x, math.log10(y) if log else y) for x, y in shown]
    heights = [y for _, y in scaled] or [0.0]
    drawn = curve(scaled, across, rows, (float(start), float(end)), (min(heights), max(heights)))
    labels = {0: figure(max(values)), rows - 1: figure(min(values))} if shown and rows > 1 else {}
    column = place(mark, start, end, across) if mark is not None and start <= mark <= end else None
    lines = []
    for number, dots in enumerate(drawn):
        label = fit(labels.get(number, ""), LABELS - 1, right=True)
        lines.append(Content.assemble((f"{label} ", DIM), ("▏", "$accent"), _marked(dots, column), " "))
    room = max(0, width - LABELS - 3 - len(f"{start}{end}"))
    below = f"{word} · log y" if log and room > len(word) + 8 else "log y" if log else word
    foot = f"{start}{below:^{room}}{end}"
    return [*lines, Content(fit(" " * (LABELS + 1) + foot, width)).stylize(DIM)]


def columns(width: int) -> int:
    """How many cells of a plot's width its curve has."""
    return max(1, width - LABELS - 2)


def place(x: float, start: int, end: int, across: int) -> int:
    """The column of a curve's `across` that an x falls in."""
    return round((x - start) / max(1, end - start) * (2 * across - 1)) // 2


def _marked(dots: str, column: int | None) -> Content:
    """A row of the curve, with the mark where there is one."""
    if column is None:
        return Content.styled(dots, "$accent")
    here = ("┊", DIM) if dots[column] == EMPTY else (dots[column], "bold reverse")
    return Content.assemble((dots[:column], "$accent"), here, (dots[column + 1 :], "$accent"))


def figure(value: float) -> str:
    """A metric in at most six cells."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size >= 1_000_000:
        return f"{value:.1e}"
    return f"{value:.4f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:.0f}"
