"""One of a few words, changed in place: ◂ random ▸."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from musicrec_tui.tui.common.commands import Command, bindings


class Choice(Widget, can_focus=True):
    """A value out of a few. A drop-down would cover the form and take the arrow keys that move between fields."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("choice.next", "turn(1)", "right,l,space", "Next choice", "Change to the next choice.",
                footer="change", shown="←→", palette=False, guest=True),
        Command("choice.previous", "turn(-1)", "left,h", "Previous choice", "Change to the choice before.",
                shown="←", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Changed(Message):
        """Another choice was made by the user."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            """The widget that it happened to."""
            return self.choice

    def __init__(self, choices: tuple[str, ...], value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.choices = choices
        self._value = value

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        """Choose without a message; what is not among the choices is refused by doing nothing."""
        if value in self.choices:
            self._value = value
            self.refresh()

    def render(self) -> RenderResult:
        """The word between arrows."""
        return Content.assemble(("◂ ", "$accent"), self._value, (" ▸", "$accent"))

    def action_turn(self, step: int) -> None:
        """Go on by `step`, around the end."""
        place = self.choices.index(self._value)
        self.value = self.choices[(place + step) % len(self.choices)]
        self.post_message(self.Changed(self, self._value))

    def on_click(self, click: Click) -> None:
        """The left arrow goes back, all else goes on."""
        self.action_turn(-1 if click.x < self.content_offset.x + 2 else 1)
