"""Textual's command palette with three defects worked around."""

from textual import events
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from musicrec_tui.tui.common.dialog import AnsweredOnce


class Palette(CommandPalette, AnsweredOnce[None]):
    """A palette that ignores paging while its list is empty, and whose cursor does not blink."""

    def compose(self) -> ComposeResult:
        """Textual's widgets with our list of hits."""
        for widget in super().compose():
            yield Hits() if isinstance(widget, CommandList) else widget

    def on_mount(self) -> None:
        """As in our other inputs: a cursor that does not blink costs nothing while the user is idle."""
        self.query_one(Input).cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No paging without a visible line: Textual would raise."""
        if action == "command_list" and not any(listed.scrollable_content_region for listed in self.query(CommandList)):
            return False
        return super().check_action(action, parameters)


class Hits(CommandList):
    """The list of hits."""

    def on_click(self, click: events.Click) -> None:
        """Ignore a click on a hit that is gone since the mouse was pressed."""
        if click.style.meta.get("option", -1) >= self.option_count:
            click.prevent_default()
