"""Lines of which the last (or the first) are seen: the log's tail, the model's layers."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from musicrec_tui.tui.widgets.cells import crop


class Lines(Widget):
    """Draws the lines that fit, cut to the width; a note where there are none.

    Attributes:
        tail: whether the last lines are the ones to see.
    """

    def __init__(self, title: str, *, tail: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = Content(title)
        self.tail = tail
        self._lines: Sequence[Content] = ()
        self._note = ""

    def show(self, lines: Sequence[Content], note: str = "") -> None:
        """Show these lines (clean text)."""
        grown = len(lines) != len(self._lines)
        self._lines, self._note = lines, note
        self.refresh(layout=grown and not self.tail)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each, where the style leaves the height to the content."""
        return max(1, len(self._lines))

    def render(self) -> RenderResult:
        """As many lines as there is room for; the last of them says how many are missing."""
        height, width = self.size.height, self.size.width
        if not self._lines or height <= 0:
            return Content(self._note).stylize("$foreground 60%")
        shown = list(self._lines[-height:] if self.tail else self._lines[:height])
        missing = len(self._lines) - len(shown)
        if missing and not self.tail:
            shown[-1] = Content(f"… and {missing + 1} more lines").stylize("$foreground 60%")
        return Content("\n").join(
            line if line.cell_length <= width else Content(crop(line.plain, width)) for line in shown
        )
