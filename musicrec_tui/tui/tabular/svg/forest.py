"""Intervals around zero, one below the other."""

from musicrec_tui.tui.tabular.pictures import Forest
from musicrec_tui.tui.tabular.svg.parts import INK, RIGHT, TOP, WIDTH, Drawn, circle, line, text, title

_STEP, _BELOW = 22, 34
_NAMES, _FIGURES = 110, 220
_CAP = 4


def draw_forest(picture: Forest) -> Drawn:
    """A line from low to high with its mean, and the three as figures; each scale reaches as far as its intervals."""
    reach: dict[str, float] = {}
    for one in picture.intervals:
        reach[one.scale] = max(reach.get(one.scale, 0.0), abs(one.low), abs(one.high))
    middle = (_NAMES + WIDTH - RIGHT - _FIGURES) / 2
    half = middle - _NAMES
    low = TOP + _STEP * len(picture.intervals)
    elements = [title(picture.title, 12), line((middle, TOP - 4), (middle, low), dashes="3 3")]
    for place, one in enumerate(picture.intervals):
        y = TOP + _STEP * (place + 0.5)
        first, mean, last = (middle + end / (reach[one.scale] or 1.0) * half for end in (one.low, one.mean, one.high))
        elements += [
            text(_NAMES - 8, y + 4, one.name, "end", most=15),
            line((first, y), (last, y), ink=INK),
            *(line((end, y - _CAP), (end, y + _CAP), ink=INK) for end in (first, last)),
            circle(mean, y, 3.5),
            text(WIDTH - RIGHT, y + 4, f"{one.mean:+.4f}  ({one.low:+.4f} to {one.high:+.4f})", "end"),
        ]
    scales = "; other scales than the first have their own axis" if len(reach) > 1 else ""
    told = f"0 in the middle; ends of the axis: ±{next(iter(reach.values()), 0.0):.4g}{scales}"
    elements.append(text(_NAMES, low + 18, told))
    return Drawn(low + _BELOW, elements)
