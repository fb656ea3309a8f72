"""The form of a run: the model, its parameters, and how the run is split, seeded, evaluated and named."""

from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from musicrec_tui.tui.forms.check import Checked
from musicrec_tui.tui.forms.fields import OPTIONS, Entry, parameters
from musicrec_tui.tui.forms.form import Form
from musicrec_tui.tui.train.wish import Wish, check


class ParamsForm(Form[Wish]):
    """Draws itself from a model's parameters, and asks for the run to be started."""

    OPTIONS: ClassVar[tuple[Entry, ...]] = OPTIONS

    @dataclass
    class Asked(Message):
        """The form is right, and the user wants the run."""

        wish: Wish

    def parameters(self) -> tuple[Entry, ...]:
        """An entry for each parameter of the chosen model."""
        return parameters(self.typed.model)

    def judge(self) -> Checked[Wish]:
        """See `wish.check`."""
        return check(self.meant(), has_times=self.has_times)

    def ask(self, wish: Wish) -> None:
        """Ask the screen for the run."""
        self.post_message(self.Asked(wish))
