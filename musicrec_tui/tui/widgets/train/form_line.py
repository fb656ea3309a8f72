"""A line of the form: a label, an input or a choice, its unit and bounds, and below it what is wrong."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.tui.widgets.train.choice import Choice
from musicrec_tui.tui.widgets.train.fields import Entry


class FormLine(Vertical):
    """One entry. Its error takes a line only while there is one."""

    def __init__(self, entry: Entry, text: str) -> None:
        super().__init__()
        self.entry = entry
        self.control: Choice | Input
        if entry.choices:
            self.control = Choice(entry.choices, text)
        else:
            self.control = Input(text, compact=True, placeholder=entry.default)
            self.control.cursor_blink = False
        self._error = Static(classes="form-error", markup=False)
        self._sentence = ""

    def compose(self) -> ComposeResult:
        """Label, control and hint in one row, the error below."""
        with Horizontal():
            yield Static(self.entry.label, classes="form-label", markup=False)
            yield self.control
            yield Static(self.entry.hint, classes="form-hint", markup=False)
        self._error.display = False
        yield self._error

    @property
    def text(self) -> str:
        """What is typed or chosen."""
        return self.control.value

    @text.setter
    def text(self, text: str) -> None:
        """Show another text; one that is there already does not move the cursor."""
        if text != self.control.value:
            self.control.value = text

    def show_error(self, sentence: str) -> None:
        """Say what is wrong with the text; nothing where it is right."""
        if sentence == self._sentence:
            return
        self._sentence = sentence
        self._error.display = bool(sentence)
        self._error.update(Content(f"✗ {sentence}" if sentence else ""))
        self.set_class(bool(sentence), "-wrong")
