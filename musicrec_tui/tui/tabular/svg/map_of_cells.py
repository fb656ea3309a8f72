"""Cells that are the darker the higher their values are: with names and figures, or without where they are many."""

import math

from musicrec_tui.tui.tabular.pictures import Map
from musicrec_tui.tui.tabular.svg.parts import PAPER, RIGHT, TEXT, TOP, WIDTH, Drawn, frame, rectangle, text, title

_NAMES, _LEFT, _HEADS = 110, 20, 20
_HIGH, _HIGHEST = 26, 620
_LIGHTEST, _DARK = 0.12, 0.55
_BELOW = 44
_NAME, _CHARACTER = 16, 7


def draw_map(picture: Map) -> Drawn:
    """The cells in a frame; below it what the lightest and the darkest of them stand for."""
    rows, columns = picture.shape
    left, top = (_NAMES, TOP + _HEADS) if picture.columns else (_LEFT, TOP)
    wide = (WIDTH - RIGHT - left) / max(1, columns)
    high = float(_HIGH) if picture.columns else min(wide, _HIGHEST / max(1, rows))
    if not picture.columns:
        wide = high
    values = [value for *_, value in picture.cells]
    least, most = min(values, default=0.0), max(values, default=0.0)
    elements = [title(picture.title, left)]
    elements += _names(picture, left, top, wide)
    for row, column, value in picture.cells:
        dark = _darkness(value, least, most, picture.logarithmic)
        x, y = left + column * wide, top + row * high
        elements.append(rectangle(x, y, wide, high, dark))
        told = format(value, picture.told)
        if picture.columns and (len(told) + 1) * _CHARACTER <= wide:
            fill = PAPER if dark > _DARK else TEXT
            elements.append(text(x + wide / 2, y + high / 2 + 4, told, "middle", fill=fill))
    low = top + rows * high
    ends = f"{format(least, picture.told)} (lightest) to {format(most, picture.told)} (darkest); empty: none"
    scale = ", logarithmic" if picture.logarithmic else ""
    elements += [
        frame(left, top, columns * wide, rows * high),
        text(left, low + 16, f"across: {picture.across} · down: {picture.down}", most=100),
        text(left, low + 34, f"{ends}{scale}" if values else "nothing yet"),
    ]
    return Drawn(math.ceil(low) + _BELOW, elements)


def _names(picture: Map, left: float, top: float, wide: float) -> list[str]:
    """Those of the columns above, as long as they fit, and those of the rows on the left."""
    room = max(1, min(_NAME, int(wide / _CHARACTER)))
    heads = [
        text(left + (place + 0.5) * wide, top - 6, name, "middle", most=room)
        for place, name in enumerate(picture.columns)
    ]
    sides = [
        text(left - 6, top + (place + 0.5) * _HIGH + 4, name, "end", most=_NAME)
        for place, name in enumerate(picture.rows)
    ]
    return [*heads, *sides]


def _darkness(value: float, least: float, most: float, logarithmic: bool) -> float:
    """From `_LIGHTEST` to 1; where all values are the same, 1."""
    if logarithmic:
        value, least, most = (math.log(max(1.0, one)) for one in (value, 1.0, most))
    share = (value - least) / (most - least) if most > least else 1.0
    return _LIGHTEST + (1 - _LIGHTEST) * share
