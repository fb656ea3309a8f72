"""The help: the keys of the screen beneath, and how to read its words and numbers."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.runs.figures import COSTS
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.page import Entries, Page
from musicrec_tui.tui.common.screens import BY_MODE
from musicrec_tui.tui.common.verbs import CLOSE, FIND

TERMS = (
    ("listener", "A user with at least one listen (a play of a track) of the artist."),
    (
        "mainstream",
        "Average share of all users that listen to this user's artists. Niche and mainstream: a quarter of users each.",
    ),
    ("score", "The number that the model sorts by. Comparable only among artists for one user and one model."),
    (
        "score bars",
        "From 0 (or less) to the best score of the list; equal scores have equal bars. For popularity the "
        "score is the listeners. Two lists of the same kind of model share one scale.",
    ),
    (
        "why",
        "How much each of the user's artists contributes to a score: █ adds, ▒ subtracts; the share is of the score. "
        "“≈” is an estimate: how much the score drops without the artist; such parts do not sum to the score.",
    ),
    ("=", "The artist is in both lists; “= 3” means rank 3 in the other list."),
    ("because", "The user's artists that contribute most to the score; “≈” where the model can only estimate this."),
    ("popularity", "The artists with most listeners that the user has not heard: the baseline to beat."),
    (
        "train and test",
        "Each user's artists in three parts: train to learn from, validation to tune on, test for the final "
        "evaluation.",
    ),
    ("Gini of the log", "How unequally listens are spread over artists: 0 = equally, 1 = all on one."),
    *((figure.title, figure.sentences) for figure in (*METRICS, *COSTS)),
)


def sentence(mode: str) -> str:
    """The sentence on the equivalent commands of the command line."""
    return f"As plain text: musicrec-tui {', '.join(BY_MODE[mode].twins)} (see docs/accessible.md)."


class HelpScreen(Dialog[None]):
    """The help of a screen: its keys by group, and terms; `/` finds a word in it."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("help.close", "close", CLOSE, "Close", "Leave the search line, or go back to the screen.", guest=True),
        Command("help.find", "find", FIND, "Find in the help", "Show only lines with a text.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, mode: str, commands: Sequence[Command], story: Sequence[str] = ()) -> None:
        super().__init__()
        self._mode, self._commands, self._story = mode, commands, story

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Page(classes="dialog help"):
            yield Entries("Without a screen, or with a screen reader", [("", sentence(self._mode))], 0)
            for title, rows in grouped(self._commands, self._mode).items():
                yield Entries(title, rows, 10)
            yield Entries("Words and numbers", TERMS, 16)
            if self._story:
                yield Entries("AUC@k of these runs", [("", printable(sentence, 300)) for sentence in self._story], 0)
            yield LineInput(placeholder="find in the help · esc shows all", id="help-find")

    def on_mount(self) -> None:
        """Set the titles; focus the page."""
        page = self.query_one(Page)
        page.border_title = f"Help · {self._mode.capitalize()}"
        page.border_subtitle = "/ finds · j k scroll · esc closes"
        self.query_one(Input).display = False
        self.set_focus(page)

    def action_find(self) -> None:
        """Open the line."""
        line = self.query_one(Input)
        line.display = True
        self.set_focus(line)

    def action_close(self) -> None:
        """Show all again; else close the help."""
        line = self.query_one(Input)
        if line.display:
            line.value, line.display = "", False
            self.set_focus(self.query_one(Page))
        else:
            self.dismiss()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Show the lines that have the text, from the top."""
        for entries in self.query(Entries):
            entries.find(event.value)
        self.query_one(Page).scroll_to(y=0, animate=False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        """Scroll what was found."""
        self.set_focus(self.query_one(Page))


def grouped(commands: Sequence[Command], mode: str) -> dict[str, list[tuple[str, str]]]:
    """Keys and sentences by group, each once: the screen's own, those of lists, movement and zoom, and everywhere."""
    groups: dict[str, list[tuple[str, str]]] = {
        f"Keys of {BY_MODE[mode].title}": [],
        "Every list, table and plot": [],
        "Movement and zoom": [],
        "Everywhere": [],
    }
    own, lists, moves, everywhere = groups.values()
    for command in commands:
        prefix = command.id.partition(".")[0]
        if command.verb.kind != "action":
            row, group = (command.every_key, f"{command.verb.meaning}."), moves
        else:
            row = (command.key_text, command.help)
            group = everywhere if prefix == "app" else lists if prefix in ("list", "table", "page") else own
        if row[0] and not any(row[0] == key and (group is moves or row[1] == told) for key, told in group):
            group.append(row)
    return {title: rows for title, rows in groups.items() if rows}
