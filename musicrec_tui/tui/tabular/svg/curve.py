"""A curve with its axes."""

import math
from collections.abc import Sequence

from musicrec_tui.tui.tabular.pictures import Panel
from musicrec_tui.tui.tabular.svg.parts import AXIS, INK, RIGHT, TOP, WIDTH, Drawn, circle, text, title

_HEIGHT, _LEFT, _BOTTOM = 260, 84, 48
_DOTTED = 60


def draw_curve(panel: Panel) -> Drawn:
    """The line, with a dot for each value where they are few."""
    right, low = WIDTH - RIGHT, _HEIGHT - _BOTTOM
    xs, ys = [x for x, _ in panel.points], [y for _, y in panel.points]
    across, up = _places(xs, _LEFT, right, panel.logarithmic), _places(ys, low, TOP, panel.logarithmic)
    places = list(zip(across, up, strict=True))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = (panel.ends[0] or f"{min(xs):g}", panel.ends[1] or f"{max(xs):g}") if xs else ("", "")
    heights = (f"{max(ys):.6g}", f"{min(ys):.6g}") if ys else ("", "")
    scale = ", both logarithmic" if panel.logarithmic else ""
    elements = [
        title(panel.title, _LEFT),
        f'<path d="M{_LEFT} {TOP}V{low}H{right}" fill="none" stroke="{AXIS}"/>',
        f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="1.5"/>',
        *(circle(x, y, 2.5) for x, y in places if len(places) < _DOTTED),
        text(_LEFT - 6, TOP + 4, heights[0], "end"),
        text(_LEFT - 6, low, heights[1], "end"),
        text(_LEFT, low + 16, ends[0], "start", most=40),
        text(right, low + 16, ends[1], "end", most=40),
        text((_LEFT + right) / 2, low + 34, f"{panel.up} by {panel.across}{scale}", "middle", most=90),
    ]
    return Drawn(_HEIGHT, elements)


def _places(values: Sequence[float], first: int, last: int, logarithmic: bool) -> list[float]:
    """Where values are between two edges; without extent, in the middle."""
    scaled = [math.log10(value) if logarithmic else value for value in values]
    low, high = min(scaled, default=0.0), max(scaled, default=0.0)
    return [first + ((value - low) / (high - low) if high > low else 0.5) * (last - first) for value in scaled]
