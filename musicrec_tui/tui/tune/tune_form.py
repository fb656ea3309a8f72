"""The form of a tuning."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.runs.tuning_spec import TuneRequest
from musicrec_tui.tui.forms.check import Checked
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.forms.fields import Entry
from musicrec_tui.tui.forms.form import Form
from musicrec_tui.tui.forms.form_line import FormLine
from musicrec_tui.tui.tune.fields import MODEL, OPTIONS, OPTUNA, PLAN, TRIALS, parameters, plans
from musicrec_tui.tui.tune.tune_request import check, counted


class TuneForm(Form[TuneRequest]):
    """Says what a plan comes to while it is typed, and asks for the tuning to be started."""

    HEAD: ClassVar[tuple[Entry, ...]] = (MODEL, PLAN, TRIALS)
    OPTIONS: ClassVar[tuple[Entry, ...]] = OPTIONS
    SHAPING: ClassVar[tuple[str, ...]] = (MODEL.key, PLAN.key)

    @dataclass
    class Asked(Message):
        """The form is right, and the user wants the tuning."""

        request: TuneRequest

    def compose_foot(self) -> ComposeResult:
        """How many trials it means."""
        yield Static(id="form-count", markup=False)

    def parameters(self) -> tuple[Entry, ...]:
        """An entry for each parameter, as the plan wants it typed."""
        return parameters(self.typed.model, self.typed.options[PLAN.key])

    def judge(self) -> Checked[TuneRequest]:
        """See `tune_request.check`."""
        return check(self.meant(), has_times=self.has_times)

    def ask(self, request: TuneRequest) -> None:
        """Ask the screen for the tuning."""
        self.post_message(self.Asked(request))

    def applies(self, key: str) -> bool:
        """The number of trials is Optuna's alone."""
        return self.typed.options[PLAN.key] == OPTUNA if key == TRIALS.key else super().applies(key)

    def settle(self) -> None:
        """Offer the plans that the model has; where it has not the chosen one, its first."""
        possible = plans(self.typed.model)
        if self.typed.options[PLAN.key] not in possible:
            self.typed.options[PLAN.key] = possible[0]
        line = next(line for line in self.query(FormLine) if line.entry is PLAN)
        assert isinstance(line.control, Choice)  # noqa: S101  (narrows a type)
        line.control.choices = possible
        line.control.value = self.typed.options[PLAN.key]

    def check(self) -> Checked[TuneRequest]:
        """Check, and say what it comes to."""
        checked = super().check()
        told = counted(checked.request) if checked.request else "Something is not right yet: see the lines marked ✗."
        self.query_one("#form-count", Static).update(Content(told))
        return checked
