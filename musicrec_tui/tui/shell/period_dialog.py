"""The period whose listens are counted: all time, a year, the last twelve months, or typed days."""

from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.dataset.period import Period, in_zone, period_of
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE, DOWN
from musicrec_tui.tui.shell.base import BaseScreen

_HINT = "2024, 2024-05, or 2023-11-01 to 2024-02-15"
_WELCOME = "Users, artists and activity count only listens of the period. Recommendations use all."
_WIDTH = 18


class Chosen(NamedTuple):
    """The answer: a period, or (None) all time."""

    period: Period | None


class PeriodDialog(Dialog[Chosen]):
    """Answers with the period that is chosen or typed.

    Args:
        first_at: the first listen of the log.
        last_at: the last one, with which this year and the last 12 months end.
        time_zone: an IANA name, whose days they are.
        present: the period that is counted now; None: all time.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("period.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", palette=False, guest=True),
        Command("period.list", "go_to_list", DOWN, "To the list", "From the input to the list.", palette=False,
                guest=True, own_keys="down"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    #period-dialog { width: 60; height: auto; max-height: 90%; }
    #period-line { height: 1; }
    #period-line Static { width: 9; color: $accent; text-style: bold; }
    #period-line Input { width: 1fr; height: 1; background: $boost; border: none; padding: 0; }
    #period-line Input:focus { background: $surface-lighten-2; }
    #period-list { height: auto; max-height: 12; margin-top: 1; }
    #period-status { height: auto; min-height: 2; margin-top: 1; color: $foreground 80%; }
    """

    def __init__(self, first_at: datetime, last_at: datetime, time_zone: str, present: Period | None) -> None:
        super().__init__()
        self._first_at, self._last_at, self._zone, self._present = first_at, last_at, time_zone, present

    def compose(self) -> ComposeResult:
        """The input, the usual periods, and a sentence."""
        with Vertical(classes="dialog", id="period-dialog"):
            with Horizontal(id="period-line"):
                yield Static("From–to", markup=False)
                yield LineInput(placeholder=_HINT, id="period-typed")
            yield RowList(id="period-list", title="Periods")
            yield Static(Content(_WELCOME), id="period-status", markup=False)

    def on_mount(self) -> None:
        """List the periods, the cursor on the present one."""
        dialog = self.query_one("#period-dialog")
        dialog.border_title = f"Period · days of {printable(self._zone, 30)}"
        dialog.border_subtitle = "↵ chooses · tab types · esc closes"
        first, last = (in_zone(moment, self._zone).year for moment in (self._first_at, self._last_at))
        titles = ["This year", "Last 12 months", *map(str, range(last, first - 1, -1))]
        offered = {"All time": None, **{title: self._of(title) for title in titles}}
        listed, present = self.query_one(RowList), list(offered.values())
        here = self._present in present
        rows = [_row(title, Chosen(period)) for title, period in offered.items()]
        listed.set_rows(rows, cursor=present.index(self._present) if here else 0)
        if not here and self._present is not None:
            self.query_one(Input).value = self._present.words()
        listed.focus()

    def _of(self, text: str) -> Period | None:
        """The period that a text means."""
        return period_of(text, self._last_at, self._zone)

    def action_go_to_list(self) -> None:
        """From the input to the list."""
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        """Take it."""
        event.stop()
        if isinstance(event.value, Chosen):
            self.dismiss(event.value)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        """Take what was typed, where it is a period."""
        event.stop()
        try:
            self.dismiss(Chosen(self._of(event.value)))
        except UserError as error:
            status = self.query_one("#period-status", Static)
            status.update(Content.styled(printable(str(error), None), "$text-error"))


def _row(title: str, answer: Chosen) -> Row:
    """A period, with its days where the title does not say them."""
    days = answer.period.words() if answer.period is not None and answer.period.words() != title else ""

    def draw(room: int) -> Content:
        return Content.assemble(fit(title, _WIDTH), (fit(days, max(0, room - _WIDTH)), DIM))

    return Row(draw, answer)


def ask_for_period(screen: BaseScreen) -> None:
    """Open the dialog; its answer holds for Explore and Data."""
    session = screen.session
    info = session.dataset.info if session.dataset is not None else None
    if info is None or info.first_at is None or info.last_at is None:
        return

    def chosen(answer: Chosen | None) -> None:
        if answer is not None:
            session.set_period(answer.period)

    zone, present = session.settings.time_zone, session.period
    screen.app.push_screen(PeriodDialog(info.first_at, info.last_at, zone, present), chosen)
