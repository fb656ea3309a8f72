"""A page that scrolls, and a list of words with their meanings for such pages."""

from collections.abc import Sequence
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from musicrec_tui.text import search_name
from musicrec_tui.tui.common import strips
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.two_keys import TwoKeys
from musicrec_tui.tui.common.verbs import DOWN, HALF_DOWN, HALF_UP, LAST, TOP, UP


class Page(VerticalScroll, TwoKeys):
    """A scrolling page: arrows, `j`/`k` and vim's other keys scroll it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("page.down", "line(1)", DOWN, "Scroll down", "A line further down a page.", shown="j ↓",
                palette=False, guest=True),
        Command("page.up", "line(-1)", UP, "Scroll up", "A line further up a page.", shown="k ↑", palette=False,
                guest=True),
        Command("page.half_down", "half(1)", HALF_DOWN, "Half a page down", "Half a page further down.", palette=False,
                guest=True),
        Command("page.half_up", "half(-1)", HALF_UP, "Half a page up", "Half a page further up.", palette=False,
                guest=True),
        Command("page.top", "edge(-1)", TOP, "Top of the page", "To the top of a page.", palette=False, twice=True,
                guest=True),
        Command("page.bottom", "edge(1)", LAST, "End of the page", "To the end of a page.", palette=False,
                guest=True, own_keys="G"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def action_line(self, step: int) -> None:
        """Scroll by a line."""
        self.scroll_relative(y=step, animate=False)

    def action_half(self, direction: int) -> None:
        """Scroll by half the visible height."""
        self.scroll_relative(y=direction * max(1, self.size.height // 2), animate=False)

    def action_edge(self, direction: int) -> None:
        """Scroll to the top or the end."""
        self.scroll_to(y=0 if direction < 0 else self.max_scroll_y, animate=False)


class Entries(Widget):
    """A heading above two columns, terms and wrapped explanations. Only visible lines are drawn."""

    def __init__(self, title: str, entries: Sequence[tuple[str, str]], label: int) -> None:
        super().__init__()
        self._title, self._all, self._label = title, entries, label
        self._entries = entries
        self._lines: list[Content] = []
        self._folded_for = -1

    def find(self, text: str) -> None:
        """Show only entries with a text, without case and accents; hide the whole where there is none."""
        wanted = search_name(text)
        self._entries = [pair for pair in self._all if wanted in search_name(" ".join(pair))]
        self._folded_for = -1
        self.display = bool(self._entries)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines of the wrapped entries."""
        return len(self._fold(width))

    def render_line(self, y: int) -> Strip:
        """Line `y` at the current width."""
        width = self.size.width
        lines = self._fold(width)
        if y >= len(lines):
            return Strip.blank(width, self.rich_style)
        return strips.line(self, lines[y], width, self.visual_style)

    def _fold(self, width: int) -> list[Content]:
        """The lines of heading and entries; wrapped once for each width."""
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
