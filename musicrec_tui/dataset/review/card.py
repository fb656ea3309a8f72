"""A year in review as one picture: an SVG card that needs no font or file from elsewhere."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from musicrec_tui.dataset.review import pages
from musicrec_tui.dataset.review.year import Favourite, Review
from musicrec_tui.text import counted, printable

WIDTH, HEIGHT = 1200, 675
_LEFT, _MIDDLE, _RIGHT = 60, 480, 840
_PAPER, _INK, _DIM, _ACCENT, _SECOND = "#14181f", "#f2f4f7", "#9aa4b2", "#5ec8f2", "#f2a65e"
_NO_XML = {0xFFFE: "�", 0xFFFF: "�"}
_TOP = 5


def render_card(found: Review) -> str:
    """The card: totals, top artists, albums and tracks, months and hours."""
    totals, before = found.totals, found.before
    grown = f"{(totals.listens - before.listens) / before.listens:+.0%} against {found.year - 1}" if before else ""
    figures = [
        (f"{totals.listens:,}", "listens", grown), (f"{totals.artists:,}", "artists", ""),
        (f"{found.discovered:,}", "of them new", ""), (f"{totals.days:,}", "days with music", ""),
        (f"{found.streak.days:,}", "days in a row", ""),
    ]  # fmt: skip
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif"><title>{_clean(pages.title(found), 80)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>',
        _text(_LEFT, 84, pages.title(found), 44, weight="bold", most=36),
    ]
    for place, (value, what, more) in enumerate(figures):
        y = 168 + place * 68
        parts += [_text(_LEFT, y, value, 40, _ACCENT, weight="bold"), _text(_LEFT, y + 24, f"{what}  {more}", 17, _DIM)]
    parts += _list(_MIDDLE, 150, "Top artists", found.artists, 26)
    parts += _list(_RIGHT, 150, "Top tracks" if found.tracks else "Top albums", found.tracks or found.albums, 26)
    parts += _columns(_MIDDLE, 440, 300, 110, found.months, "month", list("JFMAMJJASOND"))
    hours = [f"{hour}" if hour % 6 == 0 else "" for hour in range(24)]
    parts += _columns(_RIGHT, 440, 300, 110, found.hours, f"hour ({found.time_zone})", hours)
    day, listens = found.busiest
    foot = f"busiest day: {pages.day_of_year(day)}, {counted(listens, 'listen')}"
    parts += [
        _text(_LEFT, HEIGHT - 36, foot, 17, _DIM),
        _text(WIDTH - 60, HEIGHT - 36, "musicrec-tui", 17, _DIM, "end"),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _list(x: int, y: int, heading: str, rows: Sequence[Favourite], most: int) -> list[str]:
    """A heading above the first few."""
    parts = [_text(x, y, heading, 20, _DIM)]
    for place, one in enumerate(rows[:_TOP]):
        parts += [
            _text(x, y + 42 + place * 42, one.name, 22, most=most),
            _text(x, y + 60 + place * 42, " · ".join(filter(None, [one.artist[:24], f"{one.listens:,}"])), 13, _DIM),
        ]
    return parts


def _columns(
    x: int, y: int, width: int, height: int, values: Sequence[int], what: str, names: Sequence[str]
) -> list[str]:
    """Columns from the bottom up, with names below."""
    step, most = width / len(values), max(values) or 1
    parts = [_text(x, y - 12, f"listens by {what}", 15, _DIM)]
    for place, (value, name) in enumerate(zip(values, names, strict=True)):
        tall = value / most * height
        left = x + place * step
        parts.append(
            f'<rect x="{left:.1f}" y="{y + height - tall:.1f}" width="{step * 0.75:.1f}" height="{tall:.1f}" '
            f'fill="{_SECOND}"/>'
        )
        if name:
            parts.append(_text(left + step * 0.37, y + height + 20, name, 13, _DIM, "middle"))
    return parts


def _text(
    x: float, y: float, label: str, size: int, fill: str = _INK, anchor: str = "start", *, weight: str = "normal",
    most: int = 60,
) -> str:  # fmt: skip
    """A label; a longer one is cut."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{fill}">{_clean(label, most)}</text>'
    )


def _clean(label: str, most: int) -> str:
    """A raw text, cleaned and escaped for XML."""
    return escape(printable(label, most).translate(_NO_XML))
