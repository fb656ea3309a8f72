"""The help: the keys of the screen beneath, and how to read its words and numbers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.widgets.cells import fit

TERMS = (
    ("listen, listener", "A play of a track; a user with at least one play of the artist."),
    ("score", "What the model sorts by. It compares artists for one user of one model, and nothing else."),
    ("because", "The user's own artists that give most of the score (ALS); models that cannot say leave it out."),
    ("popularity", "The artists with most listeners that the user has not heard: what every model has to beat."),
    (
        "train, validation, test",
        "Each user's artists in three parts: learnt from, tuned on, and kept for the last word.",
    ),
    ("NDCG@10", "The headline. Hits among the first ten, the higher up the better; 1 is perfect, 0 no hit."),
    ("recall@10", "Share of the held-out artists that are among the first ten (of ten, where there are more)."),
    ("precision@10", "Share of the first ten that are held-out artists."),
    ("MAP@10, MRR@10", "Mean precision at each hit; one divided by the place of the first hit."),
    ("AUC@10", "Truncated: about ½ + ½ · recall@10, so 0.55 is 10 % recall and not “near random”."),
    ("AUC", "Chance that a held-out artist ranks above one never heard; mostly popularity, so look at NDCG."),
    ("coverage", "Share of all artists that are recommended to anybody."),
    ("Gini", "How unequally listens fall on artists: 0 all alike, 1 all on one."),
)


class HelpScreen(ModalScreen[None]):
    """Keys and words. Any of `?`, Esc and `q` closes it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("help.close", "dismiss", "escape,question_mark,q", "Close", "Back to the screen."),
        Command("help.down", "scroll(1)", "j", "Scroll down", "Further down.", palette=False),
        Command("help.up", "scroll(-1)", "k", "Scroll up", "Further up.", palette=False),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, title: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self._title, self._commands = title, commands

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(classes="dialog help"):
            yield Static(self._keys(), classes="help-keys")
            yield Static(_terms(), classes="help-terms")

    def on_mount(self) -> None:
        """Name the page."""
        page = self.query_one(VerticalScroll)
        page.border_title = f"Help · {self._title}"
        page.border_subtitle = "esc closes · j k scroll"
        page.focus()

    def action_scroll(self, step: int) -> None:
        """Move the page."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def _keys(self) -> Content:
        """The commands, one line each."""
        rows = [
            Content.assemble((fit(command.key_text, 11), "bold $accent"), " ", command.help)
            for command in self._commands
        ]
        return Content("\n").join([Content.styled("Keys", "bold"), *rows])


def _terms() -> Content:
    """The words, a paragraph each."""
    rows = [Content.assemble((term, "bold $accent"), "  ", sentence) for term, sentence in TERMS]
    return Content("\n").join([Content.styled("Words and numbers", "bold"), *rows])
