"""A page that scrolls, with the keys of a list."""

from typing import ClassVar

from textual.containers import VerticalScroll

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.two_keys import TwoKeys


class Page(VerticalScroll, TwoKeys):
    """Text or figures higher than the screen: arrows or `j`/`k` scroll it, as do vim's other keys."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("page.down", "line(1)", "j,down", "Scroll down", "A line further down a page.", shown="j ↓",
                palette=False, guest=True),
        Command("page.up", "line(-1)", "k,up", "Scroll up", "A line further up a page.", shown="k ↑", palette=False,
                guest=True),
        Command("page.half_down", "half(1)", "ctrl+d", "Half a page down", "Half a page further down.", palette=False,
                guest=True),
        Command("page.half_up", "half(-1)", "ctrl+u", "Half a page up", "Half a page further up.", palette=False,
                guest=True),
        Command("page.top", "edge(-1)", "g", "Top of the page", "To the top of a page.", palette=False, twice=True,
                guest=True),
        Command("page.bottom", "edge(1)", "G", "End of the page", "To the end of a page.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def action_line(self, step: int) -> None:
        """A line up or down."""
        self.scroll_relative(y=step, animate=False)

    def action_half(self, direction: int) -> None:
        """Half of what is seen, up or down."""
        self.scroll_relative(y=direction * max(1, self.size.height // 2), animate=False)

    def action_edge(self, direction: int) -> None:
        """To the top or the end."""
        self.scroll_to(y=0 if direction < 0 else self.max_scroll_y, animate=False)
