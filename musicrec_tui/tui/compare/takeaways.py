"""The take-aways: of each model whether it is fast, easy to tune, and good, by the runs of this log."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from musicrec_tui.runs.takeaways import Takeaways
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.page import Entries, Page

_QUESTIONS = (("Fast?", "fast"), ("Easy to tune?", "easy"), ("Good predictions?", "good"))
_SIGNS = {"yes": "✓", "middling": "~", "no": "✗", "unknown": "?"}


class TakeawaysScreen(Dialog[None]):
    """Three questions, an answer for each model. Any of `t`, Esc and `q` closes it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("takeaways.close", "dismiss", "escape,t,q", "Close", "Back to the runs.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, page: Takeaways) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Page(classes="dialog help"):
            for question, name in _QUESTIONS if self._page.models else ():
                verdicts = [(one.model, getattr(one, name)) for one in self._page.models]
                answers = [
                    (model, f"{_SIGNS[verdict.word]} {verdict.word}: {verdict.sentence}") for model, verdict in verdicts
                ]
                yield Entries(question, answers, 12)
            yield Static(self._page.basis, markup=False)
            if self._page.models:
                yield Static(self._page.rules, markup=False, classes="rules")

    def on_mount(self) -> None:
        """Name the page."""
        page = self.query_one(Page)
        page.border_title = "Take-aways"
        page.border_subtitle = "esc closes · j k scroll"
        page.focus()
