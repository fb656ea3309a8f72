"""A list of words with what they mean, folded for the width that there is."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from musicrec_tui.tui.widgets.cells import fit


class Entries(Widget):
    """A heading above two columns: a key or a word, and what it means, folded beside itself."""

    def __init__(self, title: str, entries: Sequence[tuple[str, str]], label: int) -> None:
        super().__init__()
        self._title, self._entries, self._label = title, entries, label

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the folded entries take."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """The lines, for the width that there is."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        """The heading and the entries."""
        lines = [Content.styled(self._title, "bold")]
        for label, sentence in self._entries:
            folded = Content(sentence).wrap(max(10, width - self._label - 1))
            labels = [fit(label, self._label), *([" " * self._label] * (len(folded) - 1))]
            lines += [
                Content.assemble((left, "bold $accent"), " ", right) for left, right in zip(labels, folded, strict=True)
            ]
        return lines
