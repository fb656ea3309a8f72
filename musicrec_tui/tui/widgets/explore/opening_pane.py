"""What Explore shows before there is a log: how far its index is, or why there will be none."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.text import printable
from musicrec_tui.tui.widgets.cells import bar
from musicrec_tui.tui.widgets.explore.drawing import DIM

_WIDEST = 48


class OpeningPane(Widget):
    """A progress bar in the middle, or a sentence."""

    def __init__(self) -> None:
        super().__init__(id="opening")
        self._phase = ""
        self._share: float | None = None
        self._failure = ""

    def show_progress(self, phase: str, share: float | None) -> None:
        """How far the index is; None: nobody knows."""
        self._phase, self._share = printable(phase), share
        self.refresh()

    def show_failure(self, sentence: str) -> None:
        """Why there is nothing to show."""
        self._failure = printable(sentence, None)
        self.add_class("failed")
        self.refresh()

    def render(self) -> RenderResult:
        """Empty for the moment in which an index that is there is opened."""
        if self._failure:
            return Content.assemble(
                ("This log cannot be opened\n\n", "bold $error"), self._failure, ("\n\nq quits", DIM)
            )
        if not self._phase:
            return Content()
        width = min(_WIDEST, max(10, self.size.width - 12))
        share = f"{self._share:4.0%}" if self._share is not None else "  … "
        return Content.assemble(
            ("Building the index of this log, once\n\n", "bold"),
            (bar(self._share or 0.0, width), "$primary"), f" {share}\n\n", (self._phase, DIM),
        )  # fmt: skip
