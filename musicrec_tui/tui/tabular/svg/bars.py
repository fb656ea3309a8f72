"""Bars beside their names."""

from musicrec_tui.tui.tabular.pictures import Bars
from musicrec_tui.tui.tabular.svg.parts import RIGHT, TOP, WIDTH, Drawn, line, rectangle, text, title

_STEP, _THICK, _BELOW = 20, 14, 12
_NAMES, _FIGURE = 200, 80
_LONGEST = 30


def draw_bars(picture: Bars) -> Drawn:
    """A bar below the other; the axis is at zero, and on the left where nothing is below zero."""
    values = [value for _, value in picture.bars]
    least, most = min([0.0, *values]), max([0.0, *values])
    room = WIDTH - RIGHT - _NAMES - _FIGURE * (2 if least < 0 else 1)
    extent = (most - least) or 1.0
    axis = _NAMES + (_FIGURE if least < 0 else 0) - least / extent * room
    low = TOP + _STEP * len(picture.bars)
    elements = [title(picture.title, 12), line((axis, TOP - 4), (axis, low))]
    for place, (name, value) in enumerate(picture.bars):
        top, long = TOP + _STEP * place, abs(value) / extent * room
        end = axis + long if value >= 0 else axis - long
        elements += [
            text(_NAMES - 8, top + 11, name, "end", most=_LONGEST),
            rectangle(min(axis, end), top, long, _THICK),
            text(
                end + (5 if value >= 0 else -5), top + 11, format(value, picture.told), "start" if value >= 0 else "end"
            ),
        ]
    return Drawn(low + _BELOW, elements)
