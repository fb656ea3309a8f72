"""Pictures below each other, as one SVG document."""

from collections.abc import Sequence

from musicrec_tui.tui.tabular.pictures import Bars, Dots, Forest, Map, Panel, Picture
from musicrec_tui.tui.tabular.svg import bars, curve, dots, forest, map_of_cells
from musicrec_tui.tui.tabular.svg.parts import PAPER, WIDTH, Drawn


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
    """A picture by its kind."""
    match picture:
        case Panel():
            return curve.draw_curve(picture)
        case Bars():
            return bars.draw_bars(picture)
        case Map():
            return map_of_cells.draw_map(picture)
        case Forest():
            return forest.draw_forest(picture)
        case Dots():
            return dots.draw_dots(picture)
