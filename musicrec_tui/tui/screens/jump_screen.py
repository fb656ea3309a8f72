"""Jump mode: a letter on every pane of the screen beneath."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog

LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"
"""The home row first."""
_WIDTH = 3


class JumpScreen(Dialog[Widget | None]):
    """Answers with the pane whose letter is pressed or clicked; None where another key is."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jump_to.close", "dismiss(None)", "escape,apostrophe", "Stay", "Stay where you are.", palette=False),
    )
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    JumpScreen { align: left top; background: transparent; layers: letters; }
    JumpScreen > Static {
        position: absolute; width: 3; height: 1; layer: letters;
        background: $background; color: $foreground; text-style: bold reverse;
    }
    """

    def __init__(self, panes: Sequence[Widget]) -> None:
        super().__init__()
        self._panes = dict(zip(LETTERS, panes, strict=False))

    def compose(self) -> ComposeResult:
        """A letter in the upper right corner of each pane, where its title, on the left, can still be read."""
        for letter, pane in self._panes.items():
            label = Static(Content(f" {letter} "), markup=False)
            label.styles.offset = (max(pane.region.x, pane.region.right - _WIDTH), pane.region.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """A letter goes to its pane; what is no letter does nothing."""
        if event.character in self._panes:
            event.stop()
            self.dismiss(self._panes[event.character])

    def on_click(self, click: events.Click) -> None:
        """A click goes to the pane that is there."""
        hit = (pane for pane in self._panes.values() if pane.region.contains(click.screen_x, click.screen_y))
        self.dismiss(next(hit, None))
