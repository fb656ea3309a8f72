"""Users as dots of a plane, larger where there are more."""

import math

from musicrec_tui.tui.tabular.pictures import Dots
from musicrec_tui.tui.tabular.svg.parts import TOP, Drawn, circle, frame, line, text, title

_LEFT, _SIDE, _BELOW = 84, 420, 54
_SMALLEST, _LARGEST = 1.5, 9.0


def draw_dots(picture: Dots) -> Drawn:
    """The square with its diagonal, a dot in the middle of each cell, and how many users the largest stands for."""
    columns, rows = picture.shape
    low, right = TOP + _SIDE, _LEFT + _SIDE
    most = max((users for *_, users in picture.cells), default=1)
    elements = [
        title(picture.title, _LEFT),
        frame(_LEFT, TOP, _SIDE, _SIDE),
        line((_LEFT, low), (right, TOP), dashes="3 3"),
    ]
    for column, row, users in picture.cells:
        x = _LEFT + (column + 0.5) * _SIDE / columns
        y = low - (row + 0.5) * _SIDE / rows
        elements.append(circle(x, y, _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(users / most), 0.6))
    elements += [
        text(_LEFT - 6, low, f"{picture.low:.4g}", "end"),
        text(_LEFT - 6, TOP + 8, f"{picture.high:.4g}", "end"),
        text(_LEFT, low + 16, f"{picture.low:.4g}"),
        text(right, low + 16, f"{picture.high:.4g}", "end"),
        text(_LEFT, low + 34, f"across: {picture.across} · up: {picture.up}", most=90),
        text(_LEFT, low + 50, f"the largest dot: {most:,} users; dashed: where both have the same"),
    ]
    return Drawn(low + _BELOW + 4, elements)
