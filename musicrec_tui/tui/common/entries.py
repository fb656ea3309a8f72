"""A list of words with what they mean, folded for the width that there is."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from musicrec_tui.tui.common import strips
from musicrec_tui.tui.common.cells import fit


class Entries(Widget):
    """A heading above two columns: a key or a word, and what it means, folded. Only what is seen is drawn."""

    def __init__(self, title: str, entries: Sequence[tuple[str, str]], label: int) -> None:
        super().__init__()
        self._title, self._entries, self._label = title, entries, label
        self._lines: list[Content] = []
        self._folded_for = -1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the folded entries take."""
        return len(self._fold(width))

    def render_line(self, y: int) -> Strip:
        """A line, for the width that there is."""
        width = self.size.width
        lines = self._fold(width)
        if y >= len(lines):
            return Strip.blank(width, self.rich_style)
        return strips.line(self, lines[y], width, self.visual_style)

    def _fold(self, width: int) -> list[Content]:
        """The heading and the entries; folded once for a width."""
        if width != self._folded_for:
            self._folded_for = width
            self._lines = [Content.styled(self._title, "bold")]
            for label, sentence in self._entries:
                folded = Content(sentence).wrap(max(10, width - self._label - 1))
                labels = [fit(label, self._label), *([" " * self._label] * (len(folded) - 1))]
                self._lines += [
                    Content.assemble((left, "bold $accent"), " ", right)
                    for left, right in zip(labels, folded, strict=True)
                ]
        return self._lines
