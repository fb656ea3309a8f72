"""The lines that frame every screen: title and tabs above, available commands below."""

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.cells import crop
from musicrec_tui.tui.common.screens import SCREENS

TABS = tuple((screen.key, screen.title, screen.mode) for screen in SCREENS if screen.key)


class TitleBar(Widget):
    """`musicrec ─ sample_data · 66,936 listens · 1,422 users ───── ALS #3 ◐ 62% 0:04`, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._subject = ""
        self._status = ""

    def show(self, subject: str, status: str) -> None:
        """Set the log's name and the running job (clean texts); redraws only on a change."""
        if (subject, status) != (self._subject, self._status):
            self._subject, self._status = subject, status
            self.refresh()

    def render(self) -> RenderResult:
        """Both texts with a rule between them; the log's name is cut before the status."""
        width = self.size.width
        status = crop(self._status, max(0, width // 2))
        room = width - len(" musicrec ─ ") - (cell_len(status) + 2 if status else 1) - 1
        subject = crop(self._subject, max(0, room))
        fill = "─" * max(0, room - cell_len(subject))
        return Content.assemble(
            (" musicrec", "bold $text-primary"), (" ─ ", "$foreground 30%"), subject, (f" {fill}", "$foreground 30%"),
            (f" {status} " if status else "─", "$accent" if status else "$foreground 30%"),
        )  # fmt: skip


class TabBar(Widget):
    """The screens with their number keys; the current one is bold and reversed, not only coloured."""

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def render(self) -> RenderResult:
        """The tabs, one cell apart."""
        line = Content(" ")
        for key, title, mode in TABS:
            style = "bold reverse $text-primary" if mode == self._mode else "$foreground 70%"
            line += Content.assemble((f" {key} {title} ", style), " ")
        return line

    async def on_click(self, click: events.Click) -> None:
        """Show the screen whose tab was clicked."""
        start = 1
        for key, title, mode in TABS:
            end = start + len(f" {key} {title} ")
            if start <= click.x < end:
                await self.app.run_action(f"show('{mode}')")
            start = end + 1


class CommandBar(Widget):
    """The footer: keys with a word each, as many as fit; those of the focused widget first."""

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, DOMNode, commands.Command]] = []

    def on_mount(self) -> None:
        """Redraw when the focus moves, since that changes which commands are available."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> RenderResult:
        """The available commands that have a footer text; "? help" and "q quit" are never left out."""
        offered = [(node, command) for node, command in _unhidden(self.screen) if self._shows(command)]
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
        """Run the command that was clicked."""
        for start, end, node, command in self._places:
            if start <= click.x < end:
                await self.app.run_action(command.action, node)

    def _shows(self, command: commands.Command) -> bool:
        """Whether the footer lists a command: not where the focused input would type its key as a letter."""
        focused = self.screen.focused
        key = command.key_text
        letter = key if len(key) == 1 and key not in commands.SIGNS else None
        taken = focused is not None and focused.check_consume_key(command.keys, letter)
        return bool(command.footer) and not taken


def _unhidden(screen: Screen[Any]) -> Iterator[tuple[DOMNode, commands.Command]]:
    """The commands that can be given, without those whose keys a nearer command has."""
    taken: set[str] = set()
    for node, command in commands.reachable(screen):
        keys = set(command.keys.split(","))
        if not keys <= taken:
            yield node, command
        taken |= keys


def _item(command: commands.Command) -> Content:
    """A command as footer text."""
    return Content.assemble((command.key_text, "bold $accent"), " ", (command.footer, "$foreground 70%"), "  ")
