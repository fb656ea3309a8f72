"""The tour: a few lines at the foot of Explore that introduce the program in steps."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static


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
    Step(("slash",), "/ search", "Type a few letters: artists and users are found, typos forgiven. Enter opens one."),
    Step(("m",), "Recommendations", "What a model would play this user next, and because of which artists of theirs. "
         "m takes another model."),
    Step(("a",), "a your own artists", "Type a few artists that you like, and get recommendations of your own; "
         "i imports your history."),
    Step((), "2 Train · 4 Compare", "Models train while you browse; Compare tells which to believe."),
    Step(("question_mark",), "? help · ^p commands", "Every key and word of the screen that you are on. "
         ". shows this tour again."),
)  # fmt: skip


class Tour(Static):
    """Shows one step; it has no focus and no key bindings."""

    def __init__(self) -> None:
        super().__init__(markup=False)
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
        self.border_subtitle = f". {'closes' if last else 'next'} · any other key begins your work"
        self.update(Content.assemble((self.step.name, "bold $accent"), "  ", self.step.sentence))
