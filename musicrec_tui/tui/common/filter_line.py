"""The line in which a list is filtered while one types: the same for every list and table."""

from typing import Any, ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Input, Static

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.verbs import ACCEPT, CLOSE, DOWN, UP

_AGAIN = "/"
"""Typed into the empty line it asks for the screen's own search."""


class Filterable(Protocol):
    """A list that can be filtered."""

    @property
    def region(self) -> Region:
        """Where it is on the screen."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen that it is on."""

    @property
    def filter_text(self) -> str:
        """What it is filtered by; empty: nothing."""

    def set_filter(self, text: str) -> None:
        """Show only rows with this text; empty: all."""

    def action_move(self, step: int) -> None:
        """Move the cursor."""

    def action_search(self) -> None:
        """Open the screen's search."""


class _Entry(LineInput):
    """The input; a slash in the empty line opens the screen's own search, in time for the letters behind it.

    Tab leaves it for the pane after the list, Shift+Tab for the one before.
    """

    def on_key(self, event: events.Key) -> None:
        """See whether the search or another pane is wanted."""
        line = self.screen
        if not isinstance(line, FilterLine):
            return
        if event.character == _AGAIN and not self.value:
            wanted = line.search
        elif event.key in ("tab", "shift+tab"):
            wanted = line.next_pane if event.key == "tab" else line.previous_pane
        else:
            return
        event.prevent_default()
        event.stop()
        wanted()


class FilterLine(Dialog[None]):
    """An input over the last line of a list."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("filter.keep", "dismiss", ACCEPT, "Back to the list", "Back to the filtered list.", palette=False,
                guest=True),
        Command("filter.clear", "clear", CLOSE, "Clear the filter", "Show all rows again.", palette=False, guest=True),
        Command("filter.next", "move(1)", DOWN, "Next row", "Down in the list while typing.", palette=False,
                priority=True, guest=True, own_keys="down"),
        Command("filter.previous", "move(-1)", UP, "Previous row", "Up in the list while typing.", palette=False,
                priority=True, guest=True, own_keys="up"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    FilterLine { align: left top; background: transparent; }
    FilterLine > Horizontal { position: absolute; height: 1; background: $surface; }
    FilterLine Static { width: 2; color: $accent; }
    FilterLine Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    """

    def __init__(self, rows: Filterable) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        """The mark and the input, where the list ends."""
        region = self._rows.region
        with Horizontal() as line:
            line.styles.offset = (region.x, max(region.y, region.bottom - 1))
            line.styles.width = region.width
            yield Static("/", markup=False)
            yield _Entry(self._rows.filter_text, placeholder="filter · esc clears")

    def on_mount(self) -> None:
        """Focus the input."""
        self.set_focus(self.query_one(Input))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Filter by what is typed."""
        self._rows.set_filter(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        """Enter keeps the filter."""
        self.dismiss()

    def search(self) -> None:
        """Close, and open the search of the screen below."""
        self.dismiss()
        self._rows.action_search()

    def next_pane(self) -> None:
        """Go to the pane after the list, which remains filtered."""
        self.dismiss()
        self._rows.screen.focus_next()

    def previous_pane(self) -> None:
        """Go to the pane before the list, which remains filtered."""
        self.dismiss()
        self._rows.screen.focus_previous()

    def action_clear(self) -> None:
        """Show all rows."""
        self._rows.set_filter("")
        self.dismiss()

    def action_move(self, step: int) -> None:
        """Move the cursor of the list."""
        self._rows.action_move(step)
