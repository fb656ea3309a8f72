"""A curve, or several below each other, as an SVG file: axes, ends, labels; no scripts, no fonts of its own."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from musicrec_tui.text import printable
from musicrec_tui.tui.tabular.sheet import Panel

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 20, 36, 48
_INK, _AXIS = "#1f5fa8", "#666666"


def drawn(panels: Sequence[Panel]) -> str:
    """The panels as one SVG document. Names in it are cleaned and escaped."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT * len(panels)}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT * len(panels)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT * len(panels)}" fill="white"/>',
    ]
    for place, panel in enumerate(panels):
        parts += [f'<g transform="translate(0 {place * _HEIGHT})">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel) -> list[str]:
    """One curve with its axes."""
    right, low = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    xs, ys = [x for x, _ in panel.points], [y for _, y in panel.points]
    places = [
        (_placed(x, xs, _LEFT, right, panel.logarithmic), _placed(y, ys, low, _TOP, panel.logarithmic))
        for x, y in panel.points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{_INK}"/>' for x, y in places] if len(places) < 60 else []
    ends = (panel.ends[0] or f"{min(xs):g}", panel.ends[1] or f"{max(xs):g}") if xs else ("", "")
    heights = (f"{max(ys):.6g}", f"{min(ys):.6g}") if ys else ("", "")
    scale = ", both logarithmic" if panel.logarithmic else ""
    return [
        _text(_LEFT, 22, panel.title, "start", " font-weight='bold' font-size='14'"),
        f'<path d="M{_LEFT} {_TOP}V{low}H{right}" fill="none" stroke="{_AXIS}"/>',
        f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="1.5"/>',
        *dots,
        _text(_LEFT - 6, _TOP + 4, heights[0], "end"),
        _text(_LEFT - 6, low, heights[1], "end"),
        _text(_LEFT, low + 16, ends[0], "start"),
        _text(right, low + 16, ends[1], "end"),
        _text((_LEFT + right) // 2, low + 34, f"{panel.up} by {panel.across}{scale}", "middle"),
    ]


def _placed(value: float, values: Sequence[float], first: int, last: int, logarithmic: bool) -> float:
    """Where a value is between two edges; without extent, in the middle."""
    scaled = math.log10 if logarithmic else float
    low, high = scaled(min(values)), scaled(max(values))
    share = (scaled(value) - low) / (high - low) if high > low else 0.5
    return first + share * (last - first)


def _text(x: int, y: int, text: str, anchor: str, more: str = "") -> str:
    """A label."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#222222"{more}>{escape(printable(text))}</text>'
