"""Parts run a node's commands; the node says which it has, each part says when they can be run."""

from typing import ClassVar

from textual.app import App
from textual.screen import Screen

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.parts import Part, Parts
from musicrec_tui.tui.common.verbs import COMPARE, RENAME, UNDO


class Counter(Part):
    """Counts up to a limit."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("counter.up", "count(2)", UNDO, "Up", "Two more."),
        Command("counter.reset", "reset", RENAME, "Reset", "From 0."),
    )

    def __init__(self, limit: int) -> None:
        self.limit, self.total = limit, 0

    def can(self, action: str) -> bool:
        """Count below the limit; start again at any time."""
        return action == "reset" or self.total < self.limit

    def action_count(self, more: int) -> None:
        """Count."""
        self.total += more

    async def action_reset(self) -> None:
        """Begin again."""
        self.total = 0


class Counting(Screen[None]):
    """A screen with a part, and a command of its own."""

    BINDINGS = bindings((*Counter.COMMANDS, Command("own.close", "close", COMPARE, "Close", "Closes.")))

    def __init__(self) -> None:
        super().__init__()
        self.counter, self.closed = Counter(limit=4), False
        self.parts = Parts(self)
        self.parts.add(self.counter)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """As the part says."""
        can = self.parts.can(action)
        return super().check_action(action, parameters) if can is None else can

    def action_close(self) -> None:
        """The screen's own."""
        self.closed = True


async def test_keys_run_the_actions_of_parts_and_of_the_screen() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = Counting()
        await app.push_screen(screen)
        await pilot.press("u", "c")
        assert (screen.counter.total, screen.closed) == (2, True)
        await pilot.press("u", "u", "u")
        assert screen.counter.total == 4
        await pilot.press("r")
        assert screen.counter.total == 0
        assert screen.parts.can("close") is None
