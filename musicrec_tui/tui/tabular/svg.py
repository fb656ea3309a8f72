"""Draws plots as one SVG document, below each other."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape

from musicrec_tui.text import printable
from musicrec_tui.tui.tabular.pictures import Bars, Dots, Forest, Map, Panel, Picture

_BAR_STEP, _BAR_THICK, _BAR_BELOW, _BAR_NAMES, _BAR_FIGURE, _BAR_LONGEST = 20, 14, 12, 200, 80, 30
_CURVE_HEIGHT, _CURVE_LEFT, _CURVE_BOTTOM, _DOTTED = 260, 84, 48, 60
_DOTS_LEFT, _DOTS_SIDE, _DOTS_BELOW, _SMALLEST, _LARGEST = 84, 420, 58, 1.5, 9.0
_FOREST_STEP, _FOREST_BELOW, _FOREST_NAMES, _FOREST_FIGURES, _CAP = 22, 34, 110, 220, 4
_MAP_NAMES, _MAP_LEFT, _MAP_HEADS, _MAP_BELOW, _HIGH, _HIGHEST = 110, 20, 20, 44, 26, 620
_LIGHTEST, _DARK = 0.12, 0.55
_NAME, _CHARACTER = 16, 7
WIDTH = 640
RIGHT = 20
TITLE, TOP = 22, 36
INK, AXIS, TEXT, PAPER = "#1f5fa8", "#666666", "#222222", "#ffffff"
_NO_XML = {0xFFFE: "�", 0xFFFF: "�"}
"""Characters that are allowed in a terminal, but not in XML."""

Anchor = Literal["start", "middle", "end"]


class Drawn(NamedTuple):
    """The SVG elements of a plot, and its height in pixels."""

    height: int
    elements: list[str]


def text(x: float, y: float, label: str, anchor: Anchor = "start", *, most: int = 200, fill: str = TEXT) -> str:
    """A label; a longer one is cut."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{_clean(label, most)}</text>'


def title(label: str, x: float) -> str:
    """The line above a picture."""
    return (
        f'<text x="{x:.1f}" y="{TITLE}" text-anchor="start" fill="{TEXT}" font-weight="bold" font-size="14">'
        f"{_clean(label, 80)}</text>"
    )


def rectangle(x: float, y: float, width: float, height: float, opacity: float = 1.0) -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{INK}" '
        f'fill-opacity="{opacity:.3f}"/>'
    )


def frame(x: float, y: float, width: float, height: float) -> str:
    """An empty rectangle."""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="none" stroke="{AXIS}" '
        'stroke-width="0.5"/>'
    )


def circle(x: float, y: float, radius: float, opacity: float = 1.0) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{INK}" fill-opacity="{opacity:.3f}"/>'


def line(start: tuple[float, float], end: tuple[float, float], *, ink: str = AXIS, dashes: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{ink}"{dashed}/>'


def _clean(label: str, most: int) -> str:
    """A raw text, cleaned and escaped for XML."""
    return escape(printable(label, most).translate(_NO_XML))


def draw_map(picture: Map) -> Drawn:
    """A heat map in a frame, with a legend below."""
    rows, columns = picture.shape
    left, top = (_MAP_NAMES, TOP + _MAP_HEADS) if picture.columns else (_MAP_LEFT, TOP)
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
        label = format(value, picture.value_format)
        if picture.columns and (len(label) + 1) * _CHARACTER <= wide:
            fill = PAPER if dark > _DARK else TEXT
            elements.append(text(x + wide / 2, y + high / 2 + 4, label, "middle", fill=fill))
    low = top + rows * high
    lightest, darkest = (format(value, picture.value_format) for value in (least, most))
    ends = f"{lightest} (lightest) to {darkest} (darkest); empty: none"
    scale = ", logarithmic" if picture.logarithmic else ""
    elements += [
        frame(left, top, columns * wide, rows * high),
        text(left, low + 16, f"across: {picture.across} · down: {picture.down}", most=100),
        text(left, low + 34, f"{ends}{scale}" if values else "nothing yet"),
    ]
    return Drawn(math.ceil(low) + _MAP_BELOW, elements)


def _names(picture: Map, left: float, top: float, wide: float) -> list[str]:
    """The names of the columns above (cut to their width) and of the rows on the left."""
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
    """The opacity of a value, from `_LIGHTEST` to 1; 1 if all values are equal."""
    if logarithmic:
        value, least, most = (math.log(max(1.0, one)) for one in (value, 1.0, most))
    share = (value - least) / (most - least) if most > least else 1.0
    return _LIGHTEST + (1 - _LIGHTEST) * share


def draw_forest(picture: Forest) -> Drawn:
    """A forest plot: intervals with their means, and the figures; each scale is as wide as its intervals."""
    reach: dict[str, float] = {}
    for one in picture.intervals:
        reach[one.scale] = max(reach.get(one.scale, 0.0), abs(one.low), abs(one.high))
    middle = (_FOREST_NAMES + WIDTH - RIGHT - _FOREST_FIGURES) / 2
    half = middle - _FOREST_NAMES
    low = TOP + _FOREST_STEP * len(picture.intervals)
    elements = [title(picture.title, 12), line((middle, TOP - 4), (middle, low), dashes="3 3")]
    for place, one in enumerate(picture.intervals):
        y = TOP + _FOREST_STEP * (place + 0.5)
        first, mean, last = (middle + end / (reach[one.scale] or 1.0) * half for end in (one.low, one.mean, one.high))
        elements += [
            text(_FOREST_NAMES - 8, y + 4, one.name, "end", most=15),
            line((first, y), (last, y), ink=INK),
            *(line((end, y - _CAP), (end, y + _CAP), ink=INK) for end in (first, last)),
            circle(mean, y, 3.5),
            text(WIDTH - RIGHT, y + 4, f"{one.mean:+.4f}  ({one.low:+.4f} to {one.high:+.4f})", "end"),
        ]
    scales = "; columns with another scale have their own axis" if len(reach) > 1 else ""
    label = f"0 in the middle; ends of the axis: ±{next(iter(reach.values()), 0.0):.4g}{scales}"
    elements.append(text(_FOREST_NAMES, low + 18, label))
    return Drawn(low + _FOREST_BELOW, elements)


def draw_dots(picture: Dots) -> Drawn:
    """A scatter plot: a square with its diagonal, a dot for each cell, and a legend below."""
    columns, rows = picture.shape
    low, right = TOP + _DOTS_SIDE, _DOTS_LEFT + _DOTS_SIDE
    most = max((users for *_, users in picture.cells), default=1)
    elements = [
        title(picture.title, _DOTS_LEFT),
        frame(_DOTS_LEFT, TOP, _DOTS_SIDE, _DOTS_SIDE),
        line((_DOTS_LEFT, low), (right, TOP), dashes="3 3"),
    ]
    for column, row, users in picture.cells:
        x = _DOTS_LEFT + (column + 0.5) * _DOTS_SIDE / columns
        y = low - (row + 0.5) * _DOTS_SIDE / rows
        elements.append(circle(x, y, _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(users / most), 0.6))
    elements += [
        text(_DOTS_LEFT - 6, low, f"{picture.low:.4g}", "end"),
        text(_DOTS_LEFT - 6, TOP + 8, f"{picture.high:.4g}", "end"),
        text(_DOTS_LEFT, low + 16, f"{picture.low:.4g}"),
        text(right, low + 16, f"{picture.high:.4g}", "end"),
        text(_DOTS_LEFT, low + 34, f"across: {picture.across} · up: {picture.up}", most=90),
        text(_DOTS_LEFT, low + 50, f"the largest dot: {most:,} users; dashed: where both have the same"),
    ]
    return Drawn(low + _DOTS_BELOW, elements)


def draw_curve(panel: Panel) -> Drawn:
    """A line plot, with a dot for each value if there are few."""
    right, low = WIDTH - RIGHT, _CURVE_HEIGHT - _CURVE_BOTTOM
    xs, ys = [x for x, _ in panel.points], [y for _, y in panel.points]
    across, up = _places(xs, _CURVE_LEFT, right, panel.logarithmic), _places(ys, low, TOP, panel.logarithmic)
    places = list(zip(across, up, strict=True))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = (panel.ends[0] or f"{min(xs):g}", panel.ends[1] or f"{max(xs):g}") if xs else ("", "")
    heights = (f"{max(ys):.6g}", f"{min(ys):.6g}") if ys else ("", "")
    scale = ", both logarithmic" if panel.logarithmic else ""
    elements = [
        title(panel.title, _CURVE_LEFT),
        f'<path d="M{_CURVE_LEFT} {TOP}V{low}H{right}" fill="none" stroke="{AXIS}"/>',
        f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.5"/>',
        *(circle(x, y, 2.5) for x, y in places if len(places) < _DOTTED),
        text(_CURVE_LEFT - 6, TOP + 4, heights[0], "end"),
        text(_CURVE_LEFT - 6, low, heights[1], "end"),
        text(_CURVE_LEFT, low + 16, ends[0], "start", most=40),
        text(right, low + 16, ends[1], "end", most=40),
        text((_CURVE_LEFT + right) / 2, low + 34, f"{panel.up} by {panel.across}{scale}", "middle", most=90),
    ]
    return Drawn(_CURVE_HEIGHT, elements)


def _places(values: Sequence[float], first: int, last: int, logarithmic: bool) -> list[float]:
    """The positions of values between two edges; in the middle if all are equal."""
    scaled = [math.log10(value) if logarithmic else value for value in values]
    low, high = min(scaled, default=0.0), max(scaled, default=0.0)
    return [first + ((value - low) / (high - low) if high > low else 0.5) * (last - first) for value in scaled]


def draw_bars(picture: Bars) -> Drawn:
    """Horizontal bars; the axis is at zero, on the left if there are no negative values."""
    values = [value for _, value in picture.bars]
    least, most = min([0.0, *values]), max([0.0, *values])
    room = WIDTH - RIGHT - _BAR_NAMES - _BAR_FIGURE * (2 if least < 0 else 1)
    extent = (most - least) or 1.0
    axis = _BAR_NAMES + (_BAR_FIGURE if least < 0 else 0) - least / extent * room
    low = TOP + _BAR_STEP * len(picture.bars)
    elements = [title(picture.title, 12), line((axis, TOP - 4), (axis, low))]
    for place, (name, value) in enumerate(picture.bars):
        top, long = TOP + _BAR_STEP * place, abs(value) / extent * room
        end = axis + long if value >= 0 else axis - long
        elements += [
            text(_BAR_NAMES - 8, top + 11, name, "end", most=_BAR_LONGEST),
            rectangle(min(axis, end), top, long, _BAR_THICK),
            text(
                end + (5 if value >= 0 else -5),
                top + 11,
                format(value, picture.value_format),
                "start" if value >= 0 else "end",
            ),
        ]
    return Drawn(low + _BAR_BELOW, elements)


def render_svg(pictures: Sequence[Picture]) -> str:
    """The document. Names in it are cleaned and escaped."""
    parts: list[str] = []
    height = 0
    for picture in pictures:
        one = _drawn(picture)
        parts += [f'<g transform="translate(0 {height})">', *one.elements, "</g>"]
        height += one.height
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def _drawn(picture: Picture) -> Drawn:
    """The drawing of a plot by its type."""
    match picture:
        case Panel():
            return draw_curve(picture)
        case Bars():
            return draw_bars(picture)
        case Map():
            return draw_map(picture)
        case Forest():
            return draw_forest(picture)
        case Dots():
            return draw_dots(picture)
