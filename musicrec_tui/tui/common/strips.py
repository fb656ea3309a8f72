"""Lines of text as Textual strips, for widgets with `render_line`."""

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget

from musicrec_tui.tui.common.textual_private import style_parser


def line(widget: Widget, content: Content, width: int, style: Style) -> Strip:
    """One line in exactly `width` cells; what is longer is cut.

    `Visual.to_strips` would fold it first and look for links and selected text: a fifth of a screen's painting.
    """
    at, segments = 0, []
    for text, own in content.render(style, end="", parse_style=style_parser(widget)):
        segments.append(Segment(text, (style + own).rich_style_with_offset(at, 0)))  # as Textual's own know their cell
        at += len(text)
    return Strip(segments).adjust_cell_length(width, style.rich_style)


def one_colour(strip: Strip, style: RichStyle) -> Strip:
    """The line in the cursor's colours only: the row's own colours are hard to read on its background."""
    colours = RichStyle(color=style.color, bgcolor=style.bgcolor)
    return Strip(
        [Segment(text, (own or RichStyle()) + colours, control) for text, own, control in strip], strip.cell_length
    )


def folded(widget: Widget, note: str, y: int, width: int, style: Style) -> Strip:
    """Line `y` of a note, wrapped to `width` cells and indented by one."""
    lines = Visual.to_strips(widget, Content(note), max(1, width - 2), None, style) if note else []
    if y >= len(lines):
        return Strip.blank(width, widget.rich_style)
    return Strip.join([Strip.blank(1, style.rich_style), lines[y]]).adjust_cell_length(width, style.rich_style)
