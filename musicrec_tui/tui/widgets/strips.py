"""Lines of a list as Textual paints them: the cursor's, and those of the note where there are no rows."""

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


def one_colour(strip: Strip, style: Style) -> Strip:
    """The line in the cursor's colours: on its ground those of the row's parts are hard to read."""
    colours = Style(color=style.color, bgcolor=style.bgcolor)
    return Strip(
        [Segment(text, (own or Style()) + colours, control) for text, own, control in strip], strip.cell_length
    )


def note_line(widget: Widget, note: str, y: int, width: int) -> Strip:
    """A line of the note, wrapped, one cell in from the left."""
    style = widget.get_visual_style("rows--note")
    lines = Visual.to_strips(widget, Content(note), max(1, width - 2), None, style) if note else []
    if y >= len(lines):
        return Strip.blank(width, widget.rich_style)
    return Strip.join([Strip.blank(1, style.rich_style), lines[y]]).adjust_cell_length(width, style.rich_style)
