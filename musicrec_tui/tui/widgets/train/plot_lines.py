"""A curve in a frame: the values at its edges on the left, what it runs over below."""

import math
from collections.abc import Sequence

from textual.content import Content

from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.train.braille import Point, curve

LABELS = 7


def plot_lines(points: Sequence[Point], end: int, word: str, width: int, height: int) -> list[Content]:
    """Draw points whose x counts from 1.

    Args:
        points: finite (x, y), by x.
        end: the x at the right edge.
        word: what x counts, for the line below.
        width: in cells.
        height: in lines, that line included; at least two.

    Returns:
        So many lines of so many cells.
    """
    rows = max(1, height - 1)
    values = [value for _, value in points] or [0.0]
    drawn = curve(points, max(1, width - LABELS - 2), rows, (1.0, float(end)), (min(values), max(values)))
    labels = {0: figure(max(values)), rows - 1: figure(min(values))} if points and rows > 1 else {}
    lines = []
    for number, dots in enumerate(drawn):
        label = fit(labels.get(number, ""), LABELS - 1, right=True)
        lines.append(Content.assemble((f"{label} ", "$foreground 60%"), (f"▏{dots}", "$accent"), " "))
    room = max(0, width - LABELS - 4 - len(str(end)))
    foot = f"1{word:^{room}}{end}"
    return [*lines, Content(fit(" " * (LABELS + 1) + foot, width)).stylize("$foreground 60%")]


def figure(value: float) -> str:
    """A metric in at most six cells."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size >= 1_000_000:
        return f"{value:.1e}"
    return f"{value:.4f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:.0f}"
