"""A line of the form: a label, an input or a choice, its unit and bounds, and its error below."""

from textual import events, on
from textual.app import ComposeResult, RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from musicrec_tui.tui.common.cells import DIM, crop, fit
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.forms.entries import Entry

_LABEL = 16
"""Cells before the control: `train/train.tcss` leaves as many."""


class FormLine(Widget):
    """The line of an entry.

    Label, hint and error are drawn, not widgets: with a widget for each, a form took too long to open.

    Attributes:
        entry: the parameter or option.
        control: the input or choice.
        error: a sentence; empty: the text is valid.
    """

    auto_links = False

    def __init__(self, entry: Entry, text: str) -> None:
        super().__init__()
        self.entry = entry
        self.control: Choice | Input
        if entry.choices:
            self.control = Choice(entry.choices, text, lists=True)
        else:
            self.control = LineInput(text, placeholder=entry.default)
        self.error = ""

    def compose(self) -> ComposeResult:
        """The control; `render` draws the rest."""
        yield self.control

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The control's line, and those of the error."""
        return 1 + len(self._error_lines(width))

    def render(self) -> RenderResult:
        """Label and hint beside the control, the error below."""
        label = "bold $text-error" if self.error else "bold $accent" if self.has_focus_within else "$foreground 80%"
        covered = self.control.outer_size.width + 1
        hint = crop(self.entry.hint, max(0, self.size.width - _LABEL - covered - 1))
        first = Content.assemble((fit(self.entry.label, _LABEL), label), " " * covered, (hint, DIM))
        return Content("\n").join([first, *self._error_lines(self.size.width)])

    def _error_lines(self, width: int) -> list[Content]:
        """The lines of the error, two cells in."""
        if not self.error:
            return []
        folded = Content(f"✗ {self.error}").wrap(max(10, width - 2))
        return [Content.assemble("  ", line).stylize("$text-error") for line in folded]

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        """Redraw the label, which marks the focused line."""
        self.refresh()

    @property
    def text(self) -> str:
        """The typed text or chosen value."""
        return self.control.value

    @text.setter
    def text(self, text: str) -> None:
        """Set the text; an equal one does not move the cursor."""
        if text != self.control.value:
            self.control.value = text

    def show_error(self, sentence: str) -> None:
        """Show an error below the line; empty: none."""
        if sentence != self.error:
            self.error = sentence
            self.refresh(layout=True)
