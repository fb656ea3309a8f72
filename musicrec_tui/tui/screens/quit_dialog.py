"""The question that is asked when one quits while a job runs."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.row_list import Draw, Row, RowList

Answer = Literal["leave", "cancel", "stay"]
_TITLES: dict[Answer, str] = {"leave": "Leave running", "cancel": "Cancel and quit", "stay": "Stay"}


class QuitDialog(ModalScreen[Answer]):
    """Cancel the jobs, leave them running, or stay."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("quit.leave", "answer('leave')", "l", "Leave running", "Quit; the jobs go on."),
        Command("quit.cancel", "answer('cancel')", "c", "Cancel and quit", "Stop the jobs, then quit."),
        Command("quit.stay", "answer('stay')", "s,escape,q", "Stay", "Back to the program."),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, labels: Sequence[str], *, tunings: int = 0) -> None:
        """`labels`: of the jobs; `tunings`: how many of them are tunings, whose trials are kept."""
        super().__init__()
        self._labels = labels
        self._tunings = tunings

    def compose(self) -> ComposeResult:
        """The jobs by name, and the three answers."""
        count = len(self._labels)
        with Vertical(classes="dialog"):
            names = ", ".join(fit(label, 30).strip() for label in self._labels[:3])
            more = f" and {count - 3} more" if count > 3 else ""
            doing = "at work" if self._tunings else "training"
            yield Static(Content(f"{names}{more} {'is' if count == 1 else 'are'} still {doing}."), markup=False)
            yield RowList(id="answers")

    def on_mount(self) -> None:
        """Fill in the answers; the one that loses nothing comes first."""
        self.query_one(".dialog").border_title = "Quit?"
        answers = self.query_one(RowList)
        effects = self._effects()
        answers.set_rows([Row(_drawn(key, title, effects[key]), key) for key, title in _TITLES.items()])
        answers.focus()

    def _effects(self) -> dict[Answer, str]:
        """What each answer does."""
        if not self._tunings:
            lost = "training stops, nothing of it is kept"
        elif self._tunings == len(self._labels):
            lost = "tuning stops, its trials are kept"
        else:
            lost = "all stops, only finished trials are kept"
        going = "training" if not self._tunings else "work"
        return {"leave": f"{going} goes on without the screen", "cancel": lost, "stay": "back to the program"}

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """An answer by cursor."""
        self.action_answer(str(event.value))

    def action_answer(self, answer: str) -> None:
        """An answer by key."""
        self.dismiss(next(key for key in _TITLES if key == answer))


def _drawn(key: str, title: str, effect: str) -> Draw:
    """How an answer is drawn."""

    def draw(width: int) -> Content:
        return Content.assemble(
            (f"{key[0]}  ", "bold $accent"), (fit(title, 16), "bold"), (fit(effect, width - 19), "$foreground 65%")
        )

    return draw
