"""The help: the keys of the screen beneath, and how to read its words and numbers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.runs.figures import COSTS
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.page import Entries, Page
from musicrec_tui.tui.common.screens import BY_MODE

TERMS = (
    ("listener", "A user with at least one listen (a play of a track) of the artist."),
    (
        "mainstream",
        "Share of all users that hear an artist of the user's, on average. Niche and popular: a quarter of users each.",
    ),
    ("score", "What the model sorts by. It compares artists for one user of one model, and nothing else."),
    (
        "score bars",
        "From 0 (or less) to the best score of the list, so the same score is as long in every row; for popularity the "
        "score is the listeners. Two lists side by side share one scale where the same kind of model made them.",
    ),
    (
        "why",
        "The parts of a score, by the user's own artists: █ adds to it, ▒ takes away, and the share is of the score. "
        "“≈” is an estimate, what the score loses without the artist; such parts do not sum to it.",
    ),
    ("=", "Both lists have the artist, with its place in the other one: “= 3” is third there."),
    ("because", "The user's own artists that give most of the score; “≈” where a model can only estimate them."),
    ("popularity", "The artists with most listeners that the user has not heard: what every model has to beat."),
    (
        "train and test",
        "Each user's artists in three parts: train is learnt from, validation tuned on, test kept for the last word.",
    ),
    ("Gini of the log", "How unequally listens fall on artists: 0 all alike, 1 all on one."),
    *((figure.title, figure.sentences) for figure in (*METRICS, *COSTS)),
)


def sentence(mode: str) -> str:
    """The sentence on the equivalent commands of the command line."""
    return f"The same in plain text: musicrec-tui {', '.join(BY_MODE[mode].twins)} (docs/accessible.md tells how)."


class HelpScreen(Dialog[None]):
    """The help of a screen: keys and terms. `?`, Esc and `q` close it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("help.close", "dismiss", "escape,question_mark,q", "Close", "Back to the screen.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, mode: str, commands: Sequence[Command], story: Sequence[str] = ()) -> None:
        super().__init__()
        self._mode, self._commands, self._story = mode, commands, story

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Page(classes="dialog help"):
            yield Entries("Without a screen, or with a screen reader", [("", sentence(self._mode))], 0)
            yield Entries("Keys", [(command.key_text, command.help) for command in self._commands], 10)
            yield Entries("Words and numbers", TERMS, 16)
            if self._story:
                yield Entries("AUC@k of these runs", [("", printable(sentence, 300)) for sentence in self._story], 0)

    def on_mount(self) -> None:
        """Set the titles; focus the page."""
        page = self.query_one(Page)
        page.border_title = f"Help · {self._mode.capitalize()}"
        page.border_subtitle = "esc closes · j k scroll"
        page.focus()
