"""The tour: a few lines at the foot of Explore that name what is on the screen."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static


class Step(NamedTuple):
    """One thing to know.

    Attributes:
        keys: the keys that it is about, as Textual names them: who tries one goes on to the next step.
        name: the keys as people write them, with what they are for.
        sentence: what it is.
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
    """Shows one step; it takes neither the focus nor a key."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._at = 0

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return STEPS[self._at]

    def on_mount(self) -> None:
        """Begin."""
        self._draw()

    async def advance(self) -> None:
        """To the next step; after the last one it is over."""
        if self._at + 1 < len(STEPS):
            self._at += 1
            self._draw()
        else:
            await self.end()

    async def end(self) -> None:
        """It is over; what it took of the screen is given back."""
        await self.remove()

    async def on_click(self) -> None:
        """A click does what its key does."""
        await self.advance()

    def _draw(self) -> None:
        """The step, and how to go on."""
        last = self._at == len(STEPS) - 1
        self.border_title = f"Tour {self._at + 1} of {len(STEPS)}"
        self.border_subtitle = f". {'closes' if last else 'next'} · any other key begins your work"
        self.update(Content.assemble((self.step.name, "bold $accent"), "  ", self.step.sentence))
