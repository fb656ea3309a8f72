"""The elements that pictures are made of. Only numbers of ours stand in attributes; names are text, and escaped."""

from typing import Literal, NamedTuple
from xml.sax.saxutils import escape

from musicrec_tui.text import printable

WIDTH = 640
RIGHT = 20
TITLE, TOP = 22, 36
INK, AXIS, TEXT, PAPER = "#1f5fa8", "#666666", "#222222", "#ffffff"
_NO_XML = {0xFFFE: "�", 0xFFFF: "�"}
"""Characters that a terminal may be given, but XML may not."""

Anchor = Literal["start", "middle", "end"]


class Drawn(NamedTuple):
    """A picture's elements, and how high it is."""

    height: int
    elements: list[str]


def text(x: float, y: float, told: str, anchor: Anchor = "start", *, most: int = 200, fill: str = TEXT) -> str:
    """A label; a longer one is cut."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{_clean(told, most)}</text>'


def title(told: str, x: float) -> str:
    """The line above a picture."""
    return (
        f'<text x="{x:.1f}" y="{TITLE}" text-anchor="start" fill="{TEXT}" font-weight="bold" font-size="14">'
        f"{_clean(told, 80)}</text>"
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


def _clean(told: str, most: int) -> str:
    """A raw text as XML may hold it."""
    return escape(printable(told, most).translate(_NO_XML))
