"""The dialog for quitting while jobs run."""

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.verbs import CANCEL_JOB, CLOSE, NO, YES
from musicrec_tui.tui.shell.session import Session

Answer = Literal["leave", "cancel", "stay"]
_TITLES: dict[Answer, str] = {"leave": "Leave running", "cancel": "Cancel and quit", "stay": "Stay"}
_KEYS: dict[Answer, str] = {"leave": "y", "cancel": "x", "stay": "n"}
_NAMED = 3


class QuitDialog(Dialog[Answer]):
    """Asks whether to cancel the jobs, leave them running, or stay; updated while jobs end."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("quit.leave", "answer('leave')", YES, "Leave running", "Quit; the jobs keep running.", guest=True),
        Command(
            "quit.cancel", "answer('cancel')", CANCEL_JOB, "Cancel and quit", "Stop the jobs, then quit.", guest=True
        ),
        Command("quit.stay", "answer('stay')", NO, "Stay", "Back to the program.", guest=True),
        Command("quit.close", "answer('stay')", CLOSE, "Stay", "Back to the program.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """The names of the jobs, and the three answers."""
        with Vertical(classes="dialog"):
            yield Static(id="quit-jobs", markup=False)
            yield RowList(id="answers")

    def on_mount(self) -> None:
        """Set the title; list the answers, first the one that loses nothing."""
        self.query_one(".dialog").border_title = "Quit?"
        self._draw()
        self.query_one(RowList).focus()
        self._session.subscribe(self)

    def on_runs_changed(self) -> None:
        """Update the dialog."""
        self._draw()

    def on_tunings_changed(self) -> None:
        """Update the dialog."""
        self._draw()

    def _draw(self) -> None:
        """Draw the running jobs and the effect of each answer; the cursor stays."""
        answers, effects = self.query_one(RowList), self._effects()
        self.query_one("#quit-jobs", Static).update(Content(self._told()))
        rows = [Row(_drawn(_KEYS[key], title, effects[key]), key) for key, title in _TITLES.items()]
        answers.set_rows(rows, cursor=max(0, answers.cursor))

    def _told(self) -> str:
        """The sentence on the running jobs."""
        labels = [job.label for job in self._session.live_jobs]
        if not labels:
            return "No job is running any more."
        names = ", ".join(fit(label, 30).strip() for label in labels[:_NAMED])
        more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
        doing = "at work" if self._session.live_tunings else "training"
        return f"{names}{more} {'is' if len(labels) == 1 else 'are'} still {doing}."

    def _effects(self) -> dict[Answer, str]:
        """The effect of each answer."""
        jobs, tunings = len(self._session.live_jobs), len(self._session.live_tunings)
        if not jobs:
            return {"leave": "quit", "cancel": "quit; there is nothing to cancel", "stay": "back to the program"}
        if not tunings:
            lost = "training stops, nothing is saved"
        elif tunings == jobs:
            lost = "tuning stops, its trials are saved"
        else:
            lost = "all stop, only trials are saved"
        going = "training" if not tunings else "work"
        return {"leave": f"{going} keeps running", "cancel": lost, "stay": "back to the program"}

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the chosen row."""
        self.action_answer(str(event.value))

    def action_answer(self, answer: str) -> None:
        """Answer by key."""
        self.dismiss(next(key for key in _TITLES if key == answer))


def _drawn(key: str, title: str, effect: str) -> Draw:
    """The drawing of an answer's row."""

    def draw(width: int) -> Content:
        return Content.assemble((f"{key}  ", "bold $accent"), (fit(title, 16), "bold"), (fit(effect, width - 19), DIM))

    return draw
