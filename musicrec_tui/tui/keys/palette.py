"""The command palette, as Textual has it, but for what it stumbles over."""

from textual import events
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from musicrec_tui.tui.common.dialog import AnsweredOnce


class Palette(CommandPalette, AnsweredOnce[None]):
    """A palette that can be paged through only where it lists something, and in which nothing blinks."""

    def compose(self) -> ComposeResult:
        """With a list of hits of our own."""
        for widget in super().compose():
            yield Hits() if isinstance(widget, CommandList) else widget

    def on_mount(self) -> None:
        """As in every other input of ours: a cursor that stands costs nothing while nobody types."""
        self.query_one(Input).cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without room, and before the first hits are laid out, there is no line to move to; Textual would raise."""
        if action == "command_list" and not any(listed.scrollable_content_region for listed in self.query(CommandList)):
            return False
        return super().check_action(action, parameters)


class Hits(CommandList):
    """What was found."""

    def on_click(self, click: events.Click) -> None:
        """Fewer hits may have taken the place of those that were seen when the mouse was pressed."""
        if click.style.meta.get("option", -1) >= self.option_count:
            click.prevent_default()
