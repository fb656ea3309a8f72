"""The last line of every screen: the commands that can be given now."""

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget

from musicrec_tui.tui.common import commands


class CommandBar(Widget):
    """Keys with a word each, as many as fit; the nearest to the focus come first."""

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, DOMNode, commands.Command]] = []

    def on_mount(self) -> None:
        """Redraw when the focus moves, since that changes what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> RenderResult:
        """The commands that have a footer text; "? help" and "q quit" always find room."""
        offered = [(node, command) for node, command in commands.reachable(self.screen) if self._shows(command)]
        last = [pair for pair in offered if pair[1].id in ("app.help", "app.quit")]
        first = [pair for pair in offered if pair not in last]
        room = self.size.width - 1 - sum(_item(command).cell_length for _, command in last)
        line = Content(" ")
        self._places = []
        for node, command in (*first, *last):
            item = _item(command)
            if (node, command) not in last and line.cell_length + item.cell_length > room:
                continue
            self._places.append((line.cell_length, line.cell_length + item.cell_length - 2, node, command))
            line += item
        return line

    async def on_click(self, click: events.Click) -> None:
        """A command can be clicked."""
        for start, end, node, command in self._places:
            if start <= click.x < end:
                await self.app.run_action(command.action, node)

    def _shows(self, command: commands.Command) -> bool:
        """Not what the focused input would take as a letter."""
        focused = self.screen.focused
        key = command.key_text
        letter = key if len(key) == 1 and key not in commands.SIGNS else None
        taken = focused is not None and focused.check_consume_key(command.keys, letter)
        return bool(command.footer) and not taken


def _item(command: commands.Command) -> Content:
    """A command in the footer."""
    return Content.assemble((command.key_text, "bold $accent"), " ", (command.footer, "$foreground 70%"), "  ")
