"""The tour: a few lines at the foot of Explore that introduce the program in steps."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static

from musicrec_tui.tui.common.notifying import FOOT


class Step(NamedTuple):
    """A step of the tour.

    Attributes:
        keys: the keys of the step by Textual's names; pressing one shows the next step.
        name: the keys as displayed, with their purpose.
        sentence: the explanation.
    """

    keys: tuple[str, ...]
    name: str
    sentence: str


STEPS = (
    Step(("slash",), "/ search", "Type a few letters to find artists and users; typos are forgiven. Enter opens one."),
    Step(("m",), "Recommendations", "Artists that a model recommends to this user, and why. m chooses another model."),
    Step(("a",), "a your own artists", "Type a few artists that you like to get your own recommendations; "
         "I imports your history."),
    Step((), "2 Train · 4 Compare", "Train models while you browse; Compare shows which one to believe."),
    Step(("question_mark",), "? help · ^p commands", "All keys and words of the current screen. "
         "Press . to see this tour again."),
)  # fmt: skip


class Tour(Static):
    """Shows one step; it has no focus and no key bindings."""

    def __init__(self) -> None:
        super().__init__(markup=False, classes=FOOT)
        self._at = 0

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return STEPS[self._at]

    def on_mount(self) -> None:
        """Draw the first step."""
        self._draw()

    async def advance(self) -> None:
        """Show the next step; after the last one, end the tour."""
        if self._at + 1 < len(STEPS):
            self._at += 1
            self._draw()
        else:
            await self.end()

    async def end(self) -> None:
        """End the tour."""
        await self.remove()

    async def on_click(self) -> None:
        """Show the next step on a click."""
        await self.advance()

    def _draw(self) -> None:
        """Draw the step."""
        last = self._at == len(STEPS) - 1
        self.border_title = f"Tour {self._at + 1} of {len(STEPS)}"
        self.border_subtitle = f". {'closes' if last else 'next'} · press any other key to start"
        self.update(Content.assemble((self.step.name, "bold $accent"), "  ", self.step.sentence))
