"""Moving between the panes of a screen: by a letter (jump mode), or to the pane on the left or right."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from musicrec_tui.tui.common.commands import Command, bindings, keymap_of, own
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import CLOSE, JUMP, LEFT, RIGHT

LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"
"""The home row first."""
_WIDTH = 3


class JumpScreen(Dialog[Widget | None]):
    """Answers with the pane whose letter is pressed or clicked; None where another key is."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jump_to.close", "dismiss(None)", CLOSE, "Stay", "Stay here.", palette=False,
                guest=True),
    )  # fmt: skip
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


class PaneMoves(Part):
    """Moves the focus between the panes of the screen on top."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("app.jump", "jump", JUMP, "Jump to a pane", "Show a letter on every pane; type it to go there.",
                guest=True),
        Command("app.left", "beside(-1)", LEFT, "Pane on the left", "To the pane on the left.", palette=False,
                guest=True, own_keys="h"),
        Command("app.right", "beside(1)", RIGHT, "Pane on the right", "To the pane on the right.", palette=False,
                guest=True, own_keys="l"),
    )  # fmt: skip

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def can(self, action: str) -> bool:
        """Jumping is for the screens: a dialog has few panes, and in an input its key is a letter."""
        return action != "jump" or not (self._types("app.jump") or self._app.screen.is_modal)

    def _types(self, command: str) -> bool:
        """Whether the focused widget takes a command's key as a letter."""
        keys = next(one for one in self.COMMANDS if one.id == command).moved(keymap_of(self._app)).keys.split(",")
        focused = self._app.focused
        return focused is not None and any(focused.check_consume_key(key, key_to_character(key)) for key in keys)

    def action_jump(self) -> None:
        """Ask for the letter of a pane."""
        below = self._app.screen
        panes = seen(below)

        def chosen(pane: Widget | None) -> None:
            if pane is not None and pane.is_mounted:
                below.set_focus(pane)

        if panes:
            self._app.push_screen(JumpScreen(panes), chosen)

    def action_beside(self, step: int) -> None:
        """To the nearest pane on a side; where there is none, nothing happens."""
        screen = self._app.screen
        focused = screen.focused
        panes = [pane for pane in seen(screen) if _can_be_left(pane)]
        pane = beside(focused, panes, step) if focused is not None else None
        if pane is not None:
            screen.set_focus(pane)


def seen(screen: Screen[object]) -> list[Widget]:
    """What can have the focus and is on the screen, in reading order; without a region a pane has no place yet."""
    there = [pane for pane in screen.focus_chain if pane.region and screen.find_widget(pane).visible_region.area]
    return sorted(there, key=lambda pane: (pane.region.y, pane.region.x))


def _can_be_left(pane: Widget) -> bool:
    """Whether `h` and `l` lead out of a pane again: in an input, a choice or a table they mean something else."""
    nodes = (node for node in pane.ancestors_with_self if node is not pane.app)
    keys = {key for node in nodes for command in own(node) for key in command.keys.split(",")}
    return "h" not in keys and not pane.check_consume_key("h", "h")


def beside(here: Widget, panes: list[Widget], step: int) -> Widget | None:
    """The pane on the left (-1) or right (1) that is nearest: sideways first, then in height."""
    region = here.region

    def distance(pane: Widget) -> tuple[int, int]:
        other = pane.region
        across = region.x - other.right if step < 0 else other.x - region.right
        apart = max(other.y - region.bottom + 1, region.y - other.bottom + 1, 0)
        return max(0, apart), across

    def aside(pane: Widget) -> bool:
        return pane.region.right <= region.x if step < 0 else pane.region.x >= region.right

    return min((pane for pane in panes if pane is not here and aside(pane)), key=distance, default=None)
