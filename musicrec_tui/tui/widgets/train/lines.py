"""Lines of which the first are seen: the model's layers."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from musicrec_tui.tui.widgets.cells import crop


class Lines(Widget):
    """Draws the lines that fit, cut to the width."""

    def __init__(self, title: str, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.border_title = Content(title)
        self._lines: Sequence[Content] = ()

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines (clean text), where they are different from those before."""
        if len(lines) == len(self._lines) and all(map(Content.is_same, lines, self._lines)):
            return
        grown = len(lines) != len(self._lines)
        self._lines = lines
        self.refresh(layout=grown)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each, where the style leaves the height to the content."""
        return max(1, len(self._lines))

    def render(self) -> RenderResult:
        """As many lines as there is room for; the last of them says how many are missing."""
        height, width = self.size.height, self.size.width
        shown = list(self._lines[: max(0, height)])
        missing = len(self._lines) - len(shown)
        if missing and shown:
            shown[-1] = Content(f"… and {missing + 1} more lines").stylize("$foreground 60%")
        return Content("\n").join(
            line if line.cell_length <= width else Content(crop(line.plain, width)) for line in shown
        )
