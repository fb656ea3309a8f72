"""The help: the keys of the screen beneath, and how to read its words and numbers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult, RenderResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.widgets.cells import fit

TERMS = (
    ("listener", "A user with at least one listen (a play of a track) of the artist."),
    (
        "mainstream",
        "Share of all users that hear an artist of the user's, on average. Niche and popular: a quarter of users each.",
    ),
    ("score", "What the model sorts by. It compares artists for one user of one model, and nothing else."),
    ("because", "The user's own artists that give most of the score (ALS); models that cannot say leave it out."),
    ("popularity", "The artists with most listeners that the user has not heard: what every model has to beat."),
    (
        "train and test",
        "Each user's artists in three parts: train is learnt from, validation tuned on, test kept for the last word.",
    ),
    ("NDCG@10", "The headline. Hits among the first ten, the higher up the better; 1 is perfect, 0 no hit."),
    ("recall@10", "Share of the held-out artists that are among the first ten (of ten, where there are more)."),
    ("precision@10", "Share of the first ten that are held-out artists."),
    ("MAP, MRR@10", "Mean precision at each hit; one divided by the place of the first hit."),
    ("AUC@10", "Truncated: about ½ + ½ · recall@10, so 0.55 is 10 % recall and not “near random”."),
    ("AUC", "Chance that a held-out artist ranks above one never heard; mostly popularity, so look at NDCG."),
    ("coverage", "Share of all artists that are recommended to anybody."),
    ("Gini", "How unequally listens fall on artists: 0 all alike, 1 all on one."),
)


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
            yield Entries("Keys", [(command.key_text, command.help) for command in self._commands], 10)
            yield Entries("Words and numbers", TERMS, 16)

    def on_mount(self) -> None:
        """Name the page."""
        page = self.query_one(VerticalScroll)
        page.border_title = f"Help · {self._title}"
        page.border_subtitle = "esc closes · j k scroll"
        page.focus()

    def action_scroll(self, step: int) -> None:
        """Move the page."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)
