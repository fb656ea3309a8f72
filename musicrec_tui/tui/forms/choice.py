"""An input for one of a few values, changed in place: ◂ random ▸."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.verbs import ACCEPT, LEFT, MARK, RIGHT


class Choice(Widget, can_focus=True):
    """One value out of a few: the arrows change it in place; where it `lists`, Enter opens the list of them."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("choice.next", "turn(1)", RIGHT, "Next choice", "Change to the next choice.",
                footer="change", shown="←→", palette=False, guest=True),
        Command("choice.previous", "turn(-1)", LEFT, "Previous choice", "Change to the previous choice.",
                shown="←", palette=False, guest=True),
        Command("choice.open", "open", ACCEPT, "List the choices", "List the choices with what they mean.",
                palette=False, guest=True),
        Command("choice.turn", "turn(1)", MARK, "Next choice", "Change to the next choice.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Changed(Message):
        """The user changed the value."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            """The widget, for selectors of `@on`."""
            return self.choice

    @dataclass
    class Opened(Message):
        """The user wants to see the list of values."""

        choice: "Choice"

        @property
        def control(self) -> "Choice":
            """The widget, for selectors of `@on`."""
            return self.choice

    def __init__(
        self,
        choices: tuple[str, ...],
        value: str,
        *,
        id: str | None = None,  # noqa: A002  (Textual's name)
        lists: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._lists = lists
        self.choices = choices
        self._value = value

    @property
    def value(self) -> str:
        """The current value."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        """Set the value without a message; unknown values are ignored."""
        if value in self.choices:
            self._value = value
            self.refresh()

    def render(self) -> RenderResult:
        """The value between arrows."""
        return Content.assemble(("◂ ", "$accent"), self._value, (" ▸", "$accent"))

    def action_turn(self, step: int) -> None:
        """Change the value by `step` choices, wrapping around."""
        place = self.choices.index(self._value)
        self.value = self.choices[(place + step) % len(self.choices)]
        self.post_message(self.Changed(self, self._value))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is the dialog's, where there is no list of the values."""
        return self._lists if action == "open" else super().check_action(action, parameters)

    def action_open(self) -> None:
        """Ask the form for the list of values."""
        self.post_message(self.Opened(self))

    def choose(self, value: str) -> None:
        """Change the value to one of the choices."""
        self.value = value
        self.post_message(self.Changed(self, self._value))

    def on_click(self, click: Click) -> None:
        """A click on the left arrow selects the previous value, any other the next."""
        self.action_turn(-1 if click.x < self.content_offset.x + 2 else 1)
